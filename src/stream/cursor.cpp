#include <utility>

#include "stream/stream.h"

namespace vigil::stream {

Cursor::Cursor(Cursor&& other) noexcept : stream_(std::move(other.stream_)), position_(other.position_) {}

Cursor& Cursor::operator=(Cursor&& other) noexcept {
  std::swap(stream_, other.stream_);
  std::swap(position_, other.position_);
  return *this;
}

Cursor::~Cursor() {
  if (stream_) stream_->closed_by_reader();
}

// REQUIRES: stream_->mutex_ held, and a packet at position_ or beyond, or the stream closed.
Next Cursor::take() {
  auto& s = *stream_;
  if (position_ >= s.end()) return Closed{};
  if (position_ < s.first_) {
    Lagged lagged{position_, s.keys_.empty() ? s.end() : s.keys_.back()};
    position_ = lagged.to;
    s.lagged_ += lagged.to - lagged.from;
    return lagged;
  }
  return s.at(position_++);
}

Next Cursor::next(std::stop_token stop, std::chrono::milliseconds timeout) VIGIL_NO_THREAD_SAFETY_ANALYSIS {
  auto& s = *stream_;
  MutexLock lock(s.mutex_);
  auto ready = [&]() VIGIL_REQUIRES(s.mutex_) { return position_ < s.end() || s.closed_; };
  if (!ready()) {
    ++s.waiting_;
    s.packet_came_.wait_for(lock, stop, timeout, ready);
    --s.waiting_;
  }
  if (!ready()) return TimedOut{};
  return take();
}

Next Cursor::try_next() {
  MutexLock lock(stream_->mutex_);
  if (position_ >= stream_->end() && !stream_->closed_) return TimedOut{};
  return take();
}

Next Cursor::next_key(std::stop_token stop, std::chrono::milliseconds timeout) VIGIL_NO_THREAD_SAFETY_ANALYSIS {
  auto& s = *stream_;
  MutexLock lock(s.mutex_);
  auto ready = [&]()
                   VIGIL_REQUIRES(s.mutex_) { return (!s.keys_.empty() && s.keys_.back() >= position_) || s.closed_; };
  if (!ready()) {
    ++s.waiting_key_;
    s.key_came_.wait_for(lock, stop, timeout, ready);
    --s.waiting_key_;
  }
  if (!s.keys_.empty() && s.keys_.back() >= position_) {
    position_ = s.keys_.back() + 1;
    return s.at(s.keys_.back());
  }
  if (s.closed_) return Closed{};
  return TimedOut{};
}

std::uint64_t Cursor::skip_to_newest_key() {
  auto& s = *stream_;
  MutexLock lock(s.mutex_);
  if (s.keys_.empty() || s.keys_.back() <= position_) return 0;
  auto skipped = s.keys_.back() - position_;
  position_ = s.keys_.back();
  return skipped;
}

std::uint64_t Cursor::behind() const {
  MutexLock lock(stream_->mutex_);
  return stream_->end() > position_ ? stream_->end() - position_ : 0;
}

}  // namespace vigil::stream
