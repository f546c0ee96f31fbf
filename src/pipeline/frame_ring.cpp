#include "pipeline/frame_ring.h"

#include <algorithm>
#include <utility>

namespace vigil::pipeline {

void FrameRing::push(media::FramePtr frame) {
  const auto newest = frame->captured;
  // A clock that was set back would keep what is older than it for as long as it went back.
  if (!frames_.empty() && frames_.back()->captured > newest + max_age_) clear();
  bytes_ += frame->bytes;
  frames_.push_back(std::move(frame));
  while (frames_.size() > 1 && (bytes_ > max_bytes_ || newest - frames_.front()->captured > max_age_)) {
    bytes_ -= frames_.front()->bytes;
    frames_.pop_front();
  }
}

void FrameRing::clear() {
  frames_.clear();
  bytes_ = 0;
}

media::FramePtr FrameRing::at(WallTime time) const {
  const auto found = std::find_if(frames_.rbegin(), frames_.rend(), [&](const auto& f) { return f->captured <= time; });
  return found == frames_.rend() ? nullptr : *found;
}

std::vector<media::FramePtr> FrameRing::last(std::size_t count) const {
  const auto n = static_cast<std::ptrdiff_t>(std::min(count, frames_.size()));
  return {frames_.end() - n, frames_.end()};
}

}  // namespace vigil::pipeline
