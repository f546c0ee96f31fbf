#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/socket.h>

#include "base/result.h"
#include "ingest/source.h"

namespace vigil::ingest {

// A resolved address, ready to connect to.
struct Endpoint {
  sockaddr_storage address{};
  socklen_t length = 0;
  std::string text;  // "192.0.2.7" or "2001:db8::7"
};

// Which addresses cameras may be at. Checked after name resolution and before every connect, redirects and playlists included, so that a
// name cannot be re-bound behind our back. Cameras live in private networks, so these are allowed; the default denies what no
// camera is: cloud metadata (169.254.169.254, fd00:ec2::254), "this network" (0.0.0.0/8), multicast and broadcast.
class EgressPolicy {
 public:
  EgressPolicy();
  // CIDR lists such as "10.0.0.0/8" or "::1/128". `allow` empty: everything that is not denied. InvalidArgument names the bad entry.
  static Result<EgressPolicy> make(const std::vector<std::string>& allow, const std::vector<std::string>& deny);
  bool allows(const sockaddr_storage& address) const;

 private:
  struct Network {
    std::vector<std::uint8_t> bytes;
    int bits = 0;
  };
  std::vector<Network> allow_, deny_;
};

// Resolves on a thread of its own (getaddrinfo cannot be interrupted) and returns the first address that the policy allows.
// Failures: Dns, Blocked, Timeout.
Outcome<Endpoint> resolve(const std::string& host, std::uint16_t port, const EgressPolicy& policy, std::chrono::milliseconds timeout);

// Whether something listens there, told apart properly: Refused, Unreachable, Timeout. Closes the connection again.
Outcome<bool> check_listening(const Endpoint& endpoint, std::chrono::milliseconds timeout);

}  // namespace vigil::ingest
