#pragma once

#include <memory>
#include <optional>

#include "media/frame.h"
#include "model/box.h"

namespace vigil::vision::classic {

// Does a part of the picture look like a standing person? OpenCV's built-in people detector (Dalal and Triggs:
// histograms of oriented gradients and a linear classifier), on the part brought to the one size that it was trained
// for. Not thread-safe.
class People {
 public:
  People();
  ~People();

  // `box`: of the supposed person, in pixels of the plane. The classifier's margin: above 0 a person, the surer the
  // larger; below -1 hardly. The best of places near by and, where asked, of some sizes. Nothing when too little of it
  // lies in the picture.
  std::optional<double> look(const media::Plane& luma, const model::Box& box, bool several_sizes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::vision::classic
