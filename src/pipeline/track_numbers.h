#pragma once

#include <cstdint>
#include <string>

namespace vigil::pipeline {

// Sees to it that no camera's tracks bear a number twice, over all analysts of a camera and all starts of the server.
// Thread-safe.
class TrackNumbers {
 public:
  virtual ~TrackNumbers() = default;
  // The first number for an analyst that is opened now. May wait for the store. What the camera's analyst before it
  // gave is known by then.
  virtual std::uint64_t first(const std::string& camera_id) = 0;
  // Those below `next` are given. Must not wait.
  virtual void given(const std::string& camera_id, std::uint64_t next) = 0;
};

}  // namespace vigil::pipeline
