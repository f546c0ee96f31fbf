#include "ingest/native/track.h"

#include <algorithm>
#include <random>

namespace vigil::ingest::native {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kMostForeign = 8;
// Tracks that are in line better than this are left alone: reports jitter.
constexpr Ticks kInLine = milliseconds(40);
constexpr Ticks kTooFar = seconds(5);

media::CodecParams without_sets(media::CodecParams params) {
  params.extradata.clear();
  return params;
}

std::uint32_t random_ssrc() {
  return std::random_device{}();
}

}  // namespace

Track::Track(int number, const rtp::MediaDescription& media, milliseconds patience, SteadyTime began)
    : number_(number),
      described_(media.params),
      clock_rate_(media.clock_rate),
      own_ssrc_(random_ssrc()),
      began_(began),
      payload_type_(media.payload_type),
      reorder_({patience, 256}),
      meter_(media.clock_rate),
      depacketiser_(rtp::make_depacketiser(media)),
      normaliser_(media.params, media::AccessUnitNormaliser::Framing::LengthPrefixed),
      timeline_(true),
      capture_(media.clock_rate) {}

media::ParamsPtr Track::announced() const {
  if (auto params = normaliser_.params()) return params;
  auto plain = without_sets(described_);
  plain.width = plain.height = 0;
  return std::make_shared<const media::CodecParams>(std::move(plain));
}

// Cameras number their payload types otherwise than announced, and begin with a new source in mid-stream; both is
// believed when it goes on.
bool Track::is_ours(const rtp::RtpView& packet) {
  const bool expected = packet.payload_type == payload_type_ && (!ssrc_ || *ssrc_ == packet.ssrc);
  if (expected) {
    foreign_ = 0;
    ssrc_ = packet.ssrc;
    return true;
  }
  if (packet.payload_type == payload_type_ || ++foreign_ > kMostForeign) {
    source_changed_ = ssrc_.has_value();
    ssrc_ = packet.ssrc;
    payload_type_ = packet.payload_type;
    foreign_ = 0;
    return true;
  }
  return false;
}

bool Track::take_rtp(std::span<const std::uint8_t> bytes, const Arrival& arrival, std::vector<media::Packet>& out) {
  auto packet = rtp::parse_rtp(bytes);
  if (!packet || rtp::looks_like_rtcp(bytes) || !is_ours(*packet)) return false;
  meter_.packet(packet->ssrc, packet->sequence, packet->timestamp, arrival.steady);
  if (source_changed_) {
    reorder_.restart();
    capture_.reset();
    late_.reset();
    followed_ = led_ = 0;
  }
  bool gap = false;
  if (reorder_.push(packet->sequence, bytes, arrival.steady, gap)) take_in_order(bytes, gap, arrival, out);
  tick(arrival, out);
  return true;
}

void Track::tick(const Arrival& arrival, std::vector<media::Packet>& out) {
  while (auto ready = reorder_.pop(arrival.steady)) take_in_order(ready->bytes, ready->gap, arrival, out);
}

void Track::take_in_order(std::span<const std::uint8_t> bytes, bool gap, const Arrival& arrival,
                          std::vector<media::Packet>& out) {
  auto packet = rtp::parse_rtp(bytes);
  if (!packet) return;
  units_.clear();
  lacks_reference_ = lacks_reference_ || gap;
  depacketiser_->push(*packet, gap || source_changed_, units_);
  if (source_changed_) last_timestamp_.reset();
  source_changed_ = false;
  for (auto& unit : units_) emit(std::move(unit), arrival, out);
}

Ticks Track::pts_of(std::uint32_t timestamp, const Arrival& arrival) {
  if (!last_timestamp_) {
    // In line by arrival: what comes first was taken about now.
    base_ = std::chrono::duration_cast<Ticks>(arrival.steady - began_);
    extended_ = 0;
  } else {
    extended_ += static_cast<std::int32_t>(timestamp - *last_timestamp_);
  }
  last_timestamp_ = timestamp;
  return base_ + Ticks(extended_ / clock_rate_ * 90000 + extended_ % clock_rate_ * 90000 / clock_rate_);
}

// Of the pictures after a loss, those that are better not shown.
bool Track::leave_out(const media::Packet& packet) {
  const auto passed = last_pts_ ? std::clamp(packet.pts - *last_pts_, Ticks(0), kLongestGap) : Ticks(0);
  last_pts_ = packet.pts;
  if (packet.key) lacks_reference_ = false;
  if (!lacks_reference_ || gap_allowance_ < passed) {
    gap_allowance_ = std::min(gap_allowance_ + passed / 4, kLongestGap);
    return false;
  }
  gap_allowance_ -= passed;
  return true;
}

void Track::emit(rtp::Unit unit, const Arrival& arrival, std::vector<media::Packet>& out) {
  const auto pts = pts_of(unit.timestamp, arrival);
  auto normal = normaliser_.push(unit.data);
  if (!normal) {
    ++broken_units_;
    return;
  }
  broken_units_ = 0;
  if (normal->data.empty() || !normal->params) return;
  auto stamp = timeline_.next(std::nullopt, pts, normal->params->reorder_depth, arrival.steady);
  media::Packet packet;
  packet.track = number_;
  packet.dts = stamp.dts;
  packet.pts = stamp.pts;
  packet.received = arrival.wall;
  packet.captured = capture_.time_of(unit.timestamp, arrival.wall, arrival.steady);
  packet.key = normal->key || number_ > 0;
  packet.discontinuity = stamp.discontinuity;
  packet.params = std::move(normal->params);
  packet.data = media::SharedBytes(std::move(normal->data));
  if (leave_out(packet)) return;
  out.push_back(std::move(packet));
}

void Track::take_rtcp(std::span<const std::uint8_t> bytes, const Arrival& arrival) {
  auto parsed = rtp::parse_rtcp(bytes);
  if (!parsed) return;
  for (const auto& report : parsed->senders) {
    // Some cameras write another number here than into their packets; a single sender is meant all the same.
    if (ssrc_ && report.ssrc != *ssrc_ && parsed->senders.size() > 1) continue;
    meter_.report(report, arrival.steady);
    capture_.report(report);
  }
}

std::optional<WallTime> Track::origin() const {
  if (!last_timestamp_) return std::nullopt;
  auto captured = capture_.camera_time_of(*last_timestamp_);
  if (!captured) return std::nullopt;
  auto pts = base_ + Ticks(extended_ / clock_rate_ * 90000 + extended_ % clock_rate_ * 90000 / clock_rate_);
  return *captured - std::chrono::duration_cast<std::chrono::microseconds>(pts);
}

void Track::follow(const Track& other) {
  auto ours = origin(), theirs = other.origin();
  if (!ours || !theirs || (capture_.reports() == followed_ && other.capture_.reports() == led_)) return;
  const auto late = std::chrono::duration_cast<Ticks>(*ours - *theirs);
  const bool first = followed_ == 0;
  // While the camera's clock is being set the reports of its tracks contradict each other: both must have spoken anew
  // and still say the same.
  const bool both = capture_.reports() != followed_ && other.capture_.reports() != led_;
  if (!first && !both) return;
  const bool confirmed = late_ && std::chrono::abs(late - *late_) < kInLine;
  late_ = late;
  followed_ = capture_.reports();
  led_ = other.capture_.reports();
  if (std::chrono::abs(late) < kInLine || std::chrono::abs(late) > kTooFar || (!first && !confirmed)) return;
  base_ += late;
  late_ = Ticks(0);
}

}  // namespace vigil::ingest::native
