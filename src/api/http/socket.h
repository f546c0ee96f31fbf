#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>
#include <optional>

#include "api/http/connection.h"
#include "api/http/head.h"

// Private to src/api/http: shows Asio and Beast.

namespace vigil::api::http {

// One WebSocket, from the handshake to its end: sends what the source has, and answers pings. Used on the I/O thread.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  Socket(boost::beast::tcp_stream stream, std::unique_ptr<MessageSource> source, Shared& shared);
  ~Socket();

  asio::awaitable<void> run(const Head& head, const Response& response);
  void begin_stop();  // says good-bye
  void cut();

 private:
  struct Stream;
  asio::awaitable<bool> accept(const Head& head, const Response& response);
  asio::awaitable<void> send_all();
  asio::awaitable<void> listen();  // until the client has gone or said something
  asio::awaitable<void> guard();  // looks every few seconds whether the client may still listen, and takes what it gets
  void end(MessageSource::End why);
  void wake();

  std::unique_ptr<Stream> stream_;
  std::unique_ptr<MessageSource> source_;
  Shared& shared_;
  asio::steady_timer news_, rounds_;
  std::optional<MessageSource::End> end_;
  std::optional<std::chrono::steady_clock::time_point> writing_since_;
  bool gone_ = false;
};

}  // namespace vigil::api::http
