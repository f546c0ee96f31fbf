#include "ingest/native/dialogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/redact.h"
#include "ingest/egress.h"
#include "rtp/transport.h"

namespace vigil::ingest::native {
namespace {

using media::Codec;
using media::TrackKind;
using model::FailureReason;

constexpr std::size_t kMaxAudioTracks = 4;
constexpr std::string_view kUserAgent = "Vigil/" VIGIL_VERSION;  // some cameras refuse a client without a name

std::optional<int> leading_number(std::string_view text) {
  auto begin = std::min(text.find_first_not_of(" \t"), text.size());
  int value = 0;
  auto [end, status] = std::from_chars(text.data() + begin, text.data() + text.size(), value);
  return status == std::errc() && end != text.data() + begin ? std::optional<int>(value) : std::nullopt;
}

// The video first, then the sounds that we carry.
std::vector<rtp::MediaDescription> choose(const rtp::SessionDescription& session, bool audio) {
  std::vector<rtp::MediaDescription> out;
  for (const auto& media : session.media) {
    if (media.kind != TrackKind::Video || media.params.codec == Codec::Other) continue;
    out.push_back(media);
    break;
  }
  for (const auto& media : session.media) {
    if (!audio || out.size() > kMaxAudioTracks) break;
    if (media.kind == TrackKind::Audio && media.params.codec != Codec::Other) out.push_back(media);
  }
  return out;
}

std::string foreign_codec(const rtp::SessionDescription& session) {
  for (const auto& media : session.media) {
    if (media.kind == TrackKind::Video) return media.encoding;
  }
  return {};
}

std::pair<FailureReason, const char*> meaning_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return {FailureReason::Auth, "does not accept this user name and password"};
    case 404:
      return {FailureReason::NotFound, "has no such stream: is the path right?"};
    case 453:
    case 503:
      return {FailureReason::Busy, "is busy or takes no further connection"};
    default:
      return {FailureReason::Protocol, "does not speak the protocol properly"};
  }
}

}  // namespace

Dialogue::Dialogue(DialogueConfig config)
    : config_(std::move(config)),
      where_(name_of(config_.url)),
      authenticator_(config_.url.user, config_.url.password),
      url_(config_.url.without_credentials()),
      base_(url_) {}

std::string Dialogue::request(std::string method, std::string uri, rtp::Headers headers) {
  last_ = {std::move(method), std::move(uri), {}, std::move(headers), {}};
  return again();
}

std::string Dialogue::again() {
  auto signed_request = last_;
  auto& headers = signed_request.headers;
  if (auto field = authenticator_.authorization(last_.method, last_.uri)) {
    headers.emplace_back("Authorization", std::move(*field));
  }
  headers.emplace_back("User-Agent", kUserAgent);
  if (!session_.empty()) headers.emplace_back("Session", session_);
  return to_text(signed_request, ++cseq_);
}

Dialogue::Step Dialogue::fail(FailureReason reason, std::string detail, bool other_transport) {
  state_ = State::Over;
  Step step;
  step.failure = Failure{reason, redact(fmt::format("{} {}", where_, detail))};
  step.other_transport = other_transport;
  return step;
}

std::string Dialogue::begin() {
  return request("OPTIONS", url_);
}

// Answers to keep-alives come when they like; one that belongs to an earlier request must not be taken for another's.
bool Dialogue::is_stale(const rtp::Response& response) const {
  const auto* cseq = response.header("CSeq");
  auto number = cseq == nullptr ? std::nullopt : leading_number(*cseq);
  return number && *number < cseq_;
}

void Dialogue::remember_session(const rtp::Response& response) {
  const auto* field = response.header("Session");
  if (field == nullptr) return;
  auto semicolon = std::min(field->find(';'), field->size());
  auto id = field->substr(0, semicolon);
  id.erase(id.find_last_not_of(" \t") + 1);
  if (!id.empty() && id.size() <= 256) session_ = id;
  auto timeout = field->find("timeout=", semicolon);
  if (timeout == std::string::npos) return;
  if (auto seconds = leading_number(std::string_view(*field).substr(timeout + 8)); seconds && *seconds > 0)
    session_timeout_ = std::chrono::seconds(std::min(*seconds, 3600));
}

Dialogue::Step Dialogue::take(const rtp::Response& response) {
  Step step;
  if (response.status < 200 || state_ == State::Over || is_stale(response)) return step;
  if (response.status == 401 && authenticator_.challenged(response)) {
    step.send = again();
    return step;
  }
  if (state_ == State::Playing) return step;  // to a keep-alive; whether media flows decides, not this
  const bool ok = response.status < 300;
  if (ok) {
    authenticator_.accepted();
    remember_session(response);
  }
  switch (state_) {
    case State::Options: {
      // Some cameras refuse it, or want to be signed in with wrong words: DESCRIBE decides.
      if (response.status == 401 || response.status == 403) return refused(response);
      const auto* methods = response.header("Public");
      has_get_parameter_ = methods != nullptr && methods->find("GET_PARAMETER") != std::string::npos;
      state_ = State::Describe;
      step.send = request("DESCRIBE", url_, {{"Accept", "application/sdp"}});
      return step;
    }
    case State::Describe:
      return ok ? described(response) : refused(response);
    case State::Setup:
      return set_up(response);
    case State::Play:
      if (!ok) return refused(response);
      state_ = State::Playing;
      step.playing = true;
      return step;
    default:
      return step;
  }
}

