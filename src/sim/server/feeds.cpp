#include "sim/server/feeds.h"

#include <cmath>
#include <cstdint>

namespace vigil::sim {
namespace {

constexpr Ticks kAudioPacket{1800};  // 20 ms
constexpr int kAudioRate = 8000, kSamples = 160;

// A machine that stood still for longer than this goes on with the present instead of making up for it.
constexpr Ticks kTooLate{5 * 90000};

std::uint8_t mu_law(int sample) {
  // ITU-T G.711, with the usual bias of 132 on 16-bit samples.
  const int sign = sample < 0 ? 0x80 : 0;
  int magnitude = std::min(std::abs(sample), 32635) + 132;
  int exponent = 7;
  for (int mask = 0x4000; exponent > 0 && (magnitude & mask) == 0; mask >>= 1) --exponent;
  const int mantissa = magnitude >> (exponent + 3) & 0x0f;
  return static_cast<std::uint8_t>(~(sign | exponent << 4 | mantissa));
}

}  // namespace

LoopFeed::LoopFeed(boost::asio::io_context& io, const Timebase& time, std::shared_ptr<const Reel> reel, Ticks begins,
                   double share)
    : time_(time), reel_(reel), cursor_(reel, begins, share), timer_(io) {}

std::optional<Ticks> LoopFeed::next_key() {
  if (!running_) cursor_.skip_to(time_.now());
  return cursor_.next_key_due();
}

void LoopFeed::start() {
  running_ = true;
  cursor_.skip_to(time_.now());
  wait();
}

void LoopFeed::stop() {
  running_ = false;
  timer_.cancel();
}

void LoopFeed::wait() {
  auto due = cursor_.next_due();
  timer_.expires_at(time_.steady_at(due ? *due : time_.now() + Ticks(9000)));
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error && running_) on_time();
  });
}

void LoopFeed::on_time() {
  auto due = cursor_.next_due();
  if (due && time_.now() - *due > kTooLate) cursor_.skip_to(time_.now());
  for (due = cursor_.next_due(); running_ && due && *due <= time_.now(); due = cursor_.next_due()) {
    publish(cursor_.take());
  }
  if (running_) wait();
}

void OnceFeed::start() {
  running_ = true;
  began_ = time_.now();
  gop_ = unit_ = 0;
  wait();
}

void OnceFeed::stop() {
  running_ = false;
  timer_.cancel();
}

void OnceFeed::wait() {
  if (gop_ == reel_->size() && reel_->finished()) return;  // that was the last one
  const bool there = gop_ < reel_->size();
  timer_.expires_at(time_.steady_at(there ? began_ + reel_->gop(gop_)->units[unit_].dts : time_.now() + Ticks(9000)));
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error && running_) on_time();
  });
}

void OnceFeed::on_time() {
  while (running_ && gop_ < reel_->size()) {
    const auto gop = reel_->gop(gop_);
    auto packet = gop->units[unit_];
    packet.dts += began_;
    packet.pts += began_;
    if (packet.dts > time_.now()) break;
    if (++unit_ == gop->units.size()) ++gop_, unit_ = 0;
    publish(packet);
  }
  if (running_) wait();
}

ToneFeed::ToneFeed(boost::asio::io_context& io, const Timebase& time) : time_(time), timer_(io) {
  auto params = std::make_shared<media::CodecParams>();
  params->kind = media::TrackKind::Audio;
  params->codec = media::Codec::Pcmu;
  params->sample_rate = kAudioRate;
  params->channels = 1;
  params_ = std::move(params);
  for (int packet = 0; packet < kAudioRate / kSamples; ++packet) {
    std::vector<std::uint8_t> bytes;
    for (int i = 0; i < kSamples; ++i) {
      const int sample = packet * kSamples + i;
      const bool beep = sample < kAudioRate / 10;
      bytes.push_back(mu_law(beep ? static_cast<int>(8000 * std::sin(sample * 2 * M_PI * 1000 / kAudioRate)) : 0));
    }
    second_.emplace_back(std::move(bytes));
  }
}

void ToneFeed::start() {
  running_ = true;
  next_ = Ticks((time_.now().count() / kAudioPacket.count() + 1) * kAudioPacket.count());
  wait();
}

void ToneFeed::stop() {
  running_ = false;
  timer_.cancel();
}

void ToneFeed::wait() {
  timer_.expires_at(time_.steady_at(next_));
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error && running_) on_time();
  });
}

void ToneFeed::on_time() {
  if (time_.now() - next_ > kTooLate) next_ = Ticks(time_.now().count() / kAudioPacket.count() * kAudioPacket.count());
  while (running_ && next_ <= time_.now()) {
    media::Packet packet;
    packet.track = 1;
    packet.dts = packet.pts = next_;
    packet.key = true;
    packet.params = params_;
    packet.data = second_[static_cast<std::size_t>(next_ / kAudioPacket) % second_.size()];
    next_ += kAudioPacket;
    publish(packet);
  }
  if (running_) wait();
}

}  // namespace vigil::sim
