#include "api/http/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "api/http/socket.h"
#include "api/problem.h"
#include "base/ids.h"

namespace vigil::api::http {
namespace {

namespace beast = boost::beast;
constexpr auto use = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kSmallBody = 64u << 10;
constexpr std::size_t kReadSize = 16u << 10;

// Gives its share of Shared::body_memory back.
class Reservation {
 public:
  Reservation(Shared& shared, std::size_t bytes) : shared_(shared), bytes_(bytes) { shared_.body_memory += bytes_; }
  ~Reservation() { shared_.body_memory -= bytes_; }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

 private:
  Shared& shared_;
  std::size_t bytes_;
};

// Counts a request that waits for a lane's thread or has it.
class Waiting {
 public:
  explicit Waiting(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Waiting() { --count_; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  std::atomic<int>& count_;
};

asio::awaitable<Response> call(std::function<Response()> work) {
  co_return work();
}

Response busy(std::string_view code, std::string_view detail) {
  auto response = problem(503, code, detail);
  response.headers.add("Retry-After", "1");
  return response;
}

std::size_t body_size(const Response& response) {
  std::size_t out = response.body.size();
  for (const auto& piece : response.pieces) out += piece.size();
  return out;
}

std::string without_line_breaks(const std::string& text) {
  std::string out = text;
  std::erase_if(out, [](unsigned char c) { return c == '\r' || c == '\n' || c == 0; });
  return out;
}

std::string ip_text(const asio::ip::tcp::socket& socket) {
  boost::system::error_code ec;
  auto endpoint = socket.remote_endpoint(ec);
  if (ec) return {};
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Shared& shared)
    : stream_(std::move(socket)),
      buffer_(128u << 10),
      shared_(shared),
      peer_address_(ip_text(stream_.socket())),
      news_(stream_.get_executor()) {}

void Connection::begin_stop() {
  gone_.request_stop();
  news_.cancel();
  if (socket_) return socket_->begin_stop();
  if (idle_) close();
}

void Connection::close() {
  if (socket_) return socket_->cut();
  boost::system::error_code ignored;
  stream_.socket().close(ignored);
}

asio::awaitable<void> Connection::run() {
  bool first = true;
  for (;;) {
    idle_ = true;
    const auto got = co_await read_head(first);
    idle_ = false;
    first = false;
    if (got == HeadRead::Gone || shared_.stopping) break;
    if (got == HeadRead::TooLarge) {
      co_await refuse(431, "header_too_large", "The header of the request is larger than 16 KiB.");
      break;
    }
    auto head = parse_head(std::string_view(static_cast<const char*>(buffer_.data().data()), head_size_));
    if (!head.ok()) {
      const auto& code = head.error().code;
      const int status = code == "http.version"             ? 505
                         : code == "http.transfer_encoding" ? 501
                         : code == "http.expectation"       ? 417
                                                            : 400;
      const std::string detail = "The request is malformed: " + head.error().message + ".";
      co_await refuse(status, code, detail);
      break;
    }
    Head taken = std::move(*head);
    const bool goes_on = co_await serve(std::move(taken));
    if (!goes_on) break;
  }
  close();
}

asio::awaitable<Connection::HeadRead> Connection::read_head(bool first) {
  auto deadline =
      std::chrono::steady_clock::now() + (first ? shared_.config.head_timeout : shared_.config.idle_timeout);
  bool begun = first;
  for (;;) {
    auto text = std::string_view(static_cast<const char*>(buffer_.data().data()), buffer_.size());
    // An empty line before a request is to be passed over (RFC 9112, 2.2).
    if (text.starts_with("\r\n")) {
      buffer_.consume(2);
      continue;
    }
    if (!begun && !text.empty()) {
      begun = true;
      deadline = std::chrono::steady_clock::now() + shared_.config.head_timeout;
    }
    if (auto end = text.substr(0, kMaxHead).find("\r\n\r\n"); end != std::string_view::npos) {
      head_size_ = end + 4;
      co_return HeadRead::Complete;
    }
    if (text.size() >= kMaxHead) co_return HeadRead::TooLarge;
    stream_.expires_at(deadline);
    auto [ec, bytes] = co_await stream_.async_read_some(buffer_.prepare(kReadSize), use);
    if (ec) co_return HeadRead::Gone;
    buffer_.commit(bytes);
  }
}

void Connection::start_request(const Head& head) {
  request_ = Request();
  request_.id = random_hex(8);
  request_.method = head.method;
  request_.target = head.target;
  request_.headers = head.headers;
  request_.headers.set("Host", head.host);
  request_.peer = {peer_address_, std::string(head.headers.get("User-Agent"))};
  if (!shared_.stopping) gone_ = std::stop_source();
  request_.gone = gone_.get_token();
}

asio::awaitable<void> Connection::refuse(int status, std::string_view code, std::string_view detail) {
  start_request(Head());
  request_.path = "/";
  Response response = problem(status, code, detail);
  Plan plan;
  shared_.application.finish(request_, plan, response, 0);
  body_pending_ = true;
  co_await write(response, false);
  co_await linger();
}

asio::awaitable<bool> Connection::serve(Head head) {
  const auto began = shared_.clock.steady();
  start_request(head);
  ++shared_.requests;
  body_pending_ = head.has_body();
  Plan plan = shared_.application.plan(request_);
  Response response;
  if (plan.refusal) {
    response = std::move(*plan.refusal);
    if (!body_pending_) buffer_.consume(head_size_);
  } else {
    response = co_await answer(head, plan);
    if (response.later) {
      auto later = std::move(response.later);
      response = co_await wait_for(std::move(later));
    }
  }
  // Whoever sends messages before the handshake is done is no WebSocket client, but may want to look like one.
  if (response.messages && buffer_.size() > 0) {
    response = problem(400, "http.malformed", "Something follows the handshake before it was answered.");
  }
  const std::chrono::duration<double> took = shared_.clock.steady() - began;
  shared_.application.finish(request_, plan, response, took.count());
  if (response.messages) {
    co_await become_socket(head, std::move(response));
    co_return false;
  }
  const bool keep = head.keep_alive && !body_pending_ && !response.stream && !shared_.stopping;
  const bool written = co_await write(response, keep);
  // Its head was written while it was still there: an endless answer has no length.
  if (auto body = std::move(response.stream); written && body && request_.method != "HEAD")
    co_await write_stream(std::move(body));
  if (written && !keep) co_await linger();
  // Neither the body nor the room that it took must live as long as an idle connection.
  request_ = Request();
  if (buffer_.capacity() > kReadSize) buffer_.shrink_to_fit();
  co_return written&& keep;
}

asio::awaitable<void> Connection::become_socket(const Head& head, Response response) {
  auto source = std::move(response.messages);
  socket_ = std::make_shared<Socket>(std::move(stream_), std::move(source), shared_);
  request_ = Request();
  buffer_.shrink_to_fit();
  auto socket = socket_;
  co_await socket->run(head, response);
}

asio::awaitable<Response> Connection::answer(const Head& head, Plan& plan) {
  if (head.content_length > plan.max_body) {
    co_return problem(413, "payload_too_large", fmt::format("The body may have at most {} bytes.", plan.max_body));
  }
  const std::size_t kept = head.chunked ? plan.max_body : static_cast<std::size_t>(head.content_length);
  const bool large = head.has_body() && kept > kSmallBody && !plan.stream_body;
  if (large && shared_.body_memory + kept > shared_.config.max_body_memory) {
    co_return busy("busy", "Too many large requests at once. Try again shortly.");
  }
  Reservation reservation(shared_, large ? kept : 0);
  Application& application = shared_.application;
  Request& request = request_;
  if (plan.authorize_first) {
    std::function<Response()> work = [&application, &request, &plan] {
      Response nothing;
      nothing.status = 0;
      auto refusal = application.authorize(request, plan);
      return refusal ? std::move(*refusal) : std::move(nothing);
    };
    Response refusal = co_await in_lane(Plan(), std::move(work));
    if (refusal.status != 0) co_return refusal;
  }
  if (plan.stream_body) {
    std::function<Response()> ask = [&application, &request, &plan] { return application.handle(request, plan); };
    Response response = co_await in_lane(plan, std::move(ask));
    auto sink = std::move(response.sink);
    if (!head.has_body()) buffer_.consume(head_size_);
    if (sink) response = co_await stream_body(head, std::move(sink), plan.max_body);
    co_return response;
  }
  if (head.has_body()) {
    auto refusal = co_await read_body(head, plan.max_body);
    if (refusal) co_return std::move(*refusal);
  } else {
    buffer_.consume(head_size_);
  }
  std::function<Response()> work = [&application, &request, &plan] { return application.handle(request, plan); };
  Response response = co_await in_lane(plan, std::move(work));
  co_return response;
}

asio::awaitable<bool> Connection::say_continue(const Head& head) {
  if (!head.expects_continue) co_return true;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.expires_after(shared_.config.write_gap);
  auto [ec, bytes] = co_await asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()), use);
  co_return !ec;
}

asio::awaitable<std::optional<Response>> Connection::read_body(const Head& head, std::size_t limit) {
  const bool there = co_await say_continue(head);
  if (!there) co_return problem(408, "", "The client went away.");
  beast::http::request_parser<beast::http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(kMaxHead + 1024));
  parser.body_limit(limit);
  beast::error_code fault;
  const auto used = parser.put(asio::buffer(static_cast<const char*>(buffer_.data().data()), head_size_), fault);
  if (fault || !parser.is_header_done())
    co_return problem(400, "http.malformed", "The header of the request is malformed.");
  buffer_.consume(used);
  const auto size = head.chunked ? limit : static_cast<std::size_t>(head.content_length);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10) +
                        std::chrono::seconds(size / shared_.config.min_body_rate);
  while (!parser.is_done()) {
    stream_.expires_at(std::min(deadline, std::chrono::steady_clock::now() + shared_.config.body_gap));
    auto [ec, bytes] = co_await beast::http::async_read_some(stream_, buffer_, parser, use);
    if (ec == beast::http::error::body_limit) {
      co_return problem(413, "payload_too_large", fmt::format("The body may have at most {} bytes.", limit));
    }
    if (ec == beast::error::timeout) co_return problem(408, "", "The body came too slowly.");
    if (ec) co_return problem(400, "http.body", "The body is malformed or incomplete.");
  }
  body_pending_ = false;
  request_.body = std::move(parser.get().body());
  co_return std::nullopt;
}

