#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"

// RTCP (RFC 3550, 6) as far as one receiver of one sender needs it. Pure.

namespace vigil::rtp {

struct SenderReport {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp = 0;  // seconds since 1900 in 32.32 bits
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0, octets = 0;
};

struct ReceptionReport {
  std::uint32_t ssrc = 0;  // of the sender it speaks about
  std::uint8_t fraction_lost = 0;
  std::int32_t lost = 0;
  std::uint32_t highest_sequence = 0;
  std::uint32_t jitter = 0;  // in the clock of the track
};

struct Rtcp {
  std::vector<SenderReport> senders;
  std::vector<ReceptionReport> receptions;
  std::vector<std::uint32_t> gone;  // BYE
};

// A compound packet; parts after a broken one are left out. Nothing when not even the first is one.
std::optional<Rtcp> parse_rtcp(std::span<const std::uint8_t> bytes);

// True for what RFC 5761 calls RTCP on a channel shared with RTP, and for cameras that mix up their channels.
bool looks_like_rtcp(std::span<const std::uint8_t> bytes);

// Nothing for zero. Seconds that would lie before 1970 are of the era that begins in 2036; cameras without a clock send
// such, so whoever uses this compares it with the time of arrival.
std::optional<WallTime> wall_time_of(std::uint64_t ntp);

// Counts what comes of one sender and says so in receiver reports (RFC 3550, A.3 and A.8). Not thread-safe.
class ReceptionMeter {
 public:
  explicit ReceptionMeter(int clock_rate) : clock_rate_(clock_rate) {}

  // In the order of arrival. `sequence` may go back.
  void packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp, SteadyTime arrived);
  void report(const SenderReport& report, SteadyTime arrived);

  // A receiver report and the SDES CNAME that a compound needs; without a block before the first packet.
  std::vector<std::uint8_t> make_report(std::uint32_t own_ssrc, SteadyTime now);

  std::uint64_t received() const { return received_; }
  std::int64_t lost() const;  // so far; duplicates make it smaller

 private:
  std::uint32_t extended_highest() const { return cycles_ << 16 | highest_; }

  int clock_rate_;
  bool started_ = false;
  std::uint32_t ssrc_ = 0;
  std::uint32_t first_ = 0, cycles_ = 0;
  std::uint16_t highest_ = 0;
  std::uint64_t received_ = 0;
  std::int64_t expected_before_ = 0;
  std::uint64_t received_before_ = 0;
  std::optional<std::uint32_t> transit_;
  double jitter_ = 0;
  std::uint32_t last_report_ = 0;  // the middle 32 bits of its NTP time
  SteadyTime last_report_at_{};
};

}  // namespace vigil::rtp
