#include "sim/server/server.h"

#include <vector>

#include "base/log.h"

namespace vigil::sim {

namespace asio = boost::asio;
using boost::system::error_code;

Server::Server(asio::io_context& io, ServerConfig config, Cameras& cameras)
    : config_(std::move(config)),
      cameras_(cameras),
      udp_(io,
           [this](const UdpPorts::Endpoint& from) {
             for (auto& [_, client] : clients_) {
               if (auto alive = client.lock()) alive->heard(from);
             }
           }),
      acceptor_(io),
      change_(io),
      retry_(io) {}

Result<void> Server::open() {
  if (config_.allow_udp) {
    VIGIL_TRY(udp_.open(config_.listen.address()));
    config_.dialogue.server_rtp_port = udp_.rtp_port();
  }
  VIGIL_TRY(listen());
  // Port 0 means any; the one we got is kept when the port is closed and opened again.
  if (cameras_.all_refuse()) {
    error_code ignored;
    acceptor_.close(ignored);
  } else {
    accept();
  }
  await_change();
  return {};
}

Result<void> Server::listen() {
  error_code error;
  acceptor_.open(config_.listen.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(config_.listen, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) config_.listen = acceptor_.local_endpoint(error);
  if (!error) return {};
  error_code ignored;
  acceptor_.close(ignored);
  return make_error(ErrorKind::Unavailable,
                    "cannot listen on " + config_.listen.address().to_string() + " port " +
                        std::to_string(config_.listen.port()) + ": " + error.message() + "; choose another address",
                    "sim.listen");
}

void Server::accept() {
  acceptor_.async_accept([this](error_code error, asio::ip::tcp::socket socket) {
    if (closed_ || error == asio::error::operation_aborted) return;
    if (error) return try_again_soon();  // out of file descriptors, mostly
    on_client(std::move(socket));
    if (acceptor_.is_open()) accept();
  });
}

void Server::on_client(asio::ip::tcp::socket socket) {
  if (clients_.size() >= config_.max_clients) {
    log::warn("simulator: too many clients, one was turned away", {{"limit", config_.max_clients}});
    return;
  }
  auto client = std::make_shared<Connection>(std::move(socket), config_.dialogue, config_.limits, cameras_, udp_,
                                             [this](Connection* gone) { clients_.erase(gone); });
  clients_.emplace(client.get(), client);
  client->start();
}

void Server::try_again_soon() {
  retry_.expires_after(std::chrono::milliseconds(100));
  retry_.async_wait([this](error_code error) {
    if (error || closed_) return;
    acceptor_.is_open() ? accept() : faults_changed();
  });
}

void Server::await_change() {
  auto next = cameras_.next_change();
  if (!next) return;
  change_.expires_at(cameras_.time().steady_at(std::chrono::ceil<Ticks>(*next)));
  change_.async_wait([this](error_code error) {
    if (error || closed_) return;
    faults_changed();
    await_change();
  });
}

void Server::faults_changed() {
  if (closed_) return;
  const bool refuse = cameras_.all_refuse();
  if (refuse && acceptor_.is_open()) {
    error_code ignored;
    acceptor_.close(ignored);
  } else if (!refuse && !acceptor_.is_open()) {
    if (auto listening = listen(); !listening.ok()) {
      log::warn("simulator: " + listening.error().message);
      try_again_soon();
    } else {
      accept();
    }
  }
  std::vector<std::shared_ptr<Connection>> clients;
  for (auto& [_, client] : clients_) {
    if (auto alive = client.lock()) clients.push_back(std::move(alive));
  }
  for (auto& client : clients) client->faults_changed();
}

void Server::close() {
  closed_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  udp_.close();
  change_.cancel();
  retry_.cancel();
  std::vector<std::shared_ptr<Connection>> clients;
  for (auto& [_, client] : clients_) {
    if (auto alive = client.lock()) clients.push_back(std::move(alive));
  }
  for (auto& client : clients) client->close();
}

}  // namespace vigil::sim
