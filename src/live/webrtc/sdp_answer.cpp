#include <fmt/format.h>

#include "live/webrtc/negotiation.h"

namespace vigil::live::webrtc {
namespace {

// RFC 8445, 5.1.2.1; UDP before TCP, as they stand in the list.
std::uint32_t priority(bool tcp, std::size_t index) {
  const auto local = 65535u - static_cast<std::uint32_t>(std::min<std::size_t>(index, 1000)) - (tcp ? 32768u : 0u);
  return (tcp ? 110u : 126u) << 24 | local << 8 | 255u;
}

std::string candidates(const Local& local) {
  std::string out;
  for (std::size_t i = 0; i < local.udp.size(); ++i) {
    out += fmt::format("a=candidate:{} 1 udp {} {} {} typ host\r\n", i + 1, priority(false, i), ip_text(local.udp[i]),
                       local.udp[i].port);
  }
  for (std::size_t i = 0; i < local.tcp.size(); ++i) {
    out += fmt::format("a=candidate:{} 1 tcp {} {} {} typ host tcptype passive\r\n", 100 + i, priority(true, i),
                       ip_text(local.tcp[i]), local.tcp[i].port);
  }
  return out + "a=end-of-candidates\r\n";
}

std::string payload_lines(const SentTrack& track) {
  const auto& format = track.format;
  const int type = format.payload_type;
  auto out = fmt::format("a=rtpmap:{} {}/{}{}\r\n", type, format.encoding == "opus" ? "opus" : [&] {
    auto upper = format.encoding;
    for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return upper;
  }(), format.clock_rate, format.channels > 1 ? fmt::format("/{}", format.channels) : "");
  if (!format.parameter_text.empty()) out += fmt::format("a=fmtp:{} {}\r\n", type, format.parameter_text);
  if (format.nack) out += fmt::format("a=rtcp-fb:{} nack\r\n", type);
  if (format.pli) out += fmt::format("a=rtcp-fb:{} nack pli\r\n", type);
  if (format.fir) out += fmt::format("a=rtcp-fb:{} ccm fir\r\n", type);
  if (track.rtx) {
    out += fmt::format("a=rtpmap:{} rtx/{}\r\na=fmtp:{} apt={}\r\n", *track.rtx, format.clock_rate, *track.rtx, type);
  }
  return out;
}

std::string source_lines(const SentTrack& track, const std::string& cname) {
  auto out = fmt::format("a=msid:{} {}\r\n", cname, track.section);
  if (track.rtx) out += fmt::format("a=ssrc-group:FID {} {}\r\n", track.ssrc, track.rtx_ssrc);
  out += fmt::format("a=ssrc:{} cname:{}\r\n", track.ssrc, cname);
  if (track.rtx) out += fmt::format("a=ssrc:{} cname:{}\r\n", track.rtx_ssrc, cname);
  return out;
}

std::string accepted(const OfferedSection& section, const SentTrack& track, const Local& local, bool first) {
  auto types = std::to_string(track.format.payload_type);
  if (track.rtx) types += fmt::format(" {}", *track.rtx);
  auto out = fmt::format("m={} 9 {} {}\r\nc=IN IP4 0.0.0.0\r\n", section.kind, section.protocol, types);
  if (!section.mid.empty()) out += "a=mid:" + section.mid + "\r\n";
  out += "a=sendonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\n";
  out += fmt::format("a=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:{}\r\na=setup:passive\r\n", local.ufrag,
                     local.password, local.fingerprint);
  if (track.playout_delay != 0) {
    out += fmt::format("a=extmap:{} {}\r\n", track.playout_delay, section.extensions.at(track.playout_delay));
  }
  out += payload_lines(track) + source_lines(track, local.cname);
  return first ? out + candidates(local) : out;
}

std::string refused(const OfferedSection& section) {
  auto out = fmt::format("m={} 0 {} {}\r\nc=IN IP4 0.0.0.0\r\n", section.kind, section.protocol, section.first_format);
  if (!section.mid.empty()) out += "a=mid:" + section.mid + "\r\n";
  return out + "a=inactive\r\n";
}

const SentTrack* sent_in(const Agreement& agreement, std::size_t section) {
  for (const auto* track : {&agreement.video, &agreement.audio}) {
    if (*track && (*track)->section == section) return &**track;
  }
  return nullptr;
}

}  // namespace

TransportSection transport_section(const Offer& offer, const Agreement& agreement) {
  for (std::size_t i = 0; i < offer.sections.size(); ++i) {
    const auto* track = sent_in(agreement, i);
    if (track == nullptr) continue;
    const auto& section = offer.sections[i];
    return {section.kind, section.protocol, section.mid, track->format.payload_type};
  }
  return {};
}

std::string write_fragment(const TransportSection& section, const Local& local) {
  auto out = fmt::format("a=ice-lite\r\nm={} 9 {} {}\r\n", section.kind, section.protocol, section.payload_type);
  if (!section.mid.empty()) out += "a=mid:" + section.mid + "\r\n";
  return out + fmt::format("a=ice-ufrag:{}\r\na=ice-pwd:{}\r\n", local.ufrag, local.password) + candidates(local);
}

std::string write_answer(const Offer& offer, const Agreement& agreement, const Local& local) {
  auto out = fmt::format("v=0\r\no=- {} 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n", local.session);
  if (!offer.bundle.empty()) {
    out += "a=group:BUNDLE";
    for (std::size_t i = 0; i < offer.sections.size(); ++i) {
      if (sent_in(agreement, i) != nullptr) out += " " + offer.sections[i].mid;
    }
    out += "\r\n";
  }
  out += "a=msid-semantic: WMS *\r\n";
  bool first = true;
  for (std::size_t i = 0; i < offer.sections.size(); ++i) {
    const auto* track = sent_in(agreement, i);
    if (track == nullptr) {
      out += refused(offer.sections[i]);
    } else {
      out += accepted(offer.sections[i], *track, local, first);
      first = false;
    }
  }
  return out;
}

}  // namespace vigil::live::webrtc
