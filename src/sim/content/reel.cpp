#include "sim/content/reel.h"

#include <algorithm>
#include <cmath>

namespace vigil::sim {

void Reel::append(Gop gop) {
  auto shared = std::make_shared<const Gop>(std::move(gop));
  MutexLock lock(mutex_);
  gops_.push_back(std::move(shared));
}

void Reel::finish() {
  MutexLock lock(mutex_);
  finished_ = true;
}

std::size_t Reel::size() const {
  MutexLock lock(mutex_);
  return gops_.size();
}

bool Reel::finished() const {
  MutexLock lock(mutex_);
  return finished_;
}

GopPtr Reel::gop(std::size_t index) const {
  MutexLock lock(mutex_);
  return gops_.at(index);
}

Ticks Reel::duration() const {
  MutexLock lock(mutex_);
  return gops_.empty() ? Ticks(0) : gops_.back()->start + gops_.back()->duration;
}

std::size_t Reel::gop_at(Ticks time) const {
  MutexLock lock(mutex_);
  auto after =
      std::upper_bound(gops_.begin(), gops_.end(), time, [](Ticks t, const GopPtr& g) { return t < g->start; });
  return after == gops_.begin() ? 0 : static_cast<std::size_t>(after - gops_.begin()) - 1;
}

media::ParamsPtr Reel::params() const {
  MutexLock lock(mutex_);
  return gops_.empty() ? nullptr : gops_.front()->units.front().params;
}

void GopCutter::push(media::Packet packet) {
  if (packet.key && !open_.units.empty()) close(packet.dts);
  if (!packet.key && open_.units.empty()) return;
  open_.units.push_back(std::move(packet));
}

void GopCutter::finish() {
  if (!open_.units.empty()) close(open_.units.back().dts + frame_);
  reel_.finish();
}

void GopCutter::close(Ticks end) {
  open_.start = open_.units.front().dts;
  // Two key frames at the same time would make a reel that never advances.
  open_.duration = std::max(end - open_.start, Ticks(90));
  reel_.append(std::move(open_));
  open_ = Gop();
}

LoopCursor::LoopCursor(std::shared_ptr<const Reel> reel, Ticks begins, double share)
    : reel_(std::move(reel)), share_(share), gop_due_(begins) {}

bool LoopCursor::ready() {
  if (gop_) return true;
  const auto size = reel_->size();
  if (size == 0) return false;
  moved_ = reel_->finished();
  gop_index_ = moved_ ? reel_->gop_at(Ticks(std::llround(share_ * static_cast<double>(reel_->duration().count())))) : 0;
  gop_ = reel_->gop(gop_index_);
  return true;
}

void LoopCursor::next_gop() {
  gop_due_ += gop_->duration;
  unit_ = 0;
  const auto size = reel_->size();
  if (!moved_ && reel_->finished()) {
    moved_ = true;
    const auto total = reel_->duration();
    const auto offset = Ticks(std::llround(share_ * static_cast<double>(total.count())));
    gop_index_ = reel_->gop_at((gop_->start + gop_->duration + offset) % total);
  } else {
    gop_index_ = gop_index_ + 1 < size ? gop_index_ + 1 : 0;
  }
  gop_ = reel_->gop(gop_index_);
}

std::optional<Ticks> LoopCursor::next_due() {
  if (!ready()) return std::nullopt;
  return gop_due_ + (gop_->units[unit_].dts - gop_->start);
}

media::Packet LoopCursor::take() {
  auto packet = gop_->units[unit_];
  const auto shift = gop_due_ - gop_->start;
  packet.dts += shift;
  packet.pts += shift;
  if (++unit_ == gop_->units.size()) next_gop();
  return packet;
}

std::optional<Ticks> LoopCursor::next_key_due() {
  if (!ready()) return std::nullopt;
  return unit_ == 0 ? gop_due_ : gop_due_ + gop_->duration;
}

void LoopCursor::skip_to(Ticks now) {
  while (ready() && (unit_ != 0 || gop_due_ < now)) next_gop();
}

}  // namespace vigil::sim
