#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"

namespace vigil::sim {

// A synthetic picture: a textured room, figures that walk about in it, and the time of painting burnt in to the
// millisecond, so that latency can be read off a screen. The same time gives the same picture. Not thread-safe.
class ScenePainter {
 public:
  // Even width and height. `variant` chooses colours and ways; `label` stands beside the clock (capital letters).
  ScenePainter(int width, int height, int variant, std::string label);

  media::FramePtr paint(Ticks pts, WallTime now) const;

 private:
  int width_, height_, variant_;
  std::string label_;
  std::vector<std::uint8_t> background_;  // the three planes, one after the other
};

}  // namespace vigil::sim
