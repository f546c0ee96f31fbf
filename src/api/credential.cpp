#include "api/credential.h"

#include "api/upgrade.h"

namespace vigil::api {

std::string_view credential_of(const Request& request) {
  if (auto text = request.headers.find("Authorization")) {
    if (text->size() > 7 && equals_ignoring_case(text->substr(0, 7), "Bearer ")) return text->substr(7);
    return {};
  }
  if (auto key = request.headers.find("X-API-Key")) return *key;
  if (!upgrade_fault(request).empty()) return {};
  constexpr std::string_view kBearer = "vigil.bearer.";
  for (auto protocol : offered_protocols(request)) {
    if (protocol.starts_with(kBearer)) return protocol.substr(kBearer.size());
  }
  return {};
}

}  // namespace vigil::api