asio::awaitable<Response> Connection::in_lane(const Plan& plan, std::function<Response()> work) {
  if (plan.lane == Lane::Inline) co_return work();
  LanePool& lane = plan.lane == Lane::Slow ? shared_.slow : shared_.quick;
  if (lane.waiting >= shared_.config.max_waiting)
    co_return busy("busy", "Too many requests at once. Try again shortly.");
  const auto watching = plan.lane == Lane::Slow ? begin_watch() : nullptr;
  Waiting waiting(lane.waiting);
  stream_.expires_never();
  Response response = co_await run_on(lane, std::move(work));
  if (watching) watching->emit(asio::cancellation_type::terminal);
  co_return response;
}

asio::awaitable<Response> Connection::wait_for(std::unique_ptr<LaterAnswer> later) {
  auto executor = stream_.get_executor();
  std::weak_ptr<Connection> weak = weak_from_this();
  later->begin([weak, executor] {
    asio::post(executor, [weak] {
      if (auto self = weak.lock()) self->news_.cancel();
    });
  });
  const auto watching = begin_watch();
  const auto end = std::chrono::steady_clock::now() + later->limit();
  stream_.expires_never();
  std::optional<Response> response;
  while (!response) {
    const bool over = gone_.stop_requested() || shared_.stopping || std::chrono::steady_clock::now() >= end;
    response = later->poll(over);
    if (response || over) break;
    news_.expires_at(end);
    (void)co_await news_.async_wait(use);
  }
  watching->emit(asio::cancellation_type::terminal);
  if (!response) response = busy("busy", "It did not come in time. Try again shortly.");
  co_return std::move(*response);
}

