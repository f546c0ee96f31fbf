#include "media/rtp.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"

namespace vigil::media {
namespace {

constexpr std::uint8_t kFuA = 28;     // RFC 6184, 5.8
constexpr std::uint8_t kFuH265 = 49;  // RFC 7798, 4.4.3
constexpr std::size_t kMinPacket = 64;
constexpr std::size_t kMaxAacUnit = 8191;  // 13 bits of AU-size

// Ticks in the clock of the track, without overflow for any time.
std::uint32_t rtp_time(Ticks time, int rate) {
  auto ticks = time.count();
  auto seconds = ticks / 90000, rest = ticks % 90000;
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(seconds) * static_cast<std::uint64_t>(rate) +
                                    static_cast<std::uint64_t>(rest * rate / 90000));
}

std::vector<Bytes> parameter_sets(const CodecParams& params) {
  if (params.codec == Codec::H264) {
    auto record = h264::parse_avcc(params.extradata);
    return record ? record->nals : std::vector<Bytes>{};
  }
  auto record = h265::parse_hvcc(params.extradata);
  return record ? record->nals : std::vector<Bytes>{};
}

}  // namespace

bool rtp_supports(Codec codec) {
  switch (codec) {
    case Codec::H264:
    case Codec::H265:
    case Codec::Aac:
    case Codec::Opus:
    case Codec::Pcmu:
    case Codec::Pcma:
      return true;
    default:
      return false;
  }
}

int rtp_clock_rate(const CodecParams& params) {
  if (params.kind == TrackKind::Video) return 90000;
  if (params.codec == Codec::Opus) return 48000;
  return params.sample_rate > 0 ? params.sample_rate : 8000;
}

void RtpPacketiser::add(std::vector<RtpPacket>& out, std::uint32_t timestamp, Bytes head, Bytes body, bool marker) {
  RtpPacket packet;
  packet.timestamp = timestamp;
  packet.marker = marker;
  auto& bytes = packet.bytes;
  bytes.reserve(kRtpHeaderSize + head.size() + body.size());
  bytes.push_back(0x80);
  bytes.push_back(static_cast<std::uint8_t>((marker ? 0x80 : 0) | (config_.payload_type & 0x7f)));
  append_be16(bytes, sequence_++);
  append_be32(bytes, timestamp);
  append_be32(bytes, config_.ssrc);
  append(bytes, head);
  append(bytes, body);
  ++packets_;
  octets_ += static_cast<std::uint32_t>(head.size() + body.size());
  out.push_back(std::move(packet));
}

void RtpPacketiser::add_h264(std::vector<RtpPacket>& out, std::uint32_t timestamp, Bytes nal, bool last) {
  const auto room = std::max(config_.max_packet, kMinPacket) - kRtpHeaderSize;
  if (nal.size() <= room) return add(out, timestamp, {}, nal, last);
  auto rest = nal.subspan(1);
  for (bool first = true; !rest.empty(); first = false) {
    auto part = rest.first(std::min(rest.size(), room - 2));
    rest = rest.subspan(part.size());
    const std::array<std::uint8_t, 2> head = {
        static_cast<std::uint8_t>((nal[0] & 0xe0) | kFuA),
        static_cast<std::uint8_t>((first ? 0x80 : 0) | (rest.empty() ? 0x40 : 0) | (nal[0] & 0x1f))};
    add(out, timestamp, head, part, last && rest.empty());
  }
}

void RtpPacketiser::add_h265(std::vector<RtpPacket>& out, std::uint32_t timestamp, Bytes nal, bool last) {
  const auto room = std::max(config_.max_packet, kMinPacket) - kRtpHeaderSize;
  if (nal.size() <= room) return add(out, timestamp, {}, nal, last);
  auto rest = nal.subspan(2);
  for (bool first = true; !rest.empty(); first = false) {
    auto part = rest.first(std::min(rest.size(), room - 3));
    rest = rest.subspan(part.size());
    const std::array<std::uint8_t, 3> head = {
        static_cast<std::uint8_t>((nal[0] & 0x81) | kFuH265 << 1), nal[1],
        static_cast<std::uint8_t>((first ? 0x80 : 0) | (rest.empty() ? 0x40 : 0) | ((nal[0] >> 1) & 0x3f))};
    add(out, timestamp, head, part, last && rest.empty());
  }
}

