#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "api/http/application.h"
#include "base/clock.h"
#include "base/result.h"

// HTTP/1.1 over TCP. One I/O thread runs all connections as coroutines; handlers run on two small pools of threads,
// because they may block. Everything that a client can make us keep is bounded.

namespace vigil::api::http {

struct HttpConfig {
  std::string address = "127.0.0.1";  // an IP address, or "localhost"
  std::uint16_t port = 8000;          // 0: a free one
  int max_connections = 1024;
  int quick_workers = 4;
  int slow_workers = 4;
  int body_workers = 4;                            // for bodies that are taken piece by piece
  int max_waiting = 256;                           // requests that wait for or have a worker, per lane; more get 503
  std::size_t max_body_memory = 256u << 20;        // of all bodies above 64 KiB together; more get 503
  std::chrono::milliseconds head_timeout{10000};   // from the first byte of a request to the end of its header
  std::chrono::milliseconds idle_timeout{60000};   // between two requests
  std::chrono::milliseconds body_gap{15000};       // between two pieces of a body
  std::size_t min_body_rate = 32u << 10;           // bytes a second, over the whole body, after the first ten seconds
  std::chrono::milliseconds write_gap{30000};      // until a client takes the next piece of an answer
  std::chrono::milliseconds socket_idle{40000};    // of a WebSocket without a sign of life; pinged after half of it
  std::chrono::milliseconds socket_rounds{5000};   // between two looks whether a WebSocket's client may still listen
  std::chrono::milliseconds socket_goodbye{5000};  // for the handshakes of opening and closing
  bool operator==(const HttpConfig&) const = default;
};

struct HttpFigures {
  int connections = 0;
  int waiting = 0;
  std::uint64_t requests = 0, refused_connections = 0;
};

class HttpServer {
 public:
  // `application` must outlive the server.
  HttpServer(HttpConfig config, Application& application, Clock& clock);
  ~HttpServer();  // stops

  Result<void> start();
  std::uint16_t port() const;  // the one listened on
  // No new requests; those under way may end within two seconds, then their connections are cut.
  void stop();
  HttpFigures figures() const;  // thread-safe

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(WallTime time);

}  // namespace vigil::api::http
