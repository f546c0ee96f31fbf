#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <utility>

#include "live/rtsp/connection.h"

namespace vigil::live::rtsp {

// TLS around a connection's socket. Keeps the certificate that it began with.
struct Connection::Tls {
  Tls(boost::asio::ip::tcp::socket& socket, std::shared_ptr<boost::asio::ssl::context> with)
      : context(std::move(with)), stream(socket, *context) {}
  const std::shared_ptr<boost::asio::ssl::context> context;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket&> stream;
};

}  // namespace vigil::live::rtsp
