#include "rtp/rtcp.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "media/nal.h"

namespace vigil::rtp {
namespace {

constexpr std::uint8_t kSenderReport = 200, kReceiverReport = 201, kDescription = 202, kBye = 203;
constexpr std::uint64_t kFrom1900To1970 = 2208988800u;
constexpr std::size_t kMostBlocks = 31;

using Bytes = std::span<const std::uint8_t>;

std::uint32_t be32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 | static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

void read_blocks(Bytes body, std::size_t count, std::vector<ReceptionReport>& out) {
  for (std::size_t i = 0; i < count && body.size() >= (i + 1) * 24 && out.size() < kMostBlocks; ++i) {
    auto block = body.subspan(i * 24, 24);
    ReceptionReport report;
    report.ssrc = be32(block, 0);
    report.fraction_lost = block[4];
    auto lost = static_cast<std::int32_t>(be32(block, 4) & 0xffffff);
    report.lost = lost >= 1 << 23 ? lost - (1 << 24) : lost;
    report.highest_sequence = be32(block, 8);
    report.jitter = be32(block, 12);
    out.push_back(report);
  }
}

void read_part(std::uint8_t type, std::size_t count, Bytes body, Rtcp& out) {
  if (type == kSenderReport && body.size() >= 24) {
    out.senders.push_back({be32(body, 0), static_cast<std::uint64_t>(be32(body, 4)) << 32 | be32(body, 8),
                           be32(body, 12), be32(body, 16), be32(body, 20)});
    read_blocks(body.subspan(24), count, out.receptions);
  } else if (type == kReceiverReport && body.size() >= 4) {
    read_blocks(body.subspan(4), count, out.receptions);
  } else if (type == kBye) {
    for (std::size_t i = 0; i < count && body.size() >= (i + 1) * 4; ++i) out.gone.push_back(be32(body, i * 4));
  }
}

}  // namespace

bool looks_like_rtcp(Bytes bytes) {
  return bytes.size() >= 8 && bytes[0] >> 6 == 2 && bytes[1] >= 192 && bytes[1] <= 223;
}

std::optional<Rtcp> parse_rtcp(Bytes bytes) {
  Rtcp out;
  bool any = false;
  while (bytes.size() >= 4 && bytes[0] >> 6 == 2) {
    const auto size = (static_cast<std::size_t>(bytes[2] << 8 | bytes[3]) + 1) * 4;
    if (size > bytes.size()) break;
    any = true;
    if (out.senders.size() < kMostBlocks && out.gone.size() < kMostBlocks)
      read_part(bytes[1], bytes[0] & 0x1f, bytes.subspan(4, size - 4), out);
    bytes = bytes.subspan(size);
  }
  if (!any) return std::nullopt;
  return out;
}

std::optional<WallTime> wall_time_of(std::uint64_t ntp) {
  if (ntp == 0) return std::nullopt;
  auto seconds = ntp >> 32;
  if (seconds < kFrom1900To1970) seconds += std::uint64_t{1} << 32;  // era 1 begins in 2036
  seconds -= kFrom1900To1970;
  if (seconds > (std::uint64_t{1} << 32)) return std::nullopt;
  const auto micros = ((ntp & 0xffffffff) * 1000000) >> 32;
  return WallTime(std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1000000 + micros)));
}

void ReceptionMeter::packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp, SteadyTime arrived) {
  if (!started_ || ssrc != ssrc_) {
    *this = ReceptionMeter(clock_rate_);
    started_ = true;
    ssrc_ = ssrc;
    first_ = highest_ = sequence;
  } else if (static_cast<std::uint16_t>(sequence - highest_) < 0x8000) {
    if (sequence < highest_) ++cycles_;
    highest_ = sequence;
  }
  ++received_;
  const auto ticks = std::chrono::duration<double>(arrived.time_since_epoch()).count() * clock_rate_;
  const auto transit = static_cast<std::uint32_t>(static_cast<std::int64_t>(ticks)) - timestamp;
  if (transit_) {
    const auto moved = std::abs(static_cast<double>(static_cast<std::int32_t>(transit - *transit_)));
    jitter_ += (moved - jitter_) / 16;
  }
  transit_ = transit;
}

void ReceptionMeter::report(const SenderReport& report, SteadyTime arrived) {
  last_report_ = static_cast<std::uint32_t>(report.ntp >> 16);
  last_report_at_ = arrived;
}

std::int64_t ReceptionMeter::lost() const {
  if (!started_) return 0;
  return static_cast<std::int64_t>(extended_highest()) - first_ + 1 - static_cast<std::int64_t>(received_);
}

std::vector<std::uint8_t> ReceptionMeter::make_report(std::uint32_t own_ssrc, SteadyTime now) {
  constexpr std::string_view kName = "vigil";
  std::vector<std::uint8_t> out = {static_cast<std::uint8_t>(started_ ? 0x81 : 0x80), kReceiverReport};
  media::append_be16(out, started_ ? 7 : 1);
  media::append_be32(out, own_ssrc);
  if (started_) {
    const auto expected = static_cast<std::int64_t>(received_) + lost();
    const auto expected_now = expected - std::exchange(expected_before_, expected);
    const auto received_now = static_cast<std::int64_t>(received_ - std::exchange(received_before_, received_));
    const auto lost_now = std::max<std::int64_t>(expected_now - received_now, 0);
    const auto fraction = expected_now > 0 ? std::min<std::int64_t>(lost_now * 256 / expected_now, 255) : 0;
    const auto all = std::clamp<std::int64_t>(lost(), -0x800000, 0x7fffff) & 0xffffff;
    media::append_be32(out, ssrc_);
    media::append_be32(out, static_cast<std::size_t>(fraction << 24 | all));
    media::append_be32(out, extended_highest());
    media::append_be32(out, static_cast<std::uint32_t>(std::min(jitter_, 4e9)));
    media::append_be32(out, last_report_);
    const auto since = std::chrono::duration<double>(now - last_report_at_).count();
    media::append_be32(out, last_report_ == 0 ? 0 : static_cast<std::uint32_t>(std::min(since, 65535.0) * 65536));
  }
  // SDES: one chunk with CNAME, ended and padded with zeros to a multiple of four bytes.
  std::vector<std::uint8_t> chunk;
  media::append_be32(chunk, own_ssrc);
  chunk.push_back(1);
  chunk.push_back(static_cast<std::uint8_t>(kName.size()));
  chunk.insert(chunk.end(), kName.begin(), kName.end());
  do chunk.push_back(0);
  while (chunk.size() % 4 != 0);
  out.push_back(0x81);
  out.push_back(kDescription);
  media::append_be16(out, chunk.size() / 4);
  media::append(out, chunk);
  return out;
}

}  // namespace vigil::rtp
