#pragma once

#include <chrono>
#include <memory>

#include "base/clock.h"

namespace vigil::pipeline {

// What somebody holds, or held a moment ago. Not thread-safe; what take() gave may be dropped anywhere.
class LingeringHold {
 public:
  std::shared_ptr<const void> take(SteadyTime now) {
    auto out = hold_.lock();
    if (!out) hold_ = out = std::make_shared<const int>(0);
    at_ = now;
    return out;
  }
  // To be asked now and then: it lingers from the last time that it was seen held.
  bool is_held(SteadyTime now, std::chrono::milliseconds linger) {
    const bool held = !hold_.expired();
    if (held) at_ = now;
    return held || now - at_ < linger;
  }

 private:
  std::weak_ptr<const void> hold_;
  SteadyTime at_;
};

}  // namespace vigil::pipeline