Dialogue::Step Dialogue::refused(const rtp::Response& response) {
  const auto* location = response.header("Location");
  if (response.status >= 300 && response.status < 400 && location != nullptr && state_ == State::Describe) {
    state_ = State::Over;
    Step step;
    step.moved_to = *location;
    return step;
  }
  auto [reason, text] = meaning_of(response.status);
  if (reason == FailureReason::Auth && config_.url.user.empty()) text = "wants a user name and a password";
  const bool transport = (state_ == State::Setup || state_ == State::Play) && response.status >= 400 &&
                         response.status < 500 && reason == FailureReason::Protocol;
  return fail(reason, fmt::format("{} (status {})", text, response.status), transport);
}

Dialogue::Step Dialogue::described(const rtp::Response& response) {
  auto session = rtp::parse_sdp(response.body);
  if (!session) {
    return fail(FailureReason::Protocol, "does not speak the protocol properly (" + session.error().message + ")");
  }
  wanted_ = choose(*session, config_.audio);
  if (wanted_.empty() || wanted_.front().kind != TrackKind::Video) {
    const auto codec = foreign_codec(*session);
    return fail(FailureReason::Codec,
                codec.empty() ? "has no video that can be read here (there is no video track)"
                              : "has no video that can be read here (the codec " + codec + " is not supported)");
  }
  for (const char* name : {"Content-Base", "Content-Location"}) {
    const auto* field = response.header(name);
    if (field != nullptr && field->find("://") != std::string::npos) {
      base_ = *field;
      break;
    }
  }
  aggregate_ = session->control.empty() ? base_ : rtp::control_url(base_, session->control);
  asked_ = 0;
  return next_setup();
}

Dialogue::Step Dialogue::next_setup() {
  Step step;
  if (asked_ == wanted_.size()) {
    state_ = State::Play;
    step.send = request("PLAY", aggregate_, {{"Range", "npt=0.000-"}});
    return step;
  }
  state_ = State::Setup;
  std::string transport;
  if (config_.tcp) {
    transport = fmt::format("RTP/AVP/TCP;unicast;interleaved={}-{}", 2 * asked_, 2 * asked_ + 1);
  } else {
    const int port = config_.open_ports();
    if (port == 0) return fail(FailureReason::Internal, "cannot be listened to: no UDP port is free", true);
    transport = fmt::format("RTP/AVP;unicast;client_port={}-{}", port, port + 1);
  }
  const auto& control = wanted_[asked_].control;
  // A relative control of a section counts from Content-Base, whatever the session's own control says.
  step.send = request("SETUP", rtp::control_url(control.empty() ? aggregate_ : base_, control),
                      {{"Transport", std::move(transport)}});
  return step;
}

Dialogue::Step Dialogue::set_up(const rtp::Response& response) {
  const bool is_video = asked_ == 0;
  if (response.status >= 300) {
    if (is_video || response.status == 401) return refused(response);
    ++asked_;  // a picture without sound is better than none
    return next_setup();
  }
  AgreedTrack track;
  track.media = wanted_[asked_];
  track.asked = asked_;
  track.rtp_channel = static_cast<std::uint8_t>(2 * asked_);
  track.rtcp_channel = static_cast<std::uint8_t>(2 * asked_ + 1);
  if (const auto* field = response.header("Transport")) {
    auto reply = rtp::parse_transport_reply(*field);
    if (reply.multicast) return fail(FailureReason::Protocol, "sends by multicast only, which is not read here", true);
    if (config_.tcp && reply.server_ports && !reply.channels) {
      return fail(FailureReason::Protocol, "sends by UDP although asked for TCP", true);
    }
    if (reply.channels) std::tie(track.rtp_channel, track.rtcp_channel) = *reply.channels;
    if (reply.server_ports) std::tie(track.server_rtp_port, track.server_rtcp_port) = *reply.server_ports;
  }
  tracks_.push_back(std::move(track));
  ++asked_;
  return next_setup();
}

Dialogue::Step Dialogue::take(const rtp::Request& asked) {
  Step step;
  const bool known = asked.method == "OPTIONS" || asked.method == "GET_PARAMETER" || asked.method == "SET_PARAMETER";
  const bool over = asked.method == "TEARDOWN";
  const auto* cseq = asked.header("CSeq");
  rtp::Response answer{known || over || asked.method == "ANNOUNCE" ? 200 : 405, {}, {}};
  auto text = to_text(answer, cseq == nullptr ? std::string_view() : std::string_view(*cseq), kUserAgent);
  if (over) step = fail(FailureReason::Ended, "closed the stream");
  step.send = std::move(text);
  return step;
}

std::string Dialogue::keep_alive() {
  return request(has_get_parameter_ ? "GET_PARAMETER" : "OPTIONS", aggregate_);
}

std::chrono::milliseconds Dialogue::keep_alive_interval() const {
  return std::clamp<std::chrono::milliseconds>(session_timeout_ / 2, std::chrono::seconds(1), std::chrono::seconds(30));
}

std::string Dialogue::teardown() {
  if (session_.empty()) return {};
  state_ = State::Over;
  return request("TEARDOWN", aggregate_);
}

}  // namespace vigil::ingest::native
