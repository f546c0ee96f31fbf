#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/url.h"
#include "ingest/egress.h"
#include "ingest/source.h"

namespace vigil::ingest {

struct HttpRequest {
  Url url;  // http or https; with credentials when the camera has some
  std::string accept = "*/*";
  // From the call to the end of the answer's header: names, connects, handshakes, sign-in and redirects included.
  std::chrono::milliseconds open_timeout{10000};
  // A body longer than this is Protocol; nothing: endless (MJPEG).
  std::optional<std::size_t> max_body = 16u << 20;
};

struct HttpAnswer {
  Url url;  // where the answer came from after redirects; carries the credentials that were used there
  std::string content_type;
};

// The target with the credentials of `base` when it is the same service (host, and port and scheme; or the same host
// moved from http to https), and with none otherwise: a password never travels to another host.
Url with_credentials_of(const Url& base, Url target);

// GET over HTTP, pulled piece by piece, so that a slow reader slows the camera down instead of filling memory. Every
// connect, redirects included, passes the egress policy; at most five redirects; no proxy, no cookies, no compression.
// Certificates are checked, but not those of private addresses, where cameras sign their own. The connection is kept
// for the next open(). For one thread; ends with Stopped soon after `stop`.
class HttpStream {
 public:
  HttpStream(std::shared_ptr<const EgressPolicy> egress, std::stop_token stop);
  ~HttpStream();
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;

  // Sends the request and waits for the header of a 2xx answer. Gives up what was being read before. Failures: Dns,
  // Blocked, Refused, Unreachable, Timeout, Tls, Auth, NotFound, Busy, Protocol, Stopped.
  Outcome<HttpAnswer> open(const HttpRequest& request);

  // Waits for more of the body. No bytes: it is over. Failures: Timeout, Protocol, Ended (broken off), Stopped.
  Outcome<std::vector<std::uint8_t>> read(std::chrono::milliseconds timeout);

  // The whole of a body within `timeout`.
  Outcome<std::vector<std::uint8_t>> read_all(std::chrono::milliseconds timeout);

 private:
  struct Transfer;
  std::unique_ptr<Transfer> transfer_;
};

}  // namespace vigil::ingest
