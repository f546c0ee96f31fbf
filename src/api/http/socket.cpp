#include "api/http/socket.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace vigil::api::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
constexpr auto use = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxMessage = 4096;  // of the client, which has nothing to say
constexpr int kSendBuffer = 64 << 10;      // what the system keeps for a late client is late, too

asio::awaitable<std::optional<MessageSource::End>> ask(MessageSource& source) {
  co_return source.check();
}

}  // namespace

struct Socket::Stream {
  explicit Stream(beast::tcp_stream stream) : ws(std::move(stream)) {}
  websocket::stream<beast::tcp_stream, false> ws;
};

Socket::Socket(beast::tcp_stream stream, std::unique_ptr<MessageSource> source, Shared& shared)
    : stream_(std::make_unique<Stream>(std::move(stream))),
      source_(std::move(source)),
      shared_(shared),
      news_(stream_->ws.get_executor()),
      rounds_(stream_->ws.get_executor()) {}

Socket::~Socket() = default;

void Socket::cut() {
  boost::system::error_code ignored;
  gone_ = true;
  beast::get_lowest_layer(stream_->ws).socket().close(ignored);
  wake();
  rounds_.cancel();
}

void Socket::wake() {
  news_.cancel();
}

void Socket::end(MessageSource::End why) {
  if (!end_) end_ = std::move(why);
  wake();
}

void Socket::begin_stop() {
  end({websocket::close_code::going_away, "the server stops"});
}

asio::awaitable<bool> Socket::accept(const Head& head, const Response& response) {
  auto& ws = stream_->ws;
  beast::get_lowest_layer(ws).expires_never();  // the WebSocket's own timer takes over
  websocket::stream_base::timeout limits;
  limits.handshake_timeout = shared_.config.socket_goodbye;
  limits.idle_timeout = shared_.config.socket_idle;
  limits.keep_alive_pings = true;
  ws.set_option(limits);
  ws.set_option(websocket::stream_base::decorator([&response](websocket::response_type& answer) {
    for (const auto& [name, value] : response.headers.fields()) answer.insert(name, value);
  }));
  ws.read_message_max(kMaxMessage);
  ws.auto_fragment(false);  // a message is one frame, so that its pieces are sent from where they lie
  boost::system::error_code ignored;
  beast::get_lowest_layer(ws).socket().set_option(asio::socket_base::send_buffer_size(kSendBuffer), ignored);

  beast::http::request<beast::http::empty_body> request;
  request.version(head.http11 ? 11 : 10);
  request.method(beast::http::verb::get);
  request.target(head.target);
  for (const auto& [name, value] : head.headers.fields()) request.insert(name, value);
  auto [ec] = co_await ws.async_accept(request, use);
  co_return !ec;
}

asio::awaitable<void> Socket::run(const Head& head, const Response& response) {
  const bool accepted = co_await accept(head, response);
  if (!accepted) co_return;
  auto executor = stream_->ws.get_executor();
  std::weak_ptr<Socket> weak = weak_from_this();
  source_->begin([weak, executor] {
    asio::post(executor, [weak] {
      if (auto self = weak.lock()) self->wake();
    });
  });
  auto self = shared_from_this();
  asio::co_spawn(
      executor, [self] { return self->listen(); }, asio::detached);
  asio::co_spawn(
      executor, [self] { return self->guard(); }, asio::detached);
  if (shared_.stopping) begin_stop();
  co_await send_all();
  cut();
}

asio::awaitable<void> Socket::send_all() {
  auto& ws = stream_->ws;
  while (!gone_) {
    if (end_) {
      websocket::close_reason why(static_cast<websocket::close_code>(end_->code), end_->reason);
      (void)co_await ws.async_close(why, use);
      co_return;
    }
    auto message = source_->next();
    if (message.empty()) {
      news_.expires_at(std::chrono::steady_clock::time_point::max());
      (void)co_await news_.async_wait(use);
      continue;
    }
    writing_since_ = std::chrono::steady_clock::now();
    std::vector<asio::const_buffer> parts;
    if (message.text) parts.emplace_back(asio::buffer(*message.text));
    for (const auto& piece : message.bytes) parts.emplace_back(piece.data(), piece.size());
    ws.text(message.text != nullptr);
    auto [ec, bytes] = co_await ws.async_write(parts, use);
    writing_since_.reset();
    if (ec) co_return;
  }
}

asio::awaitable<void> Socket::listen() {
  beast::flat_buffer buffer;
  auto [ec, bytes] = co_await stream_->ws.async_read(buffer, use);
  if (ec) {
    gone_ = true;
    wake();
  } else {
    end({websocket::close_code::policy_error, "nothing is to be sent here"});
  }
}

asio::awaitable<void> Socket::guard() {
  while (!gone_ && !end_) {
    rounds_.expires_after(shared_.config.socket_rounds);
    (void)co_await rounds_.async_wait(use);
    if (gone_ || end_) break;
    if (writing_since_ && std::chrono::steady_clock::now() - *writing_since_ > shared_.config.write_gap) {
      cut();
      break;
    }
    if (shared_.quick.waiting >= shared_.config.max_waiting) continue;  // asked again in the next round
    auto why = co_await asio::co_spawn(shared_.quick.pool.get_executor(), ask(*source_), asio::use_awaitable);
    if (why) end(std::move(*why));
  }
}

}  // namespace vigil::api::http
