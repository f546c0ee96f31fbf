#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "ingest/source.h"

namespace vigil::ingest {

// A resolved address, ready to connect to.
struct Endpoint {
  sockaddr_storage address{};
  socklen_t length = 0;
  std::string text;  // "192.0.2.7" or "2001:db8::7"
};

// Which addresses cameras may be at. Checked after name resolution and before every connect, redirects and playlists
// included, so that a name cannot be re-bound behind our back. Cameras live in private networks, so these are allowed;
// the default denies what no camera is: cloud metadata (169.254.169.254, 169.254.170.2, 100.100.100.200,
// fd00:ec2::254, fd20:ce::254), "this network" (0.0.0.0/8, ::), multicast and broadcast. An IPv4 address written as
// IPv6
// (::ffff:a.b.c.d) is judged as the IPv4 address; one wrapped for NAT64 or 6to4 must pass as both.
class EgressPolicy {
 public:
  EgressPolicy();
  // CIDR lists such as "10.0.0.0/8" or "::1/128". `allow` empty: everything that is not denied. `deny` comes in
  // addition to the default and wins over `allow`. InvalidArgument names the bad entry.
  static Result<EgressPolicy> make(const std::vector<std::string>& allow, const std::vector<std::string>& deny);
  bool allows(const sockaddr_storage& address) const;

 private:
  struct Network {
    std::vector<std::uint8_t> bytes;
    int bits = 0;
  };
  static Result<Network> parse(const std::string& text);
  static bool inside(const std::vector<Network>& networks, const std::vector<std::uint8_t>& address);

  std::vector<Network> allow_, deny_;
};

// Loopback, link-local and private (RFC 1918, RFC 4193) addresses: where no public authority certifies anybody.
bool is_private_network(const sockaddr_storage& address);

// The port a URL means: as written, by service name, or the default of its scheme. 0: there is none.
std::uint16_t port_of(const Url& url);

// "cam.example port 554": what may be said about where a URL leads; paths and queries of cameras carry keys.
std::string name_of(const Url& url);

// Resolves on a thread of its own (getaddrinfo cannot be interrupted) and returns the first address that the policy
// allows. At most 64 look-ups are under way in the process; a further one waits for its turn. Failures: Dns, Blocked,
// Timeout, Stopped.
Outcome<Endpoint> resolve(const std::string& host, std::uint16_t port, const EgressPolicy& policy,
                          std::chrono::milliseconds timeout, std::stop_token stop = {});

// resolve() for whoever cannot wait: `done` is called once, on some other thread when the name server has answered, or
// from within for an address. False: 64 look-ups are under way, try again later.
bool resolve_later(const std::string& host, std::uint16_t port, std::shared_ptr<const EgressPolicy> policy,
                   std::function<void(Outcome<Endpoint>)> done);
// What to say when that took too long.
Failure slow_names(const std::string& host);

// Whether something listens there, told apart properly: Refused, Unreachable, Timeout, Stopped. Closes the connection
// again.
Outcome<bool> check_listening(const Endpoint& endpoint, std::chrono::milliseconds timeout, std::stop_token stop = {});

// What a failed connect means for people, by errno.
Failure connect_failure(int error, const std::string& where);

}  // namespace vigil::ingest
