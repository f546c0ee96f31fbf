#include "stream/stream.h"

#include <algorithm>

namespace vigil::stream {

using media::PacketPtr;

namespace {
bool starts_group(const media::Packet& packet) {
  return packet.track == 0 && packet.key;
}
}  // namespace

Stream::Stream(Limits limits) : limits_(limits) {}
Stream::~Stream() = default;

std::uint64_t Stream::publish(media::Packet packet) {
  std::uint64_t sequence = 0;
  bool key = starts_group(packet), wake = false, wake_key = false;
  {
    MutexLock lock(mutex_);
    if (closed_) return 0;
    sequence = packet.sequence = end();
    bytes_ += packet.data.size();
    total_bytes_ += packet.data.size();
    tracks_[packet.track] = packet.params;
    if (key) keys_.push_back(sequence);
    ring_.push_back(std::make_shared<const media::Packet>(std::move(packet)));
    if (ring_.back()->track == 0) newest_video_ = ring_.back();
    trim();
    wake = waiting_ > 0;
    wake_key = key && waiting_key_ > 0;
  }
  if (wake) packet_came_.notify_all();
  if (wake_key) key_came_.notify_all();
  MutexLock lock(watch_mutex_);
  for (const auto& [id, on_change] : watchers_) on_change();
  return sequence;
}

// Whole groups of pictures go, oldest first, as long as another one is left. A single group that outgrows the byte
// limit (a camera with endless groups) loses its front: readers within it go on, new readers wait for the next key
// frame.
void Stream::trim() {
  auto newest = ring_.back()->received;
  while (keys_.size() >= 2 && (bytes_ > limits_.max_bytes || newest - at(keys_[1])->received >= limits_.max_age)) {
    auto next_group = keys_[1];
    while (first_ < next_group) drop_front();
  }
  // What stands before the first key frame is of no use to new readers; it goes like a group of its own.
  while (ring_.size() > 1 && (keys_.empty() || keys_.front() != first_) &&
         (bytes_ > limits_.max_bytes || newest - ring_.front()->received >= limits_.max_age)) {
    drop_front();
  }
  while (ring_.size() > 1 && bytes_ > limits_.max_bytes) drop_front();
}

void Stream::drop_front() {
  if (!keys_.empty() && keys_.front() == first_) keys_.pop_front();
  bytes_ -= ring_.front()->data.size();
  ring_.pop_front();
  ++first_;
}

void Stream::close() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  packet_came_.notify_all();
  key_came_.notify_all();
  MutexLock lock(watch_mutex_);
  for (const auto& [id, on_change] : watchers_) on_change();
}

Cursor Stream::open(Start start) {
  MutexLock lock(mutex_);
  ++readers_;
  std::uint64_t position = end();
  if (start == Start::NewestKeyFrame && !keys_.empty()) position = keys_.back();
  if (start == Start::OldestKeyFrame && !keys_.empty()) position = keys_.front();
  return Cursor(shared_from_this(), position);
}

void Stream::closed_by_reader() {
  MutexLock lock(mutex_);
  --readers_;
}

int Stream::watch(std::function<void()> on_change) {
  MutexLock lock(watch_mutex_);
  watchers_.emplace(next_watch_, std::move(on_change));
  return next_watch_++;
}

void Stream::unwatch(int id) {
  MutexLock lock(watch_mutex_);
  watchers_.erase(id);
}

std::vector<PacketPtr> Stream::group_at(WallTime time) const {
  MutexLock lock(mutex_);
  std::vector<PacketPtr> out;
  auto later = std::upper_bound(keys_.begin(), keys_.end(), time,
                                [this](WallTime t, std::uint64_t key)
                                    VIGIL_NO_THREAD_SAFETY_ANALYSIS { return t < at(key)->time(); });
  if (later == keys_.begin()) return out;
  for (auto sequence = *std::prev(later); sequence < end(); ++sequence) {
    if (at(sequence)->track != 0) continue;
    if (at(sequence)->time() > time) break;
    out.push_back(at(sequence));
  }
  return out;
}

std::vector<PacketPtr> Stream::newest_group() const {
  MutexLock lock(mutex_);
  std::vector<PacketPtr> out;
  if (keys_.empty()) return out;
  for (auto sequence = keys_.back(); sequence < end(); ++sequence) {
    if (at(sequence)->track == 0) out.push_back(at(sequence));
  }
  return out;
}

PacketPtr Stream::newest_video() const {
  MutexLock lock(mutex_);
  return newest_video_;
}

std::map<int, media::ParamsPtr> Stream::tracks() const {
  MutexLock lock(mutex_);
  return tracks_;
}

Figures Stream::figures() const {
  MutexLock lock(mutex_);
  return {end() - 1, total_bytes_, ring_.size(), bytes_, readers_, lagged_};
}

}  // namespace vigil::stream
