#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "base/result.h"

// Who may talk to us through somebody's browser, and who the client is behind a proxy. Pure.

namespace vigil::api {

// "host:port", "[::1]:8000" → the host without port and brackets.
std::string host_of(std::string_view authority);

bool is_ip_literal(std::string_view host);
bool is_loopback(std::string_view host);  // 127.0.0.0/8, ::1, "localhost", "*.localhost"

// Without authentication, only names that cannot be re-bound to us are served: IP addresses, localhost, and what the
// configuration lists. Else a foreign page could read everything (DNS rebinding).
bool is_trusted_host(std::string_view authority, const std::vector<std::string>& allowed_hosts);

// Whether a request that changes something may come from this Origin: none (no browser), our own, or one that is
// listed.
bool is_allowed_origin(std::string_view origin, std::string_view host, const std::vector<std::string>& listed);

// Addresses and networks ("127.0.0.1", "10.0.0.0/8", "::1").
class Networks {
 public:
  static Result<Networks> parse(const std::vector<std::string>& entries);  // InvalidArgument names the bad one
  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::vector<unsigned char> bytes;
    int bits = 0;
  };
  std::vector<Network> networks_;
};

// Sets peer.address and secure from X-Forwarded-For and X-Forwarded-Proto, if `peer` is a trusted proxy: the last
// address that is not a trusted proxy itself.
void apply_forwarded(Request& request, const Networks& proxies);

}  // namespace vigil::api