asio::awaitable<Response> Connection::run_on(LanePool& lane, std::function<Response()> work) {
  co_return co_await asio::co_spawn(lane.pool.get_executor(), call(std::move(work)), asio::use_awaitable);
}

std::shared_ptr<asio::cancellation_signal> Connection::begin_watch() {
  auto end = std::make_shared<asio::cancellation_signal>();
  // What is told to end has not ended yet: the signal is the coroutine's own, and stays as long as it.
  asio::co_spawn(
      stream_.get_executor(), [self = shared_from_this()] { return self->watch(); },
      asio::bind_cancellation_slot(end->slot(), [end](const std::exception_ptr&) {}));
  return end;
}

asio::awaitable<void> Connection::watch() {
  auto [ec] = co_await stream_.socket().async_wait(asio::ip::tcp::socket::wait_read, use);
  if (ec) co_return;
  char byte = 0;
  const auto got = ::recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got == 0 || (got < 0 && errno != EAGAIN)) {
    gone_.request_stop();
    news_.cancel();
  }
}

std::string Connection::head_of(const Response& response, bool keep) const {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_phrase(response.status),
                                http_date(shared_.clock.wall()));
  for (const auto& [name, value] : response.headers.fields()) {
    out += fmt::format("{}: {}\r\n", without_line_breaks(name), without_line_breaks(value));
  }
  const bool bodyless = response.status == 204 || response.status == 304;
  if (!response.stream && !bodyless) out += fmt::format("Content-Length: {}\r\n", body_size(response));
  out += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out;
}

