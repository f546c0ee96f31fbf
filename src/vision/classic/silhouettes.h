#pragma once

#include <cstdint>
#include <vector>

#include "model/box.h"
#include "vision/classic/perspective.h"

namespace vigil::vision::classic {

// Something in the foreground that has the size and the filling of a standing person.
struct Silhouette {
  model::Box box;    // pixels of the small picture
  double fill = 0;   // 0..1, part of the box that is foreground
  double fresh = 0;  // 0..1, part of the box that is foreground and belongs to no better silhouette
};

// Finds people in a foreground (0 or 1 a pixel). Where the perspective is known, boxes of the height that belongs to
// their row are placed one after the other where they explain most, which parts people who walk together; else
// connected parts of a person's shape are taken as they are. Best first, at most `most`.
std::vector<Silhouette> find_silhouettes(const std::vector<std::uint8_t>& foreground, int width, int height,
                                         const Perspective& perspective, std::size_t most);

}  // namespace vigil::vision::classic
