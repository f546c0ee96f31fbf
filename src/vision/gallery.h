#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace vigil::vision {

// Two cameras between which somebody can walk, and how long that takes; both directions.
struct CameraLink {
  std::string from, to;
  Nanos least{0}, most{std::chrono::minutes(5)};
  bool operator==(const CameraLink&) const = default;
};

struct GalleryConfig {
  float same_camera = 0.70F;   // similarity from which on two tracks of one camera are one subject
  float other_camera = 0.78F;  // the same for two cameras: other light, another side
  float margin = 0.03F;        // by which the best subject must be nearer than the next
  Nanos same_camera_window{std::chrono::minutes(30)};
  Nanos other_camera_window{std::chrono::minutes(10)};  // where there are no links
  std::vector<CameraLink> links;      // empty: every camera may follow on every other within other_camera_window
  std::size_t max_subjects = 5000;    // the longest unseen are forgotten
  std::size_t looks_per_subject = 6;  // embeddings that are kept of each
  bool operator==(const GalleryConfig&) const = default;
};

// InvalidArgument with a pointer: similarities outside 0..1, windows outside 1 s..7 days, links without cameras or with
// `least` above `most`, more than 1000 links, sizes out of bounds.
Result<void> validate(const GalleryConfig& config, const std::string& pointer = "/reid");

// A track whose looks are known, when it is confirmed or ends.
struct Sighting {
  std::string camera_id;
  std::uint64_t track_id = 0;
  std::string label;
  std::string model;  // of the embedding
  WallTime first, last;
  std::vector<float> look;  // of unit length
};

struct SubjectGuess {
  std::uint64_t subject = 0;  // 0: there was nothing to compare
  float similarity = 0;       // with the looks known of it; 1 for a new subject. Never a certainty.
  bool is_new = false;
};

struct Resemblance {
  std::uint64_t subject = 0;
  std::string camera_id;
  std::uint64_t track_id = 0;
  WallTime first, last;
  float similarity = 0;
};

// Who was seen where: groups tracks of one camera and of several to subjects, and finds those that look alike. Careful:
// in doubt a track is a new subject. Two tracks of one camera that were there at the same time are never one subject,
// and neither are those that nobody could have walked between. Thread-safe; everything is in memory and bounded.
class Gallery {
 public:
  // Ids from `next_subject` on are given away, none twice.
  explicit Gallery(const GalleryConfig& config, std::uint64_t next_subject = 1);
  // Ids come from there; 0: none can be had now, and who would need one is not looked for. Called by assign(), must not
  // wait.
  Gallery(const GalleryConfig& config, std::function<std::uint64_t()> next_subject);
  ~Gallery();

  // A track that is told again keeps its subject; its look and times are renewed.
  SubjectGuess assign(const Sighting& sighting);

  // A track that was assigned is still there: whoever appears meanwhile is somebody else. No effect for others.
  void seen(const std::string& camera_id, std::uint64_t track_id, WallTime last);

  // The nearest tracks, best first, each at least that similar.
  std::vector<Resemblance> nearest(const std::vector<float>& look, const std::string& model, std::size_t limit,
                                   float least = 0.5F) const;

  // What the store knows of before, or another server: as if it had been assigned here to that subject. Told again, its
  // look and times are renewed, and the subject stays as it was.
  void restore(const Sighting& sighting, std::uint64_t subject);
  std::uint64_t next_subject() const;  // where ids are counted here
  std::size_t subjects() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::vision
