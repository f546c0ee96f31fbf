#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"
#include "model/box.h"
#include "model/observation.h"
#include "vision/detector.h"

namespace vigil::vision {

struct TrackerConfig {
  float high_score = 0.6F;  // detections from here on may begin a track and are matched first
  float low_score = 0.1F;   // weaker ones are only matched to tracks that are there, after the strong ones
  Nanos lost_after = std::chrono::milliseconds(1600);  // unseen for so long a track ends
  // Seen for so long, and at least twice, it is believed; up to a second longer the nearer its scores are to
  // high_score.
  Nanos confirm_after = std::chrono::milliseconds(50);
  bool camera_motion = false;  // estimates how the whole picture moved between frames (needs luma)
  bool operator==(const TrackerConfig&) const = default;
};

struct Track {
  std::uint64_t id = 0;
  model::TrackState state = model::TrackState::Tentative;
  int class_id = -1;  // by vote
  float score = 0;
  model::Box box;      // filtered
  int detection = -1;  // index into the detections of this update; -1: none matched
  bool stationary = false;
  Nanos began{0}, last_seen{0};  // on the clock that update() is given
};

// A live track as it outlives its process: given to the tracker of the next one, its id goes on.
struct TrackSeed {
  std::uint64_t id = 0;
  int class_id = -1;
  float score = 0;
  model::Box box;
  float velocity_x = 0, velocity_y = 0;  // pixels a second
  Nanos began{0}, last_seen{0};
  std::string label;  // its class by name, for those who go on with another model; the tracker does not look at it
};

// Joins detections of one camera to tracks, over time. Not thread-safe. Built from the papers: a constant-velocity
// Kalman filter (SORT, 2016), strong detections before weak ones (ByteTrack, 2022), last sightings rather than guesses
// after a gap (OC-SORT, 2023), boxes that grow while unseen (C-BIoU, 2023), the camera's own motion (BoT-SORT, 2022).
// Times are what the caller says, any spacing is right. Boxes that are none (not finite, no area) and scores outside
// 0..1 are overlooked; at most 1000 detections are used.
class Tracker {
 public:
  explicit Tracker(const TrackerConfig& config, std::uint64_t next_id = 1);
  ~Tracker();
  Tracker(Tracker&&) noexcept;
  Tracker& operator=(Tracker&&) noexcept;

  // The frame's detections, at a time that rises (a jump back or of more than `lost_after` ends all tracks).
  // `embeddings`: none, or one a detection (empty where there is none), of unit length. `luma`: for camera motion.
  // All tracks that are alive, and for the last time those that are lost now. A tentative one that is not found again
  // is dropped without that: nobody has believed it.
  const std::vector<Track>& update(std::span<const Detection> detections, Nanos at,
                                   std::span<const std::vector<float>> embeddings = {},
                                   const media::Plane* luma = nullptr);

  // A frame that was not given to the detector: tracks coast. Where nothing moved in the picture, those seen in the
  // frame before and those known to be stationary are where they were, and count as seen.
  const std::vector<Track>& coast(Nanos at, bool nothing_moved);

  void seed(std::span<const TrackSeed> tracks);
  std::vector<TrackSeed> seeds() const;
  std::uint64_t next_id() const;  // ids below were given away

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::vision
