#pragma once

#include <string>
#include <vector>

#include "live/webrtc/address.h"

namespace vigil::live::webrtc {

// The addresses that viewers may reach a socket at that is bound to `bound`: `advertised` where there are any, the
// address itself, or, for a wildcard, those of the machine's interfaces: no link-local ones, loopback only where there
// is nothing else. At most 16. All with the socket's port.
std::vector<Endpoint> candidate_addresses(const Endpoint& bound, const std::vector<std::string>& advertised);

}  // namespace vigil::live::webrtc
