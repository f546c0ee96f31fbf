#include "api/http/http_server.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ctime>
#include <thread>

#include "api/http/connection.h"
#include "base/log.h"
#include "base/sync.h"

namespace vigil::api::http {

using asio::ip::tcp;
namespace {
constexpr auto use = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}  // namespace

struct HttpServer::State {
  State(HttpConfig config, Application& application, Clock& clock)
      : shared(std::move(config), application, clock), acceptor(io), work(asio::make_work_guard(io)) {}

  asio::io_context io{1};
  Shared shared;
  tcp::acceptor acceptor;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::jthread thread;
  std::atomic<std::uint16_t> port{0};
  bool started = false;

  Mutex mutex;
  CondVar ended;  // a connection did

  asio::awaitable<void> accept_all();
  asio::awaitable<void> run_one(std::shared_ptr<Connection> connection);
  void take(tcp::socket socket);
  bool wait_until_empty(std::chrono::milliseconds limit);
  Result<void> listen();
};

HttpServer::HttpServer(HttpConfig config, Application& application, Clock& clock)
    : state_(std::make_unique<State>(std::move(config), application, clock)) {}

HttpServer::~HttpServer() {
  stop();
}

std::uint16_t HttpServer::port() const {
  return state_->port;
}

Result<void> HttpServer::State::listen() {
  const auto& config = shared.config;
  boost::system::error_code ec;
  auto address = asio::ip::make_address(config.address == "localhost" ? "127.0.0.1" : config.address, ec);
  if (ec) return make_error(ErrorKind::InvalidArgument, "\"" + config.address + "\" is no IP address to listen on");
  const tcp::endpoint endpoint(address, config.port);
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec && address.is_v6()) acceptor.set_option(asio::ip::v6_only(false), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) {
    auto kind = ec == asio::error::access_denied ? ErrorKind::PermissionDenied : ErrorKind::Unavailable;
    return make_error(kind, fmt::format("cannot listen on {} port {}: {}", config.address, config.port, ec.message()),
                      "http.listen");
  }
  port = acceptor.local_endpoint(ec).port();
  return {};
}

Result<void> HttpServer::start() {
  VIGIL_ASSERT(!state_->started);
  VIGIL_TRY(state_->listen());
  auto& state = *state_;
  state.started = true;
  asio::co_spawn(
      state.io, [&state] { return state.accept_all(); }, asio::detached);
  state.thread = std::jthread([&state] { state.io.run(); });
  return {};
}

asio::awaitable<void> HttpServer::State::accept_all() {
  while (!shared.stopping) {
    auto [ec, socket] = co_await acceptor.async_accept(use);
    if (ec == asio::error::operation_aborted || !acceptor.is_open()) co_return;
    if (ec) {  // out of file descriptors, most likely: wait for some to be given back
      log::warn("cannot accept a connection", {{"reason", ec.message()}});
      asio::steady_timer timer(io, std::chrono::milliseconds(200));
      co_await timer.async_wait(use);
      continue;
    }
    take(std::move(socket));
  }
}

void HttpServer::State::take(tcp::socket socket) {
  boost::system::error_code ignored;
  if (shared.connection_count >= shared.config.max_connections) {
    ++shared.refused_connections;
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(kFull.data(), kFull.size()), 0, ignored);
    return;
  }
  socket.set_option(tcp::no_delay(true), ignored);
  auto connection = std::make_shared<Connection>(std::move(socket), shared);
  shared.connections.insert(connection.get());
  ++shared.connection_count;
  asio::co_spawn(
      io, [this, connection] { return run_one(connection); }, asio::detached);
}

asio::awaitable<void> HttpServer::State::run_one(std::shared_ptr<Connection> connection) {
  try {
    co_await connection->run();
  } catch (const std::exception& fault) {  // no memory, most likely: this connection ends, the others go on
    log::error("a connection failed", {{"what", fault.what()}});
    connection->close();
  }
  shared.connections.erase(connection.get());
  {
    MutexLock lock(mutex);
    --shared.connection_count;
  }
  ended.notify_all();
}

bool HttpServer::State::wait_until_empty(std::chrono::milliseconds limit) {
  MutexLock lock(mutex);
  return ended.wait_for(lock, limit, [this] { return shared.connection_count == 0; });
}

void HttpServer::stop() {
  auto& state = *state_;
  if (!state.started) return;
  state.started = false;
  asio::post(state.io, [&state] {
    state.shared.stopping = true;
    boost::system::error_code ignored;
    state.acceptor.close(ignored);
    for (auto* connection : state.shared.connections) connection->begin_stop();
  });
  if (!state.wait_until_empty(std::chrono::milliseconds(2000))) {
    asio::post(state.io, [&state] {
      for (auto* connection : state.shared.connections) connection->close();
    });
    state.wait_until_empty(std::chrono::milliseconds(500));
  }
  state.shared.quick.pool.join();
  state.shared.slow.pool.join();
  state.work.reset();
  state.io.stop();
  state.thread.join();
}

HttpFigures HttpServer::figures() const {
  const auto& shared = state_->shared;
  return {shared.connection_count, shared.quick.waiting + shared.slow.waiting, shared.requests,
          shared.refused_connections};
}

std::string http_date(WallTime time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[parts.tm_wday], parts.tm_mday,
                     kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace vigil::api::http