Result<void> RtpPacketiser::add_video(std::vector<RtpPacket>& out, std::uint32_t timestamp, const Packet& packet) {
  const bool h264 = packet.params->codec == Codec::H264;
  std::vector<Bytes> nals;
  if (packet.key) nals = parameter_sets(*packet.params);
  if (!split_length_prefixed(packet.data.view(), 4, nals) || nals.empty()) {
    return make_error(ErrorKind::DataLoss, "the packet does not hold length-prefixed NAL units");
  }
  for (std::size_t i = 0; i < nals.size(); ++i) {
    const bool last = i + 1 == nals.size();
    if (h264) {
      add_h264(out, timestamp, nals[i], last);
    } else if (nals[i].size() > 2) {
      add_h265(out, timestamp, nals[i], last);
    }
  }
  return {};
}

Result<void> RtpPacketiser::add_audio(std::vector<RtpPacket>& out, std::uint32_t timestamp, const Packet& packet) {
  const auto room = std::max(config_.max_packet, kMinPacket) - kRtpHeaderSize;
  auto rest = packet.data.view();
  switch (packet.params->codec) {
    case Codec::Opus:
      if (rest.size() > room)
        return make_error(ErrorKind::DataLoss, "the Opus packet is larger than an RTP packet may be");
      add(out, timestamp, {}, rest, false);
      return {};
    case Codec::Aac: {
      if (rest.size() > kMaxAacUnit) return make_error(ErrorKind::DataLoss, "the AAC frame is larger than 8191 bytes");
      // One AU header of 16 bits; the pieces of a long frame all carry the size of the whole (RFC 3640, 3.2.3).
      std::vector<std::uint8_t> head;
      append_be16(head, 16);
      append_be16(head, rest.size() << 3);
      while (!rest.empty()) {
        auto part = rest.first(std::min(rest.size(), room - head.size()));
        rest = rest.subspan(part.size());
        add(out, timestamp, head, part, rest.empty());
      }
      return {};
    }
    default:
      // G.711: a byte is a sample of every channel in turn.
      while (!rest.empty()) {
        const auto channels = static_cast<std::size_t>(std::clamp(packet.params->channels, 1, 8));
        auto part = rest.first(std::min(rest.size(), room - room % channels));
        rest = rest.subspan(part.size());
        add(out, timestamp, {}, part, false);
        timestamp += static_cast<std::uint32_t>(part.size() / channels);
      }
      return {};
  }
}

Result<std::vector<RtpPacket>> RtpPacketiser::packetise(const Packet& packet) {
  if (!packet.params || !rtp_supports(packet.params->codec)) {
    return make_error(ErrorKind::InvalidArgument, "this codec does not go out by RTP");
  }
  std::vector<RtpPacket> out;
  auto timestamp = config_.timestamp_offset + rtp_time(packet.pts, rtp_clock_rate(*packet.params));
  bool video = packet.params->kind == TrackKind::Video;
  VIGIL_TRY(video ? add_video(out, timestamp, packet) : add_audio(out, timestamp, packet));
  return out;
}

std::vector<std::uint8_t> rtcp_sender_report(const RtpPacketiser& sender, std::uint32_t rtp_timestamp, WallTime now) {
  constexpr std::uint64_t kFrom1900To1970 = 2208988800u;
  constexpr std::string_view kName = "vigil";
  auto micros = static_cast<std::uint64_t>(now.time_since_epoch().count());
  std::vector<std::uint8_t> out = {0x80, 200};
  append_be16(out, 6);
  append_be32(out, sender.ssrc());
  append_be32(out, micros / 1000000 + kFrom1900To1970);
  append_be32(out, ((micros % 1000000) << 32) / 1000000);
  append_be32(out, rtp_timestamp);
  append_be32(out, sender.packets());
  append_be32(out, sender.payload_bytes());
  // SDES: one chunk with CNAME, ended and padded with zeros to a multiple of four bytes.
  std::vector<std::uint8_t> chunk;
  append_be32(chunk, sender.ssrc());
  chunk.push_back(1);
  chunk.push_back(static_cast<std::uint8_t>(kName.size()));
  chunk.insert(chunk.end(), kName.begin(), kName.end());
  do chunk.push_back(0);
  while (chunk.size() % 4 != 0);
  out.push_back(0x81);
  out.push_back(202);
  append_be16(out, chunk.size() / 4);
  append(out, chunk);
  return out;
}

}  // namespace vigil::media
