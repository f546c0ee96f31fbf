#include "live/rtsp/hub.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <vector>

namespace vigil::live::rtsp {

Watched::Watched(boost::asio::io_context& loop, std::shared_ptr<stream::Stream> stream,
                 std::shared_ptr<const void> hold)
    : loop_(loop), feed_(std::move(stream), std::move(hold)) {}

void Watched::join(Listener& listener) {
  listeners_.insert(&listener);
  if (watch_ == 0) {
    // One wake-up for all packets that come until the loop gets round to it.
    watch_ = feed_.stream()->watch([weak = weak_from_this(), &loop = loop_] {
      auto self = weak.lock();
      if (!self || self->woken_.exchange(true)) return;
      boost::asio::post(loop, [self = std::move(self)] {
        self->woken_ = false;
        self->changed();
      });
    });
  }
  if (!over_) over_ = !feed_.pump();
}

void Watched::leave(Listener& listener) {
  if (listeners_.erase(&listener) == 0 || !listeners_.empty() || watch_ == 0) return;
  feed_.stream()->unwatch(std::exchange(watch_, 0));
  over_ = true;  // whoever comes next begins anew, with a fresh cursor
}

void Watched::changed() {
  if (over_) return;
  over_ = !feed_.pump();
  const std::vector<Listener*> now(listeners_.begin(), listeners_.end());
  for (auto* listener : now) {
    if (listeners_.count(listener) == 0) continue;  // left meanwhile
    if (over_) {
      listener->feed_ended();
    } else {
      listener->feed_changed();
    }
  }
}

std::shared_ptr<Watched> Hub::get(const std::shared_ptr<stream::Stream>& stream, std::shared_ptr<const void> hold) {
  std::erase_if(watched_, [](const auto& entry) { return entry.second.expired(); });
  auto& entry = watched_[stream.get()];
  auto watched = entry.lock();
  if (!watched || watched->is_over()) {
    watched = std::make_shared<Watched>(loop_, stream, std::move(hold));
    entry = watched;
  }
  return watched;
}

int Hub::streams() const {
  return static_cast<int>(std::count_if(watched_.begin(), watched_.end(), [](const auto& entry) {
    auto watched = entry.second.lock();
    return watched && !watched->is_over();
  }));
}

}  // namespace vigil::live::rtsp
