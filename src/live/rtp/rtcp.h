#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"

// RTCP (RFC 3550, 6; feedback: RFC 4585, 5104), as much as a sender needs. Pure.

namespace vigil::live::rtp {

// 64-bit NTP time (RFC 3550, 4).
std::uint64_t ntp_time(WallTime time);

struct SenderInfo {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp = 0;
  std::uint32_t timestamp = 0;  // the RTP time of the same moment
  std::uint32_t packets = 0, octets = 0;
};

// A compound packet: sender report without report blocks and SDES with the CNAME (at most 255 bytes).
std::vector<std::uint8_t> sender_report(const SenderInfo& info, std::string_view cname);
std::vector<std::uint8_t> goodbye(std::uint32_t ssrc);

struct ReportBlock {
  std::uint32_t ssrc = 0;  // of the source that it is about
  std::uint8_t fraction_lost = 0;
  std::int32_t lost = 0;
  std::uint32_t highest_sequence = 0, jitter = 0;
  std::uint32_t last_report = 0;  // middle 32 bits of the NTP time of the last sender report; 0: none yet
  std::uint32_t delay = 0;        // since then, in 1/65536 s
};

struct Received {
  std::vector<ReportBlock> reports;
  struct Lost {
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;
  };
  std::vector<Lost> lost;                       // generic NACK, one each
  std::vector<std::uint32_t> picture_requests;  // PLI and FIR: the SSRC that a key frame is asked of
  std::vector<std::uint32_t> left;              // BYE
  std::optional<std::uint64_t> bitrate;         // REMB, bits per second
};

// Nothing when the bytes are no compound of whole RTCP packets. Packets of other types are passed over. At most 1024
// losses and 64 of everything else are kept.
std::optional<Received> parse_rtcp(std::span<const std::uint8_t> bytes);

// Round trip of a report block that came at `now`; nothing when there was no sender report yet or the times are absurd
// (over 60 s).
std::optional<std::chrono::microseconds> round_trip(const ReportBlock& block, WallTime now);

}  // namespace vigil::live::rtp
