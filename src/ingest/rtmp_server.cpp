#include "ingest/rtmp_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <list>
#include <thread>

#include "base/sync.h"
#include "ingest/rtmp/connection.h"

namespace vigil::ingest {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto kTick = std::chrono::seconds(1);
constexpr auto kAfterError = std::chrono::milliseconds(100);

}  // namespace

struct RtmpServer::State {
  State(RtmpServerConfig wanted, Find by_key, Clock& clock)
      : config(std::move(wanted)), find(std::move(by_key)), house{config, find, clock, loop} {}

  Result<void> listen();
  void accept();
  void take(tcp::socket socket);
  void tick();
  void publish_figures();

  const RtmpServerConfig config;
  const Find find;
  asio::io_context loop{1};
  rtmp::House house;
  tcp::acceptor acceptor{loop};
  asio::steady_timer timer{loop}, pause{loop};
  std::list<std::shared_ptr<rtmp::Connection>> connections;
  std::atomic<std::uint16_t> port{0};
  mutable Mutex figures_mutex;
  Figures figures VIGIL_GUARDED_BY(figures_mutex);
  std::jthread thread;
};

Result<void> RtmpServer::State::listen() {
  error_code error;
  const auto address = asio::ip::make_address(config.address == "localhost" ? "127.0.0.1" : config.address, error);
  if (error) return make_error(ErrorKind::InvalidArgument, "\"" + config.address + "\" is no IP address");
  const tcp::endpoint endpoint(address, config.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return make_error(ErrorKind::Unavailable, fmt::format("cannot listen for RTMP at {} port {}: {}", config.address,
                                                          config.port, error.message()));
  }
  port = acceptor.local_endpoint().port();
  return {};
}

void RtmpServer::State::accept() {
  acceptor.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor.is_open()) return;
    if (!error) {
      take(std::move(socket));
      return accept();
    }
    pause.expires_after(kAfterError);  // no descriptor left, for example
    pause.async_wait([this](error_code aborted) {
      if (!aborted) accept();
    });
  });
}

void RtmpServer::State::take(tcp::socket socket) {
  std::erase_if(connections, [](const auto& connection) { return !connection->is_open(); });
  if (connections.size() >= static_cast<std::size_t>(config.max_publishers)) return;  // closes it
  connections.push_back(std::make_shared<rtmp::Connection>(std::move(socket), house));
  connections.back()->start();
  publish_figures();
}

void RtmpServer::State::tick() {
  timer.expires_after(kTick);
  timer.async_wait([this](error_code aborted) {
    if (aborted) return;
    const auto now = house.clock.steady();
    for (const auto& connection : connections) connection->tick(now);
    std::erase_if(connections, [](const auto& connection) { return !connection->is_open(); });
    publish_figures();
    tick();
  });
}

void RtmpServer::State::publish_figures() {
  Figures out;
  out.connections = static_cast<int>(connections.size());
  out.publishing = static_cast<int>(std::count_if(connections.begin(), connections.end(),
                                                  [](const auto& connection) { return connection->is_publishing(); }));
  out.accepted = house.accepted;
  out.refused = house.refused;
  out.broken = house.broken;
  out.received_bytes = house.received_bytes;
  MutexLock lock(figures_mutex);
  figures = out;
}

RtmpServer::RtmpServer(RtmpServerConfig config, Find find, Clock& clock)
    : state_(std::make_unique<State>(std::move(config), std::move(find), clock)) {}

RtmpServer::~RtmpServer() {
  stop();
}

Result<void> RtmpServer::start() {
  VIGIL_TRY(state_->listen());
  state_->accept();
  state_->tick();
  state_->thread = std::jthread([state = state_.get()] { state->loop.run(); });
  return {};
}

std::uint16_t RtmpServer::port() const {
  return state_->port;
}

void RtmpServer::stop() {
  if (!state_->thread.joinable()) return;
  asio::post(state_->loop, [state = state_.get()] {
    error_code ignored;
    state->acceptor.close(ignored);
    for (const auto& connection : state->connections)
      connection->close({model::FailureReason::Stopped, "the server is being stopped"});
    state->connections.clear();
    state->loop.stop();
  });
  state_->thread.join();
}

RtmpServer::Figures RtmpServer::figures() const {
  MutexLock lock(state_->figures_mutex);
  return state_->figures;
}

}  // namespace vigil::ingest
