#include "live/webrtc/negotiation.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "live/rtp/unit.h"
#include "live/webrtc.h"
#include "media/opus.h"
#include "media/rtp.h"

namespace vigil::live::webrtc {
namespace {

using media::Codec;

constexpr const char* kPlayoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

Error bad_offer(std::string what) {
  return make_error(ErrorKind::InvalidArgument, "the offer cannot be answered: " + std::move(what), "webrtc.offer");
}

// How well a decoder of the offered H.264 profile decodes the stream's; 0: best guess only (RFC 6184, 8.1).
int h264_fit(int offered_profile, int offered_constraints, int profile, int constraints) {
  // Baseline without flexible orders is what every decoder decodes.
  const bool stream_is_baseline = profile == 66 || (profile == 77 && (constraints & 0x80) != 0);
  auto rank = [](int idc) { return idc == 66 ? 1 : idc == 77 ? 2 : idc == 100 ? 3 : idc == 244 ? 4 : 0; };
  if (offered_profile == profile) return 10 + ((offered_constraints & 0x40) == (constraints & 0x40) ? 1 : 0);
  if (rank(offered_profile) == 0) return 0;
  const int needed = stream_is_baseline ? 1 : rank(profile);
  if (needed != 0 && rank(offered_profile) > needed) return 9 - rank(offered_profile);  // the nearest above
  return 0;
}

std::optional<int> hex_number(const std::string& text) {
  int value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (status != std::errc() || end != text.data() + text.size() || text.size() != 6) return std::nullopt;
  return value;
}

const Format* choose_h264(const OfferedSection& section, const media::CodecParams& params) {
  const Format* best = nullptr;
  int best_fit = -1;
  const int profile = params.extradata.size() > 3 ? params.extradata[1] : 66;
  const int constraints = params.extradata.size() > 3 ? params.extradata[2] : 0;
  for (const auto& format : section.formats) {
    // Single NAL units only (mode 0) would need pictures cut for it by the camera.
    if (format.encoding != "h264" || format.clock_rate != 90000) continue;
    if (format.parameter("packetization-mode") != "1") continue;
    const auto level = hex_number(format.parameter("profile-level-id")).value_or(0x42000a);
    int fit = h264_fit(level >> 16, level >> 8 & 0xff, profile, constraints);
    // Browsers decode High where only constrained baseline was agreed on: the guess that works.
    if (fit == 0 && level >> 8 == 0x42e0) fit = 1;
    if (fit > best_fit) best = &format, best_fit = fit;
  }
  return best;
}

const Format* choose_h265(const OfferedSection& section, const media::CodecParams& params) {
  const int profile = params.extradata.size() > 12 ? params.extradata[1] & 0x1f : 1;
  for (const auto& format : section.formats) {
    if (format.encoding != "h265" || format.clock_rate != 90000) continue;
    const auto offered = format.parameter("profile-id");
    if ((offered.empty() ? "1" : offered) == std::to_string(profile)) return &format;
  }
  return nullptr;
}

const Format* choose(const OfferedSection& section, const media::CodecParams& params) {
  if (params.codec == Codec::H264) return choose_h264(section, params);
  if (params.codec == Codec::H265) return choose_h265(section, params);
  for (const auto& format : section.formats) {
    if (format.encoding != media::codec_name(params.codec)) continue;
    if (params.codec == Codec::Opus && format.clock_rate == 48000) return &format;
    if (params.codec != Codec::Opus && format.clock_rate == 8000 && params.sample_rate == 8000 &&
        format.channels == std::max(1, params.channels)) {
      return &format;
    }
  }
  return nullptr;
}

bool goes_out(const media::CodecParams& params) {
  return media::rtp_supports(params.codec) && params.codec != Codec::Aac;
}

SentTrack make_track(const OfferedSection& section, std::size_t index, int track, const Format& format) {
  SentTrack out;
  out.track = track;
  out.section = index;
  out.format = format;
  for (const auto& other : section.formats) {
    if (other.encoding == "rtx" && other.parameter("apt") == std::to_string(format.payload_type)) {
      out.rtx = other.payload_type;
    }
  }
  for (const auto& [id, uri] : section.extensions) {
    if (uri == kPlayoutDelay && id < 15) out.playout_delay = id;
  }
  return out;
}

// Where it is not taken as it is. Nothing: it is, or it is not taken as Opus either.
std::optional<SentTrack> as_opus(const OfferedSection& section, std::size_t index, const media::CodecParams& params) {
  if (!media::can_become_opus(params)) return std::nullopt;
  if (goes_out(params) && choose(section, params) != nullptr) return std::nullopt;
  const auto* format = choose(section, media::opus_params(2));
  if (format == nullptr) return std::nullopt;
  auto out = make_track(section, index, kMadeTrack, *format);
  out.made = true;
  return out;
}

bool usable(const Offer& offer, const OfferedSection& section) {
  if (section.off || !section.wants_media || !section.rtcp_mux) return false;
  if (section.protocol != "UDP/TLS/RTP/SAVPF" && section.protocol != "TCP/TLS/RTP/SAVPF") return false;
  return offer.sections.size() == 1 ||
         std::find(offer.bundle.begin(), offer.bundle.end(), section.mid) != offer.bundle.end();
}

Result<void> read_transport(const OfferedSection& section, Agreement& out) {
  if (section.ufrag.size() < 4 || section.password.size() < 22) return bad_offer("it has no ICE user and password");
  if (section.setup != "actpass" && section.setup != "active") {
    return bad_offer("its side of DTLS must be active or actpass");
  }
  auto fingerprint = parse_fingerprint(section.fingerprint);
  if (!fingerprint) return bad_offer("it has no certificate fingerprint (SHA-256, SHA-384 or SHA-512)");
  out.ufrag = section.ufrag;
  out.password = section.password;
  out.fingerprint = std::move(*fingerprint);
  return {};
}

struct Wanted {
  std::optional<std::size_t> video, audio;  // the first usable section of each kind
};

Result<Wanted> wanted_sections(const Offer& offer) {
  Wanted out;
  for (std::size_t i = 0; i < offer.sections.size(); ++i) {
    const auto& section = offer.sections[i];
    if (!usable(offer, section)) continue;
    if (section.kind == "video" && !out.video) out.video = i;
    if (section.kind == "audio" && !out.audio) out.audio = i;
  }
  if (!out.video && !out.audio) {
    return bad_offer(
        "it has no section that wants video or audio by UDP/TLS/RTP/SAVPF with rtcp-mux, all in one BUNDLE");
  }
  return out;
}

}  // namespace

std::optional<Fingerprint> parse_fingerprint(const std::string& text) {
  const auto space = text.find(' ');
  if (space == std::string::npos) return std::nullopt;
  Fingerprint out;
  out.hash = text.substr(0, space);
  std::transform(out.hash.begin(), out.hash.end(), out.hash.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t size = out.hash == "sha-256" ? 32 : out.hash == "sha-384" ? 48 : out.hash == "sha-512" ? 64 : 0;
  if (size == 0 || text.size() != space + 1 + size * 3 - 1) return std::nullopt;
  for (std::size_t i = 0; i < size; ++i) {
    const auto* at = text.data() + space + 1 + i * 3;
    unsigned value = 0;
    if (std::from_chars(at, at + 2, value, 16).ptr != at + 2) return std::nullopt;
    if (i + 1 < size && at[2] != ':') return std::nullopt;
    out.bytes.push_back(static_cast<std::uint8_t>(value));
  }
  return out;
}

std::string to_text(const Fingerprint& fingerprint) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  auto out = fingerprint.hash;
  for (std::size_t i = 0; i < fingerprint.bytes.size(); ++i) {
    out += i == 0 ? ' ' : ':';
    out += kDigits[fingerprint.bytes[i] >> 4];
    out += kDigits[fingerprint.bytes[i] & 15];
  }
  return out;
}

bool carries(const media::CodecParams& params) {
  if (!goes_out(params) || params.reorder_depth > 0) return false;
  const bool g711 = params.codec == Codec::Pcmu || params.codec == Codec::Pcma;
  return !g711 || params.sample_rate == 8000;
}

Result<Agreement> negotiate(const Offer& offer, const std::map<int, media::ParamsPtr>& tracks, bool opus) {
  VIGIL_ASSIGN(const auto wanted, wanted_sections(offer));
  Agreement out;
  VIGIL_TRY(read_transport(offer.sections[wanted.video ? *wanted.video : *wanted.audio], out));
  bool seen = false;
  for (const auto& [track, params] : tracks) {
    const bool video = params->kind == media::TrackKind::Video;
    auto& target = video ? out.video : out.audio;
    const auto& section = video ? wanted.video : wanted.audio;
    if (target || !section) continue;
    if (!video && opus) {
      target = as_opus(offer.sections[*section], *section, *params);
      seen = seen || target;
      if (target) continue;
    }
    if (!goes_out(*params)) {
      if (!video) out.why_no_audio = std::string(media::codec_name(params->codec)) + " does not go out by WebRTC";
      continue;
    }
    seen = true;
    if (video && params->reorder_depth > 0) {
      return make_error(ErrorKind::FailedPrecondition,
                        "the camera's video has B-frames, which WebRTC cannot show: use another transport, or switch "
                        "them off in the camera",
                        "webrtc.b_frames");
    }
    const auto* format = choose(offer.sections[*section], *params);
    if (format != nullptr) {
      target = make_track(offer.sections[*section], *section, track, *format);
    } else if (video) {
      return make_error(
          ErrorKind::FailedPrecondition,
          "the offer does not take the camera's video (" +
              (params->codec_string.empty() ? std::string(media::codec_name(params->codec)) : params->codec_string) +
              "): use another transport",
          "webrtc.codec");
    } else {
      out.why_no_audio = std::string("the offer does not take ") + media::codec_name(params->codec);
    }
  }
  if (!out.video && !out.audio) {
    if (seen)
      return make_error(ErrorKind::FailedPrecondition, "the offer takes no codec of the stream", "webrtc.codec");
    return make_error(ErrorKind::FailedPrecondition,
                      "the stream has no track that goes out by WebRTC: H.264, H.265, Opus or G.711",
                      "webrtc.no_track");
  }
  return out;
}

}  // namespace vigil::live::webrtc
