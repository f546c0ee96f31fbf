#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "api/http/application.h"
#include "api/http/head.h"
#include "api/http/http_server.h"

// Private to src/api/http: the only header that shows Asio and Beast.

namespace vigil::api::http {

namespace asio = boost::asio;

// A pool of threads for handlers and how many requests are with it.
struct LanePool {
  explicit LanePool(int threads) : pool(static_cast<std::size_t>(threads)) {}
  asio::thread_pool pool;
  std::atomic<int> waiting{0};
};

class Connection;
class Socket;

// What all connections of a server share; used on the I/O thread except for the atomics.
struct Shared {
  Shared(HttpConfig c, Application& a, Clock& k)
      : config(std::move(c)),
        application(a),
        clock(k),
        quick(config.quick_workers),
        slow(config.slow_workers),
        bodies(config.body_workers) {}
  HttpConfig config;
  Application& application;
  Clock& clock;
  LanePool quick, slow, bodies;
  std::size_t body_memory = 0;  // reserved by bodies that are being read or handled
  bool stopping = false;
  std::set<Connection*> connections;
  std::atomic<int> connection_count{0};
  std::atomic<std::uint64_t> requests{0}, refused_connections{0};
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::ip::tcp::socket socket, Shared& shared);
  asio::awaitable<void> run();  // until the connection ends
  void begin_stop();            // idle: closes; busy: after the present answer
  void close();

 private:
  enum class HeadRead { Complete, TooLarge, Gone };
  asio::awaitable<HeadRead> read_head(bool first);
  // Reads the body into request_; something when it cannot be taken.
  asio::awaitable<std::optional<Response>> read_body(const Head& head, std::size_t limit);
  asio::awaitable<bool> say_continue(const Head& head);
  // Gives the body to the sink piece by piece, while it comes; the sink answers.
  asio::awaitable<Response> stream_body(const Head& head, std::unique_ptr<BodySink> sink, std::uint64_t limit);
  asio::awaitable<bool> serve(Head head);  // true: the connection goes on
  asio::awaitable<void> become_socket(const Head& head, Response response);
  asio::awaitable<Response> answer(const Head& head, Plan& plan);
  asio::awaitable<Response> wait_for(std::unique_ptr<LaterAnswer> later);
  asio::awaitable<Response> run_on(LanePool& lane, std::function<Response()> work);
  asio::awaitable<Response> in_lane(const Plan& plan, std::function<Response()> work);
  asio::awaitable<bool> write(Response& response, bool keep);
  asio::awaitable<void> write_stream(std::unique_ptr<BodyStream> stream);
  // Requests `gone_` when the client hangs up, until the signal that comes back is emitted.
  std::shared_ptr<asio::cancellation_signal> begin_watch();
  asio::awaitable<void> watch();
  asio::awaitable<void> refuse(int status, std::string_view code, std::string_view detail);
  asio::awaitable<void> linger();
  std::string head_of(const Response& response, bool keep) const;
  void start_request(const Head& head);

  boost::beast::tcp_stream stream_;  // moved from once there is a socket_
  std::shared_ptr<Socket> socket_;
  boost::beast::flat_buffer buffer_;
  Shared& shared_;
  std::string peer_address_;
  Request request_;
  std::stop_source gone_;
  asio::steady_timer news_;  // of a later answer
  std::size_t head_size_ = 0;
  bool interrupted_ = false;   // the sink of the present request wants no more
  bool body_pending_ = false;  // the body of the present request was not read
  bool idle_ = true;
};

}  // namespace vigil::api::http
