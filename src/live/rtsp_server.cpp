#include "live/rtsp_server.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <optional>
#include <thread>

#include "base/log.h"
#include "live/rtsp/connection.h"
#include "live/rtsp/tls.h"

#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 takes the frames of coroutines, which Asio recycles, for freed by another allocator.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace vigil::live {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;

namespace {

constexpr auto kTick = std::chrono::seconds(1);
constexpr auto kLookAtCertificate = std::chrono::seconds(10);
constexpr int kPortTries = 32;
constexpr int kUdpBuffer = 4 << 20;

}  // namespace

struct RtspServer::State {
  State(RtspConfig wanted, RtspHouse& host, Clock& clock)
      : config(std::move(wanted)), house{config, host, clock, loop, blocking, hub} {}

  Result<void> listen();
  Result<tcp::endpoint> listen(tcp::acceptor& door, const std::string& address, std::uint16_t wanted);
  void open_udp(const asio::ip::address& address);
  asio::awaitable<void> accept(tcp::acceptor& door, bool tls);
  asio::awaitable<void> hear();
  asio::awaitable<void> tick();
  void publish_figures();

  const RtspConfig config;
  asio::io_context loop{1};
  asio::thread_pool blocking{1};
  rtsp::Hub hub{loop};
  rtsp::House house;
  tcp::acceptor acceptor{loop}, tls_acceptor{loop};
  rtsp::Certificate certificate;
  SteadyTime looked_at_certificate;
  udp::socket rtp{loop}, rtcp{loop};
  std::list<std::shared_ptr<rtsp::Connection>> connections;
  std::atomic<std::uint16_t> port{0}, tls_port{0};
  mutable Mutex figures_mutex;
  Figures figures VIGIL_GUARDED_BY(figures_mutex);
  std::jthread thread;
};

Result<tcp::endpoint> RtspServer::State::listen(tcp::acceptor& door, const std::string& text, std::uint16_t wanted) {
  error_code error;
  const auto address = asio::ip::make_address(text == "localhost" ? "127.0.0.1" : text, error);
  if (error) return make_error(ErrorKind::InvalidArgument, "\"" + text + "\" is no IP address");
  const tcp::endpoint endpoint(address, wanted);
  door.open(endpoint.protocol(), error);
  if (!error) door.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) door.bind(endpoint, error);
  if (!error) door.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return make_error(ErrorKind::Unavailable,
                      fmt::format("cannot listen for RTSP at {} port {}: {}", text, wanted, error.message()));
  }
  return door.local_endpoint();
}

Result<void> RtspServer::State::listen() {
  if (!config.address.empty()) {
    VIGIL_ASSIGN(const auto endpoint, listen(acceptor, config.address, config.port));
    port = endpoint.port();
    open_udp(endpoint.address());
  }
  if (config.tls.address.empty()) return {};
  VIGIL_TRY(certificate.open(config.tls));
  VIGIL_ASSIGN(const auto endpoint, listen(tls_acceptor, config.tls.address, config.tls.port));
  tls_port = endpoint.port();
  return {};
}

// Two ports in a row, the first of them even (RFC 3550, 11). Without them there is TCP only.
void RtspServer::State::open_udp(const asio::ip::address& address) {
  for (int i = 0; i < kPortTries; ++i) {
    error_code error;
    rtp = udp::socket(loop);
    rtcp = udp::socket(loop);
    const auto protocol = udp::endpoint(address, 0).protocol();
    rtp.open(protocol, error);
    if (!error) rtp.bind({address, 0}, error);
    if (error) return;
    const auto first = rtp.local_endpoint(error).port();
    if (error || first % 2 != 0) continue;
    rtcp.open(protocol, error);
    if (!error) rtcp.bind({address, static_cast<std::uint16_t>(first + 1)}, error);
    if (error) continue;
    rtp.non_blocking(true, error);
    rtcp.non_blocking(true, error);
    rtp.set_option(asio::socket_base::send_buffer_size(kUdpBuffer), error);
    house.rtp = &rtp;
    house.rtcp = &rtcp;
    return;
  }
}

