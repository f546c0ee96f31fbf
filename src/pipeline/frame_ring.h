#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"

namespace vigil::pipeline {

// The newest decoded frames in the order in which they are shown, bounded in bytes and in age (against the newest
// frame's capture time). The newest frame always stays. Not thread-safe.
class FrameRing {
 public:
  FrameRing(std::size_t max_bytes, std::chrono::milliseconds max_age) : max_bytes_(max_bytes), max_age_(max_age) {}

  void push(media::FramePtr frame);
  void clear();

  bool empty() const { return frames_.empty(); }
  std::size_t size() const { return frames_.size(); }
  std::size_t bytes() const { return bytes_; }
  // Another frame like the newest would push one out.
  bool full() const { return !frames_.empty() && bytes_ + frames_.back()->bytes > max_bytes_; }
  const media::FramePtr& newest() const { return frames_.back(); }  // not empty

  // The last frame captured at or before `time`; null when the ring does not reach back so far.
  media::FramePtr at(WallTime time) const;

  // The last `count` frames or all there are, oldest first.
  std::vector<media::FramePtr> last(std::size_t count) const;

 private:
  const std::size_t max_bytes_;
  const std::chrono::milliseconds max_age_;
  std::deque<media::FramePtr> frames_;
  std::size_t bytes_ = 0;
};

}  // namespace vigil::pipeline
