#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "api/http/connection.h"
#include "api/problem.h"

// Bodies that are too large to be kept: read, handed on and forgotten, a piece at a time.

namespace vigil::api::http {
namespace {

namespace beast = boost::beast;
constexpr auto use = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kPiece = 256u << 10;
// Whoever sends less than this over such a time only wants to keep us busy.
constexpr std::chrono::seconds kWindow{30};
constexpr std::size_t kLeastInWindow = 30u << 10;

}  // namespace

asio::awaitable<Response> Connection::stream_body(const Head& head, std::unique_ptr<BodySink> sink,
                                                  std::uint64_t limit) {
  interrupted_ = false;
  std::weak_ptr<Connection> weak = weak_from_this();
  sink->begin([weak, executor = stream_.get_executor()] {
    asio::post(executor, [weak] {
      if (auto self = weak.lock()) {
        self->interrupted_ = true;
        self->stream_.cancel();
      }
    });
  });
  BodySink& target = *sink;
  bool complete = !head.has_body();
  if (!complete) {
    const bool there = co_await say_continue(head);
    beast::http::request_parser<beast::http::buffer_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(kMaxHead + 1024));
    parser.body_limit(limit);
    beast::error_code fault;
    const auto used = parser.put(asio::buffer(static_cast<const char*>(buffer_.data().data()), head_size_), fault);
    if (fault && fault != beast::http::error::need_buffer)
      co_return problem(400, "http.malformed", "The header of the request is malformed.");
    buffer_.consume(used);
    std::string piece(std::min<std::uint64_t>(kPiece, head.chunked ? kPiece : head.content_length), '\0');
    auto window_end = std::chrono::steady_clock::now() + kWindow;
    std::size_t in_window = 0;
    bool broken = !there;
    while (!broken && !parser.is_done()) {
      auto& body = parser.get().body();
      body.data = piece.data();
      body.size = piece.size();
      while (!broken && !interrupted_ && !parser.is_done() && body.size > 0) {
        const auto before = body.size;
        stream_.expires_after(shared_.config.body_gap);
        auto [ec, bytes] = co_await beast::http::async_read_some(stream_, buffer_, parser, use);
        in_window += before - body.size;
        if (ec == beast::http::error::need_buffer) break;
        const auto now = std::chrono::steady_clock::now();
        const bool crawls = now >= window_end && in_window < kLeastInWindow;
        if (now >= window_end) {
          window_end = now + kWindow;
          in_window = 0;
        }
        broken = ec || crawls || interrupted_;
      }
      const std::string_view got(piece.data(), piece.size() - body.size);
      if (!got.empty()) {
        std::function<Response()> work = [&target, got] {
          Response nothing;
          nothing.status = 0;
          auto answer = target.take(got);
          return answer ? std::move(*answer) : std::move(nothing);
        };
        stream_.expires_never();
        Response answer = co_await run_on(shared_.bodies, std::move(work));
        if (answer.status != 0) co_return answer;
      }
      broken = broken || interrupted_;
    }
    complete = parser.is_done() && !broken;
    if (complete) body_pending_ = false;
  }
  std::function<Response()> work = [&target, complete] { return target.end(complete); };
  stream_.expires_never();
  Response answer = co_await run_on(shared_.bodies, std::move(work));
  co_return answer;
}

}  // namespace vigil::api::http