asio::awaitable<bool> Connection::write(Response& response, bool keep) {
  const std::string head = head_of(response, keep);
  const bool with_body = request_.method != "HEAD" && response.status != 204 && response.status != 304;
  std::vector<asio::const_buffer> parts;
  parts.emplace_back(asio::buffer(head));
  if (with_body) parts.emplace_back(asio::buffer(response.body));
  for (const auto& piece : response.pieces) {
    if (with_body) parts.emplace_back(piece.data(), piece.size());
  }
  // One limit for the whole answer, which a client on a slow line can meet.
  stream_.expires_after(shared_.config.write_gap +
                        std::chrono::seconds(body_size(response) / shared_.config.min_body_rate));
  auto [ec, bytes] = co_await asio::async_write(stream_, parts, use);
  co_return !ec;
}

asio::awaitable<void> Connection::write_stream(std::unique_ptr<BodyStream> body) {
  const auto watching = begin_watch();
  // A thread of its own, as pieces may take long to come; the handler that made the stream limits how many there are.
  LanePool own(1);
  BodyStream& source = *body;
  const std::stop_token gone = gone_.get_token();
  for (;;) {
    std::function<Response()> work = [&source, gone] {
      Response piece;
      auto data = source.next(gone);
      piece.status = data ? 200 : 0;
      if (data) piece.body = std::move(*data);
      return piece;
    };
    stream_.expires_never();
    Response piece = co_await run_on(own, std::move(work));
    if (piece.status == 0) break;
    stream_.expires_after(shared_.config.write_gap);
    auto [ec, bytes] = co_await asio::async_write(stream_, asio::buffer(piece.body), use);
    if (ec) break;
  }
  watching->emit(asio::cancellation_type::terminal);
}

// Closing while the client still sends would reset the connection, and the client might never read our answer.
asio::awaitable<void> Connection::linger() {
  boost::system::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  if (!body_pending_) co_return;
  idle_ = true;  // nobody waits for anything here: a stop may cut it
  std::array<char, 8192> waste{};
  stream_.expires_after(std::chrono::seconds(5));
  for (std::size_t drained = 0; drained < (64u << 20);) {
    auto [ec, bytes] = co_await stream_.async_read_some(asio::buffer(waste), use);
    if (ec) break;
    drained += bytes;
  }
}

}  // namespace vigil::api::http
