#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/box.h"
#include "model/observation.h"
#include "vision/detector.h"
#include "vision/track/box_filter.h"

namespace vigil::vision::track {

struct Sighting {
  model::Box box;
  Nanos at{0};
};

// A detection as the tracker sees it.
struct Found {
  const Detection& detection;
  std::span<const float> look;  // embedding, may be empty
  float strength =
      0;  // 0: hardly believed, 1: as sure as the detector can be; scores themselves differ between detectors
};

// What is known of one object.
class LiveTrack {
 public:
  LiveTrack(std::uint64_t number, const Found& found, Nanos at);
  LiveTrack(std::uint64_t number, const model::Box& box, float velocity_x, float velocity_y, Nanos first, Nanos last);

  std::uint64_t id() const { return id_; }
  bool believed() const { return believed_; }
  void believe() { believed_ = true; }
  int sightings() const { return sightings_; }
  Nanos began() const { return began_; }
  Nanos last_seen() const { return last_seen_; }
  float score() const { return score_; }
  float mean_strength() const { return strengths_ / static_cast<float>(sightings_); }
  bool stationary() const { return stationary_; }
  int class_id() const;
  void vote(int class_id, float score);
  const BoxFilter& filter() const { return filter_; }
  const Sighting& last() const { return recent_[newest_]; }
  const std::vector<float>& look() const { return look_; }

  // The box expected at that time; later than the one before.
  void predict(Nanos at);
  // It was seen; predict() was called with the same time.
  void see(const Found& found, Nanos at);
  // Nothing in the picture moved, so it is where it was, and counts as seen.
  void hold(Nanos at);
  void shift(float scale, float x, float y);

  // Direction of the way from where it was most of a second ago to the last sighting, unit length; {0, 0}: it hardly
  // moved.
  std::array<float, 2> heading() const;

 private:
  void learn_look(std::span<const float> look);
  void replay(const model::Box& box, float strength, Nanos at);
  void remember(const model::Box& box, Nanos at);
  void watch_rest(Nanos at);

  static constexpr int kRecent = 32;  // more than a second at 30 frames a second

  std::uint64_t id_;
  bool believed_ = false, stationary_ = false;
  int sightings_ = 1;
  int misses_ = 0;  // frames in a row in which it was not seen
  float score_ = 0, strengths_ = 0;
  Nanos began_{0}, last_seen_{0}, predicted_{0};
  BoxFilter filter_, filter_when_seen_;
  std::array<Sighting, kRecent> recent_{};
  int newest_ = 0, remembered_ = 0;
  std::vector<std::pair<int, float>> votes_;
  std::vector<float> look_;  // embedding, of unit length
  model::Box resting_;       // where it was when it last stood still
  Nanos resting_since_{0};
  int away_ = 0;  // sightings in a row away from there
};

}  // namespace vigil::vision::track