asio::awaitable<void> RtspServer::State::accept(tcp::acceptor& door, bool tls) {
  while (door.is_open()) {
    auto [error, socket] = co_await door.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {  // no descriptor left, for example
      asio::steady_timer pause(loop, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    std::erase_if(connections, [](const auto& connection) { return !connection->is_open(); });
    if (connections.size() >= static_cast<std::size_t>(config.max_clients)) continue;  // closes it
    auto connection =
        std::make_shared<rtsp::Connection>(std::move(socket), house, tls ? certificate.context() : nullptr);
    connections.push_back(connection);
    asio::co_spawn(loop, connection->run(), asio::detached);
    publish_figures();
  }
}

// What clients send by UDP are signs of life: receiver reports, and the empty packets that open firewalls.
asio::awaitable<void> RtspServer::State::hear() {
  std::array<std::uint8_t, 2048> bytes{};
  while (house.rtcp != nullptr && rtcp.is_open()) {
    udp::endpoint from;
    auto [error, count] =
        co_await rtcp.async_receive_from(asio::buffer(bytes), from, asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) co_return;
    if (error || count == 0) continue;
    for (const auto& connection : connections) {
      if (connection->heard(from)) break;
    }
  }
}

asio::awaitable<void> RtspServer::State::tick() {
  while (acceptor.is_open() || tls_acceptor.is_open()) {
    asio::steady_timer timer(loop, kTick);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto now = house.clock.steady();
    const auto all = connections;
    for (const auto& connection : all) connection->tick(now);
    if (now - looked_at_certificate >= kLookAtCertificate) {
      looked_at_certificate = now;
      certificate.renew();
    }
    std::erase_if(connections, [](const auto& connection) { return !connection->is_open(); });
    publish_figures();
  }
}

void RtspServer::State::publish_figures() {
  Figures out;
  out.clients = static_cast<int>(connections.size());
  for (const auto& connection : connections) out.playing += connection->is_playing() ? 1 : 0;
  out.streams = hub.streams();
  out.joins = house.joins;
  out.refused = house.refused;
  out.skipped_units = house.skipped_units;
  out.sent_bytes = house.sent_bytes;
  MutexLock lock(figures_mutex);
  figures = out;
}

RtspServer::RtspServer(RtspConfig config, RtspHouse& house, Clock& clock)
    : state_(std::make_unique<State>(std::move(config), house, clock)) {}

RtspServer::~RtspServer() {
  stop();
}

Result<void> RtspServer::start() {
  VIGIL_TRY(state_->listen());
  asio::co_spawn(state_->loop, state_->accept(state_->acceptor, false), asio::detached);
  asio::co_spawn(state_->loop, state_->accept(state_->tls_acceptor, true), asio::detached);
  asio::co_spawn(state_->loop, state_->hear(), asio::detached);
  asio::co_spawn(state_->loop, state_->tick(), asio::detached);
  state_->thread = std::jthread([state = state_.get()] { state->loop.run(); });
  return {};
}

std::uint16_t RtspServer::port() const {
  return state_->port;
}

std::uint16_t RtspServer::tls_port() const {
  return state_->tls_port;
}

void RtspServer::stop() {
  if (!state_->thread.joinable()) return;
  asio::post(state_->loop, [state = state_.get()] {
    error_code ignored;
    state->acceptor.close(ignored);
    state->tls_acceptor.close(ignored);
    const auto all = state->connections;
    for (const auto& connection : all) connection->close();
    state->connections.clear();
    state->house.rtp = state->house.rtcp = nullptr;
    state->rtp.close(ignored);
    state->rtcp.close(ignored);
    state->loop.stop();
  });
  state_->thread.join();
  state_->blocking.join();
}

RtspServer::Figures RtspServer::figures() const {
  MutexLock lock(state_->figures_mutex);
  return state_->figures;
}

}  // namespace vigil::live
