#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/codec.h"
#include "media/packet.h"

// RTP out of packets (RFC 3550). H.264: RFC 6184, packetization-mode 1 (single NAL units and FU-A). H.265: RFC 7798
// (single NAL units and FU). AAC: RFC 3640 AAC-hbr. G.711: RFC 3551. Opus: RFC 7587. Pure, no sockets.

namespace vigil::media {

constexpr std::size_t kRtpHeaderSize = 12;

struct RtpConfig {
  std::uint8_t payload_type = 96;
  std::uint32_t ssrc = 1;
  std::uint16_t first_sequence = 0;
  std::uint32_t timestamp_offset = 0;  // RTP time of Ticks 0
  std::size_t max_packet = 1200;       // bytes of one RTP packet, header included; at least 64
};

struct RtpPacket {
  std::vector<std::uint8_t> bytes;  // header and payload
  std::uint32_t timestamp = 0;      // in the clock of the track
  bool marker = false;              // last packet of the access unit
};

// Whether a track of this codec can go out by RTP.
bool rtp_supports(Codec codec);

// Ticks of the RTP clock in a second: 90000 for video, the sample rate for audio (Opus: 48000).
int rtp_clock_rate(const CodecParams& params);

// One per track and receiver. Not thread-safe.
class RtpPacketiser {
 public:
  explicit RtpPacketiser(RtpConfig config) : config_(config), sequence_(config.first_sequence) {}

  // The RTP packets of one access unit; the marker is on the last (for G.711 and Opus: on the first after a pause, so
  // on none here). Parameter sets of packet.params go before every key frame. InvalidArgument where rtp_supports is
  // false, DataLoss on broken data.
  Result<std::vector<RtpPacket>> packetise(const Packet& packet);

  std::uint16_t next_sequence() const { return sequence_; }
  std::uint32_t packets() const { return packets_; }
  std::uint32_t payload_bytes() const { return octets_; }
  std::uint32_t ssrc() const { return config_.ssrc; }

 private:
  void add(std::vector<RtpPacket>& out, std::uint32_t timestamp, std::span<const std::uint8_t> head,
           std::span<const std::uint8_t> body, bool marker);
  void add_h264(std::vector<RtpPacket>& out, std::uint32_t timestamp, std::span<const std::uint8_t> nal, bool last);
  void add_h265(std::vector<RtpPacket>& out, std::uint32_t timestamp, std::span<const std::uint8_t> nal, bool last);
  Result<void> add_video(std::vector<RtpPacket>& out, std::uint32_t timestamp, const Packet& packet);
  Result<void> add_audio(std::vector<RtpPacket>& out, std::uint32_t timestamp, const Packet& packet);

  RtpConfig config_;
  std::uint16_t sequence_;
  std::uint32_t packets_ = 0;
  std::uint32_t octets_ = 0;
};

// An RTCP sender report (RFC 3550, 6.4.1) without report blocks, followed by the SDES CNAME that a compound needs.
std::vector<std::uint8_t> rtcp_sender_report(const RtpPacketiser& sender, std::uint32_t rtp_timestamp, WallTime now);

}  // namespace vigil::media
