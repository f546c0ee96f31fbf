#pragma once

#include <memory>

#include "base/result.h"
#include "media/frame.h"

namespace vigil::media {

// Brings frames to one size and to I420 with luma 16..235. Keeps its tables while the input stays the same. Not
// thread-safe.
class Scaler {
 public:
  // Even, 16 to 8192.
  Scaler(int width, int height);
  ~Scaler();

  // The frame itself when it already is what is wanted.
  Result<FramePtr> scale(const FramePtr& frame);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::media
