#include "live/rtsp/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>
#include <type_traits>

#include "base/ids.h"
#include "live/rtsp/tls_socket.h"
#include "rtp/auth.h"

namespace vigil::live::rtsp {

namespace asio = boost::asio;
using boost::system::error_code;
using ::vigil::rtp::Headers;
using ::vigil::rtp::Request;
using ::vigil::rtp::Response;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kMethods = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER";
constexpr std::string_view kServer = "Vigil/" VIGIL_VERSION;
constexpr auto kConfirmInterval = 10s;
constexpr auto kTalkLimit = 30s;  // from the connection to PLAY, between two requests
constexpr auto kLookInterval = 50ms;
constexpr int kMostWrong = 3;
constexpr int kSendBuffer = 256 << 10;
constexpr std::size_t kMostReplies = 64;

Response status(int code, Headers headers = {}) {
  return {code, std::move(headers), {}};
}

// What an error of the host means to a client.
Response refusal(const Error& error) {
  switch (error.kind) {
    case ErrorKind::NotFound:
    case ErrorKind::InvalidArgument:
      return status(404);
    case ErrorKind::PermissionDenied:
      return status(403);
    default:
      return status(503, {{"Retry-After", "5"}});
  }
}

std::string base_of(std::string_view uri) {
  uri = uri.substr(0, uri.find('?'));
  while (!uri.empty() && uri.back() == '/') uri.remove_suffix(1);
  return std::string(uri);
}

std::string without_track(std::string uri) {
  auto slash = uri.rfind('/');
  if (slash != std::string::npos && uri.compare(slash + 1, 8, "trackID=") == 0) uri.resize(slash);
  return uri;
}

// Runs what may block beside the loop, and comes back with its answer (in an optional: co_spawn makes an empty one
// first).
template <typename F>
asio::awaitable<std::invoke_result_t<F>> on_thread(asio::thread_pool& pool, F f) {
  using Answer = std::optional<std::invoke_result_t<F>>;
  auto body = [f = std::move(f)]() -> asio::awaitable<Answer> { co_return Answer(f()); };
  auto answer = co_await asio::co_spawn(pool, std::move(body), asio::use_awaitable);
  co_return std::move(*answer);
}

Response who_are_you() {
  return status(401, {{"WWW-Authenticate", "Basic realm=\"Vigil\""}});
}

Response later() {
  return status(503, {{"Retry-After", "5"}});
}

// What can be said without knowing who asks; nothing: the rest can not.
std::optional<Response> first_look(const Request& request) {
  if (request.header("CSeq") == nullptr) return status(400);
  if (request.version != "RTSP/1.0") return status(505);
  if (const auto* feature = request.header("Require")) return status(551, {{"Unsupported", *feature}});
  if (request.method == "OPTIONS") return status(200, {{"Public", std::string(kMethods)}});
  return std::nullopt;
}

bool takes_descriptions(const Request& request) {
  const auto* accept = request.header("Accept");
  return accept == nullptr || accept->find("application/sdp") != std::string::npos ||
         accept->find("*/*") != std::string::npos;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, House& house, std::shared_ptr<asio::ssl::context> tls)
    : socket_(std::move(socket)),
      tls_(tls ? std::make_unique<Tls>(socket_, std::move(tls)) : nullptr),
      house_(house),
      pace_(house.loop) {
  error_code error;
  peer_address_ = socket_.remote_endpoint(error).address();
  peer_ = peer_address_.to_string();
  local_ = socket_.local_endpoint(error).address().to_string();
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  // What is stuck in the system's buffer is memory as well, and old when it arrives.
  socket_.set_option(asio::socket_base::send_buffer_size(kSendBuffer), error);
  last_sign_ = last_progress_ = house_.clock.steady();
}

Connection::~Connection() {
  stop_playing();
}

// Who takes too long is disconnected by tick().
asio::awaitable<bool> Connection::shake_hands() {
  if (!tls_) co_return true;
  auto [error] =
      co_await tls_->stream.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
  last_sign_ = house_.clock.steady();
  co_return !error;
}

asio::awaitable<void> Connection::run() {
  auto self = shared_from_this();
  const bool agreed = co_await shake_hands();
  if (!agreed) co_return close();
  while (socket_.is_open() && !close_when_sent_) {
    auto message = parser_.next();
    if (!message.ok()) {
      const auto text = to_text(status(message.error().kind == ErrorKind::PayloadTooLarge ? 413 : 400), {}, kServer);
      close_when_sent_ = true;
      send({text.begin(), text.end()});
      break;
    }
    if (!message->has_value()) {
      const auto room = parser_.room();
      const auto into = asio::buffer(room.data(), room.size());
      error_code error;
      std::size_t count = 0;
      if (tls_) {
        std::tie(error, count) = co_await tls_->stream.async_read_some(into, asio::as_tuple(asio::use_awaitable));
      } else {
        std::tie(error, count) = co_await socket_.async_read_some(into, asio::as_tuple(asio::use_awaitable));
      }
      if (error) break;
      parser_.received(count);
      last_sign_ = house_.clock.steady();
      continue;
    }
    // Frames are the client's receiver reports: a sign of life and no more.
    if (auto* request = std::get_if<Request>(&**message)) co_await handle(std::move(*request));
  }
  if (!close_when_sent_ || !writing_) close();
}

// g++ 12 miscompiles temporaries within expressions that wait, so every waiting expression stands alone here.
asio::awaitable<void> Connection::handle(Request request) {
  Response response;
  if (auto said = first_look(request)) {
    response = std::move(*said);
    // Whoever speaks another protocol is not to be talked with.
    close_when_sent_ = close_when_sent_ || response.status == 400 || response.status == 505;
  } else {
    response = co_await answer(request);
  }
  if (replies_.size() >= kMostReplies) co_return close();  // asks and asks and never reads
  const auto* cseq = request.header("CSeq");
  const auto text = to_text(response, cseq == nullptr ? std::string_view() : std::string_view(*cseq), kServer);
  send({text.begin(), text.end()});
  if (request.method == "PLAY" && response.status == 200) start_playing();
}

asio::awaitable<Response> Connection::answer(const Request& request) {
  auto refused = co_await admit(request);
  if (refused) co_return std::move(*refused);
  if (request.method == "DESCRIBE" || request.method == "SETUP") {
    const auto target = parse_target(request.uri);
    if (!target) co_return status(404);
    if (auto early = before_finding(request, *target)) co_return std::move(*early);
    auto lost = co_await find(*target);
    if (lost) co_return std::move(*lost);
    co_return request.method == "SETUP" ? set_up(request, *target) : describe(request);
  }
  if (request.method == "PLAY") co_return play(request);
  co_return in_session(request);
}

asio::awaitable<std::optional<Response>> Connection::admit(const Request& request) {
  if (admitted_ || house_.host.is_open()) co_return std::nullopt;
  const auto who = ::vigil::rtp::basic_credentials(request);
  if (!who) co_return who_are_you();
  auto ask = [this, who] { return house_.host.admit(who->user, who->password, peer_); };
  auto admitted = co_await on_thread(house_.blocking, std::move(ask));
  if (admitted.ok()) {
    may_stay_ = std::move(*admitted);
    admitted_ = true;
    confirm_due_ = house_.clock.steady() + kConfirmInterval;
    co_return std::nullopt;
  }
  ++house_.refused;
  if (++wrong_ >= kMostWrong) close_when_sent_ = true;
  if (admitted.error().kind == ErrorKind::Unauthenticated) co_return who_are_you();
  co_return refusal(admitted.error());
}

// What can be refused without knowing the stream.
std::optional<Response> Connection::before_finding(const Request& request, const Target& target) {
  const bool same = target_ && target_->camera == target.camera && target_->stream == target.stream;
  if (request.method == "DESCRIBE") {
    if (!tracks_.empty()) return status(455);
    if (!takes_descriptions(request)) return status(406);
    found_ = {};
    return std::nullopt;
  }
  if (!session_.empty() && request.header("Session") != nullptr && !knows_session(request)) return status(454);
  if (watched_) return status(455);
  if (!tracks_.empty() && !same) return status(459);  // one session, one stream
  if (!same) found_ = {};
  return std::nullopt;
}

// Makes sure that found_ is what the target names.
asio::awaitable<std::optional<Response>> Connection::find(const Target& target) {
  if (found_.stream) co_return std::nullopt;
  auto ask = [this, target] { return house_.host.find(target.camera, target.stream); };
  auto found = co_await on_thread(house_.blocking, std::move(ask));
  if (!found.ok()) co_return refusal(found.error());
  // A camera that is only now connected says what it sends with its first packet.
  const auto deadline = house_.clock.steady() + house_.config.first_picture;
  while (sendable_tracks(*found->stream).empty() && house_.clock.steady() < deadline && socket_.is_open()) {
    asio::steady_timer timer(house_.loop, kLookInterval);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (sendable_tracks(*found->stream).empty()) co_return later();
  found_ = std::move(*found);
  target_ = Target{target.camera, target.stream, -1};
  co_return std::nullopt;
}

Response Connection::describe(const Request& request) const {
  return {200,
          {{"Content-Base", base_of(request.uri) + "/"}, {"Content-Type", "application/sdp"}},
          rtsp::describe(*found_.stream, local_)};
}

Response Connection::set_up(const Request& request, Target target) {
  const auto known = sendable_tracks(*found_.stream);
  if (target.track < 0 && known.size() == 1) target.track = known.begin()->first;
  if (target.track < 0) return status(459);
  if (known.count(target.track) == 0) return status(404);
  const auto* header = request.header("Transport");
  const auto channel = Feed::channel_of(target.track);
  const bool by_udp = house_.rtp != nullptr && !tls_;  // what goes by UDP is in the clear
  auto transport = header == nullptr ? std::nullopt : ::vigil::rtp::choose_transport(*header, true, by_udp, channel);
  if (!transport || (!tracks_.empty() && transport->tcp != by_tcp())) return status(461);
  // All clients get the same bytes, so the channels are ours to choose.
  transport->rtp_channel = channel;
  transport->rtcp_channel = static_cast<std::uint8_t>(channel + 1);
  if (session_.empty()) session_ = random_hex(16);
  std::erase_if(tracks_, [&](const SetUp& t) { return t.track == target.track; });
  tracks_.push_back({target.track, *transport});
  std::string text;
  if (transport->tcp) {
    text = fmt::format("RTP/AVP/TCP;unicast;interleaved={}-{}", channel, channel + 1);
  } else {
    text = fmt::format("RTP/AVP;unicast;client_port={}-{};server_port={}-{}", transport->rtp_port, transport->rtcp_port,
                       house_.rtp->local_endpoint().port(), house_.rtcp->local_endpoint().port());
  }
  return status(200, {{"Transport", std::move(text)},
                      {"Session", fmt::format("{};timeout={}", session_, house_.config.session_timeout.count())}});
}

bool Connection::knows_session(const Request& request) const {
  const auto* header = request.header("Session");
  return header != nullptr && !session_.empty() && header->substr(0, header->find(';')) == session_;
}

Response Connection::play(const Request& request) {
  if (!knows_session(request)) return status(454);
  if (tracks_.empty() || !found_.stream) return status(455);
  Headers headers{{"Session", session_}, {"Range", "npt=now-"}};
  if (watched_) return status(200, std::move(headers));
  watched_ = house_.hub.get(found_.stream, found_.hold);
  watched_->join(*this);
  if (watched_->is_over()) {
    stop_playing();
    return status(503, {{"Retry-After", "1"}});
  }
  auto& feed = watched_->feed();
  started_ = false;
  next_ = feed.join_at();
  datagrams_sent_ = 0;
  const auto base = without_track(base_of(request.uri));
  std::string info;
  for (const auto& track : tracks_) {
    for (auto number = next_; number < feed.end(); ++number) {
      const auto& unit = *feed.at(number);
      if (unit.track != track.track) continue;
      info += fmt::format("{}url={}/trackID={};seq={};rtptime={}", info.empty() ? "" : ",", base, track.track,
                          unit.sequence, unit.timestamp);
      break;
    }
  }
  if (!info.empty()) headers.emplace_back("RTP-Info", std::move(info));
  ++house_.joins;
  return status(200, std::move(headers));
}

Response Connection::in_session(const Request& request) {
  const auto& method = request.method;
  if (method == "GET_PARAMETER" || method == "SET_PARAMETER") {
    // The keep-alive of most clients; some send it before there is a session.
    if (request.header("Session") != nullptr && !knows_session(request)) return status(454);
    return session_.empty() ? status(200) : status(200, {{"Session", session_}});
  }
  if (method != "PAUSE" && method != "TEARDOWN") return status(405, {{"Allow", std::string(kMethods)}});
  if (!knows_session(request)) return status(454);
  stop_playing();
  if (method == "TEARDOWN") close_when_sent_ = true;
  return status(200, {{"Session", session_}});
}

void Connection::tick(SteadyTime now) {
  if (!socket_.is_open()) return;
  const bool playing = watched_ != nullptr;
  const auto limit =
      playing ? std::chrono::duration_cast<Nanos>(house_.config.session_timeout + 5s) : Nanos(kTalkLimit);
  // Who plays by TCP need not say a word as long as they read.
  const auto sign = playing && by_tcp() ? std::max(last_sign_, last_progress_) : last_sign_;
  if (now - sign > limit || (writing_ && now - last_progress_ > house_.config.stuck_after)) return close();
  if (playing && now >= reports_due_) send_reports();
  if (admitted_ && may_stay_ && now >= confirm_due_ && !confirming_) {
    confirm_due_ = now + kConfirmInterval;
    confirming_ = true;
    asio::co_spawn(house_.loop, confirm(), asio::detached);
  }
}

asio::awaitable<void> Connection::confirm() {
  auto self = shared_from_this();
  auto ask = [self] { return self->may_stay_(); };
  const bool may = co_await on_thread(house_.blocking, std::move(ask));
  confirming_ = false;
  if (!may) close();
}

void Connection::close() {
  if (!socket_.is_open()) return;
  stop_playing();
  error_code ignored;
  socket_.close(ignored);
  pace_.cancel();
  replies_.clear();
}

}  // namespace vigil::live::rtsp
