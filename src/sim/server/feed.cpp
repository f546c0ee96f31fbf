#include "sim/server/feed.h"

#include <algorithm>

#include "sim/server/stamp.h"

namespace vigil::sim {

void Feed::add(FeedListener& listener) {
  listeners_.push_back(&listener);
  if (++present_ == 1) start();
}

void Feed::remove(FeedListener& listener) {
  auto found = std::find(listeners_.begin(), listeners_.end(), &listener);
  if (found == listeners_.end()) return;
  if (publishing_) {
    *found = nullptr;
  } else {
    listeners_.erase(found);
  }
  if (--present_ == 0) stop();
}

void Feed::publish(const media::Packet& unit) {
  const auto packet = stamps_ == nullptr ? unit : stamped(unit, stamps_->wall(), pictures_++);
  publishing_ = true;
  // By index: a listener may add or remove listeners.
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    if (listeners_[i] != nullptr) listeners_[i]->on_unit(packet);
  }
  publishing_ = false;
  std::erase(listeners_, nullptr);
}

}  // namespace vigil::sim
