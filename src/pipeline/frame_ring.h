#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"
#include "pipeline/analyst.h"

namespace vigil::pipeline {

// The newest pictures, or what is known of them, in the order in which they are shown: bounded in bytes and in age
// (against the newest one's capture time). The newest always stays. Not thread-safe.
template <typename Ptr>
class Ring {
 public:
  Ring(std::size_t max_bytes, std::chrono::milliseconds max_age) : max_bytes_(max_bytes), max_age_(max_age) {}

  void push(Ptr picture) {
    const auto newest = picture->captured;
    // A clock that was set back would keep what is older than it for as long as it went back.
    if (!pictures_.empty() && pictures_.back()->captured > newest + max_age_) clear();
    bytes_ += picture->bytes;
    pictures_.push_back(std::move(picture));
    while (pictures_.size() > 1 && (bytes_ > max_bytes_ || newest - pictures_.front()->captured > max_age_)) {
      bytes_ -= pictures_.front()->bytes;
      pictures_.pop_front();
    }
  }
  void clear() {
    pictures_.clear();
    bytes_ = 0;
  }

  bool empty() const { return pictures_.empty(); }
  std::size_t size() const { return pictures_.size(); }
  std::size_t bytes() const { return bytes_; }
  // Another picture like the newest would push one out.
  bool full() const { return !pictures_.empty() && bytes_ + pictures_.back()->bytes > max_bytes_; }
  const Ptr& newest() const { return pictures_.back(); }  // not empty

  // The last picture captured at or before `time`; null when the ring does not reach back so far.
  Ptr at(WallTime time) const {
    const auto found =
        std::find_if(pictures_.rbegin(), pictures_.rend(), [&](const auto& p) { return p->captured <= time; });
    return found == pictures_.rend() ? nullptr : *found;
  }

  // That of this packet; null when it is not there.
  Ptr of(std::uint64_t sequence) const {
    const auto found =
        std::find_if(pictures_.rbegin(), pictures_.rend(), [&](const auto& p) { return p->sequence == sequence; });
    return found == pictures_.rend() ? nullptr : *found;
  }

  // The last `count` pictures or all there are, oldest first.
  std::vector<Ptr> last(std::size_t count) const {
    const auto n = static_cast<std::ptrdiff_t>(std::min(count, pictures_.size()));
    return {pictures_.end() - n, pictures_.end()};
  }

 private:
  const std::size_t max_bytes_;
  const std::chrono::milliseconds max_age_;
  std::deque<Ptr> pictures_;
  std::size_t bytes_ = 0;
};

using FrameRing = Ring<media::FramePtr>;
using NoteRing = Ring<FrameNotePtr>;

}  // namespace vigil::pipeline
