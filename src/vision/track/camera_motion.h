#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "media/frame.h"
#include "model/box.h"

namespace vigil::vision::track {

// Where a place of the picture before is now: p ↦ scale · p + (x, y), in pixels of the source picture.
struct PictureShift {
  float scale = 1, x = 0, y = 0;
};

// How the whole picture moves while a camera pans, tilts or zooms. Blocks of the background are looked for in a small
// copy of the next picture; their median is the way, what agrees with it says how much the picture grew.
class CameraMotion {
 public:
  // The motion since the picture before. Blocks that lie on `objects` (of the picture before) are left out. Nothing for
  // the first picture, another size, and where too few blocks have texture or agree.
  std::optional<PictureShift> next(const media::Plane& luma, std::span<const model::Box> objects);

 private:
  struct Move {
    float x, y;  // middle of the block in the picture before, small pixels
    float dx, dy;
  };

  void shrink(const media::Plane& luma);
  std::optional<Move> find(int left, int top) const;
  std::optional<PictureShift> agree(std::vector<Move>& moves) const;

  std::vector<std::uint8_t> before_, now_;
  int width_ = 0, height_ = 0, factor_ = 1;  // of the small picture
};

}  // namespace vigil::vision::track
