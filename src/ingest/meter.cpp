#include "ingest/meter.h"

#include <algorithm>

namespace vigil::ingest {
namespace {

constexpr std::chrono::seconds kWindow{5};

double seconds(auto duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

void Meter::connecting() {
  MutexLock lock(mutex_);
  // A stream that failed stays "reconnecting", with its reason, until it works again.
  if (figures_.reason == model::FailureReason::None) figures_.state = model::CameraState::Connecting;
  figures_.next_try_at.reset();
}

void Meter::connected(const SourceInfo& info, WallTime now) {
  MutexLock lock(mutex_);
  figures_.state = model::CameraState::Connected;
  figures_.reason = model::FailureReason::None;
  figures_.detail.clear();
  figures_.transport = info.transport;
  figures_.connected_since = now;
  ++figures_.connects;
  for (std::size_t i = 1; i < info.tracks.size(); ++i) figures_.audio_codec = media::codec_name(info.tracks[i]->codec);
  window_.clear();
  first_.reset();
  last_key_.reset();
}

void Meter::packet(const media::Packet& packet) {
  MutexLock lock(mutex_);
  figures_.bytes += packet.data.size();
  window_.push_back({packet.received, packet.data.size(), packet.track == 0});
  while (packet.received - window_.front().received > kWindow) window_.pop_front();
  if (packet.track != 0) {
    figures_.audio_codec = media::codec_name(packet.params->codec);  // whoever publishes has announced nothing
    return;
  }
  ++figures_.frames;
  figures_.last_frame_at = packet.received;
  if (packet.key) {
    if (last_key_) figures_.gop_seconds = seconds(packet.received - *last_key_);
    last_key_ = packet.received;
  }
  if (packet.params != params_) {
    params_ = packet.params;
    figures_.codec = media::codec_name(params_->codec);
    figures_.width = params_->width;
    figures_.height = params_->height;
  }
  measure_clock(packet);
}

// How far the source's clock has run ahead (+) or behind (-) ours since this connection began.
void Meter::measure_clock(const media::Packet& packet) {
  if (!first_ || packet.discontinuity) {
    first_ = packet;
    first_->data = {};
  }
  figures_.clock_skew_s = seconds(packet.dts - first_->dts) - seconds(packet.received - first_->received);
}

void Meter::failed(const Failure& why) {
  MutexLock lock(mutex_);
  ++figures_.failures[why.reason];
  figures_.state = model::CameraState::Reconnecting;
  figures_.reason = why.reason;
  figures_.detail = why.detail;
  figures_.connected_since.reset();
  window_.clear();
}

void Meter::waiting(WallTime next_try) {
  MutexLock lock(mutex_);
  figures_.next_try_at = next_try;
}

void Meter::stopped() {
  MutexLock lock(mutex_);
  figures_.state = model::CameraState::Idle;
  figures_.connected_since.reset();
  figures_.next_try_at.reset();
  window_.clear();
}

model::StreamFigures Meter::figures(WallTime now) const {
  MutexLock lock(mutex_);
  auto out = figures_;
  std::size_t bytes = 0;
  int pictures = 0;
  for (const auto& arrival : window_) {
    if (now - arrival.received > kWindow) continue;
    bytes += arrival.bytes;
    pictures += arrival.video ? 1 : 0;
  }
  if (window_.empty()) return out;
  // A young connection is measured over its age; intervals are one fewer than pictures.
  double span = std::clamp(seconds(now - window_.front().received), 1.0, seconds(kWindow));
  out.fps = std::max(0, pictures - (span < seconds(kWindow) ? 1 : 0)) / span;
  out.bits_per_second = static_cast<double>(bytes) * 8 / span;
  return out;
}

}  // namespace vigil::ingest
