#include "media/sdp.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"
#include "media/rtp.h"

namespace vigil::media {
namespace {

std::string base64(Bytes bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto left = bytes.size() - i;
    unsigned group = static_cast<unsigned>(bytes[i]) << 16 |
                     (left > 1 ? static_cast<unsigned>(bytes[i + 1]) << 8 : 0u) |
                     (left > 2 ? static_cast<unsigned>(bytes[i + 2]) : 0u);
    out += kDigits[group >> 18];
    out += kDigits[group >> 12 & 63];
    out += left > 1 ? kDigits[group >> 6 & 63] : '=';
    out += left > 2 ? kDigits[group & 63] : '=';
  }
  return out;
}

std::string hex(Bytes bytes) {
  std::string out;
  for (auto byte : bytes) out += fmt::format("{:02X}", byte);
  return out;
}

// A line break in foreign text must not begin a line of its own.
std::string one_line(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) out += c;
  }
  return out;
}

std::string h264_format(const CodecParams& params, bool with_sets) {
  std::string out = "packetization-mode=1";
  auto record = h264::parse_avcc(params.extradata);
  if (!record) return out;
  out += ";profile-level-id=" + hex(Bytes(params.extradata).subspan(1, 3));
  std::string sets;
  for (auto nal : record->nals) sets += (sets.empty() ? "" : ",") + base64(nal);
  if (with_sets && !sets.empty()) out += ";sprop-parameter-sets=" + sets;
  return out;
}

std::string h265_format(const CodecParams& params, bool with_sets) {
  std::string out;
  auto record = h265::parse_hvcc(params.extradata);
  if (!record || !with_sets) return out;
  for (auto [type, name] :
       {std::pair{h265::kVps, "sprop-vps="}, {h265::kSps, "sprop-sps="}, {h265::kPps, "sprop-pps="}}) {
    std::string sets;
    for (auto nal : record->nals) {
      if (h265::nal_type(nal) == type) sets += (sets.empty() ? "" : ",") + base64(nal);
    }
    if (!sets.empty()) out += (out.empty() ? "" : ";") + std::string(name) + sets;
  }
  return out;
}

struct Mapping {
  std::string encoding;  // as in a=rtpmap
  std::string format;    // as in a=fmtp; may be empty
};

Mapping mapping(const CodecParams& params, bool with_sets) {
  const int rate = rtp_clock_rate(params);
  const int channels = params.channels > 0 ? params.channels : 1;
  switch (params.codec) {
    case Codec::H264:
      return {"H264/90000", h264_format(params, with_sets)};
    case Codec::H265:
      return {"H265/90000", h265_format(params, with_sets)};
    case Codec::Aac:
      return {fmt::format("MPEG4-GENERIC/{}/{}", rate, channels),
              "streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=" +
                  hex(params.extradata)};
    case Codec::Opus:
      return {"opus/48000/2", channels == 2 ? "sprop-stereo=1" : ""};
    case Codec::Pcmu:
      return {fmt::format("PCMU/{}{}", rate, channels > 1 ? fmt::format("/{}", channels) : ""), ""};
    case Codec::Pcma:
      return {fmt::format("PCMA/{}{}", rate, channels > 1 ? fmt::format("/{}", channels) : ""), ""};
    default:
      return {};
  }
}

std::string write(const SdpSession& session, std::span<const SdpTrack> tracks, bool with_sets) {
  const auto address = one_line(session.origin_address);
  const auto* family = address.find(':') == std::string::npos ? "IP4" : "IP6";
  auto out =
      fmt::format("v=0\r\no=- {} 1 IN {} {}\r\ns={}\r\nc=IN {} {}\r\nt=0 0\r\na=control:*\r\n", session.id, family,
                  address, one_line(session.name), family, std::string_view(family) == "IP4" ? "0.0.0.0" : "::");
  for (const auto& track : tracks) {
    if (!track.params || !rtp_supports(track.params->codec)) continue;
    const auto& params = *track.params;
    auto map = mapping(params, with_sets);
    out += fmt::format("m={} 0 RTP/AVP {}\r\na=rtpmap:{} {}\r\n", params.kind == TrackKind::Video ? "video" : "audio",
                       track.payload_type, track.payload_type, map.encoding);
    if (!map.format.empty()) out += fmt::format("a=fmtp:{} {}\r\n", track.payload_type, map.format);
    out += "a=control:" + one_line(track.control) + "\r\n";
  }
  return out;
}

}  // namespace

std::string write_sdp(const SdpSession& session, std::span<const SdpTrack> tracks) {
  return write(session, tracks, true);
}

std::string write_sdp_without_parameter_sets(const SdpSession& session, std::span<const SdpTrack> tracks) {
  return write(session, tracks, false);
}

}  // namespace vigil::media
