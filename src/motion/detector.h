#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"
#include "model/camera.h"
#include "model/event.h"

// Where does a picture move? Looks at luma only, at about 90 rows. How it works, what was tuned on what, and how often
// it is right: docs/motion.md. All memory of the past is in seconds, so that half a picture a second and twenty-five
// behave alike.

namespace vigil::motion {

struct Analysis {
  double score = 0;                    // 0..1, part of the unmasked picture that moves
  int area = 0;                        // moving pixels of the source frame
  std::vector<model::PixelBox> boxes;  // largest first, at most kMaxBoxes; overlapping ones are merged
  bool global_change = false;  // the whole picture changed at once: light switch, infra-red filter, camera turned
  bool calibrating = false;    // still learning the scene; score is 0

  bool moving() const { return !boxes.empty(); }
};

constexpr std::size_t kMaxBoxes = 16;

// Not thread-safe. Never fails: a plane without samples gives an empty analysis.
class Detector {
 public:
  explicit Detector(const model::MotionSettings& settings);
  ~Detector();
  Detector(Detector&&) noexcept;
  Detector& operator=(Detector&&) noexcept;

  // `at`: any clock of the stream; a jump is survived. A changed picture size starts anew.
  Analysis analyse(const media::Plane& luma, Nanos at);

  // Forgets the scene (after a reconnect).
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::motion
