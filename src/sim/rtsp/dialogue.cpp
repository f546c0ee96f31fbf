#include "sim/rtsp/dialogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ids.h"

namespace vigil::sim::rtsp {
namespace {

constexpr std::string_view kServer = "Vigil simulator";
constexpr std::string_view kMethods = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER";

Response status(int code, Headers headers = {}) {
  return {code, std::move(headers), {}};
}

std::uint32_t random_bits() {
  auto hex = random_hex(4);
  std::uint32_t value = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
  return value;
}

std::optional<int> number_after(std::string_view text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return std::nullopt;
  text.remove_prefix(prefix.size());
  int value = 0;
  auto [end, result] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// The URI without query and without slashes at its end: what Content-Base and RTP-Info build upon.
std::string base_of(std::string_view uri) {
  uri = uri.substr(0, uri.find('?'));
  while (!uri.empty() && uri.back() == '/') uri.remove_suffix(1);
  return std::string(uri);
}

std::string without_track(std::string uri) {
  auto slash = uri.rfind('/');
  if (slash != std::string::npos && number_after(std::string_view(uri).substr(slash + 1), "trackID="))
    uri.resize(slash);
  return uri;
}

}  // namespace

std::optional<Target> parse_target(std::string_view uri) {
  auto scheme = uri.find("://");
  if (scheme != std::string_view::npos) {
    auto slash = uri.find('/', scheme + 3);
    uri = slash == std::string_view::npos ? std::string_view() : uri.substr(slash);
  }
  uri = uri.substr(0, uri.find('?'));
  Target target;
  int part = 0;
  while (!uri.empty()) {
    auto end = std::min(uri.find('/'), uri.size());
    auto word = uri.substr(0, end);
    uri.remove_prefix(std::min(end + 1, uri.size()));
    if (word.empty()) continue;
    if (target.track >= 0) return std::nullopt;  // nothing comes after the track
    if (part == 0) {
      auto camera = number_after(word, "cam");
      if (!camera || *camera == 0) return std::nullopt;
      target.stream.camera = *camera;
    } else if (auto track = number_after(word, "trackID=")) {
      target.track = *track;
    } else if (part == 1 && word == "sub") {
      target.stream.sub = true;
    } else {
      return std::nullopt;
    }
    ++part;
  }
  if (part == 0) return std::nullopt;
  return target;
}

Dialogue::Dialogue(DialogueConfig config, const DialogueHost& host)
    : config_(std::move(config)), host_(host), nonce_(random_hex(16)) {}

Answer Dialogue::handle(const Request& request) {
  const auto* cseq = request.header("CSeq");
  Effect effect = Effect::None;
  auto response = cseq == nullptr ? status(400) : answer(request, effect);
  if (effect == Effect::Ignore || effect == Effect::Abort) return {{}, effect};
  return {to_text(response, cseq == nullptr ? std::string_view() : std::string_view(*cseq), kServer), effect};
}

Answer Dialogue::refuse(const Error& error) const {
  return {to_text(status(error.kind == ErrorKind::PayloadTooLarge ? 413 : 400), {}, kServer), Effect::End};
}

Response Dialogue::answer(const Request& request, Effect& effect) {
  if (request.version != "RTSP/1.0") return status(505);
  if (const auto* feature = request.header("Require")) return status(551, {{"Unsupported", *feature}});
  auto target = parse_target(request.uri);
  const auto fault = target ? host_.fault_of(target->stream.camera) : Fault{};
  if (fault.kind == FaultKind::HalfOpen) {
    effect = Effect::Ignore;
    return {};
  }
  if (fault.kind == FaultKind::Refuse) {
    effect = Effect::Abort;
    return {};
  }
  if (request.method == "OPTIONS") return status(200, {{"Public", std::string(kMethods)}});
  if (fault.kind == FaultKind::WrongPassword) return challenge();
  if (!rtp::authorised(request, config_.credentials, config_.realm, nonce_)) return challenge();
  if (request.method == "DESCRIBE" || request.method == "SETUP") {
    if (!target || fault.kind == FaultKind::NotFound || host_.tracks_of(target->stream) == 0) return status(404);
    if (request.method == "DESCRIBE") return describe(request, target->stream);
    if (fault.kind == FaultKind::Busy) return status(453);
    return setup(request, target->stream, target->track);
  }
  return in_session(request, effect);
}

Response Dialogue::challenge() const {
  return status(401, rtp::challenges(config_.credentials.scheme, config_.realm, nonce_));
}

Response Dialogue::describe(const Request& request, StreamKey stream) const {
  const auto* accept = request.header("Accept");
  if (accept != nullptr && accept->find("application/sdp") == std::string::npos &&
      accept->find("*/*") == std::string::npos) {
    return status(406);
  }
  auto sdp = host_.describe(stream);
  if (sdp.empty()) return status(503, {{"Retry-After", "1"}});
  return {200, {{"Content-Base", base_of(request.uri) + "/"}, {"Content-Type", "application/sdp"}}, std::move(sdp)};
}

Response Dialogue::setup(const Request& request, StreamKey stream, int track) {
  if (!session_.empty() && request.header("Session") != nullptr && !knows_session(request)) return status(454);
  if (playing_) return status(455);
  if (stream_ && !(*stream_ == stream)) return status(459);  // one session, one stream
  const int tracks = host_.tracks_of(stream);
  if (track < 0 && tracks == 1) track = 0;  // some clients set up the stream itself when it has one track
  if (track < 0) return status(459);
  if (track >= tracks) return status(404);
  const auto* header = request.header("Transport");
  auto transport = header == nullptr ? std::nullopt
                                     : rtp::choose_transport(*header, config_.allow_tcp, config_.server_rtp_port != 0,
                                                             static_cast<std::uint8_t>(2 * track));
  if (!transport) return status(461);
  if (session_.empty()) session_ = random_hex(8);
  stream_ = stream;
  std::erase_if(tracks_, [&](const SetUpTrack& t) { return t.track == track; });
  SetUpTrack set_up{track, *transport, random_bits(), static_cast<std::uint16_t>(random_bits()), random_bits()};
  tracks_.push_back(set_up);
  return status(200, {{"Transport", rtp::to_text(*transport, config_.server_rtp_port, set_up.ssrc)},
                      {"Session", fmt::format("{};timeout={}", session_, config_.session_timeout_s)}});
}

bool Dialogue::knows_session(const Request& request) const {
  const auto* header = request.header("Session");
  return header != nullptr && !session_.empty() && header->substr(0, header->find(';')) == session_;
}

Response Dialogue::in_session(const Request& request, Effect& effect) {
  const auto& method = request.method;
  if (method == "GET_PARAMETER" || method == "SET_PARAMETER") {
    // The keep-alive of most clients; some send it before there is a session.
    if (request.header("Session") != nullptr && !knows_session(request)) return status(454);
    return session_.empty() ? status(200) : status(200, {{"Session", session_}});
  }
  if (method != "PLAY" && method != "PAUSE" && method != "TEARDOWN") {
    return status(405, {{"Allow", std::string(kMethods)}});
  }
  if (!knows_session(request)) return status(454);
  if (method == "PLAY") return play(request, effect);
  if (method == "PAUSE") {
    playing_ = false;
    effect = Effect::Pause;
    return status(200, {{"Session", session_}});
  }
  effect = Effect::End;
  playing_ = false;
  return status(200, {{"Session", std::exchange(session_, {})}});
}

Response Dialogue::play(const Request& request, Effect& effect) {
  if (tracks_.empty() || !stream_) return status(455);
  effect = Effect::Play;
  Headers headers{{"Session", session_}, {"Range", "npt=now-"}};
  if (!played_) {
    std::string info;
    for (const auto& track : tracks_) {
      info += fmt::format("{}url={}/trackID={};seq={}", info.empty() ? "" : ",", without_track(base_of(request.uri)),
                          track.track, track.first_sequence);
      if (auto time = host_.rtp_time_of_next(track, *stream_)) info += fmt::format(";rtptime={}", *time);
    }
    headers.emplace_back("RTP-Info", std::move(info));
  }
  playing_ = played_ = true;
  return status(200, std::move(headers));
}

}  // namespace vigil::sim::rtsp
