#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace vigil::sinks {

struct HostAddress {
  sockaddr_storage address{};
  socklen_t length = 0;
};

// Host name → addresses, without hanging: getaddrinfo cannot be interrupted, so it runs on a thread that is left behind
// when it is too slow. A question that is still open is waited for instead of asked again, so at most one such thread
// exists. Used by one thread.
class HostLookup {
 public:
  // In the resolver's order, never empty. Unavailable, DeadlineExceeded, Cancelled.
  Result<std::vector<HostAddress>> find(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout,
                                        std::stop_token stop);

 private:
  struct Question;
  std::shared_ptr<Question> open_;
};

}  // namespace vigil::sinks
