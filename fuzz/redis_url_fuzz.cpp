#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sinks/redis_config.h"

// Whatever is accepted has a target that is accepted again and names the same place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto config = vigil::sinks::parse_redis_url(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!config.ok()) return 0;
  if (!config->unix_path.empty()) return 0;  // shown decoded, for people
  auto again = vigil::sinks::parse_redis_url(config->target());
  if (!again.ok() || again->host != config->host || again->port != config->port || !again->password.empty())
    std::abort();
  return 0;
}
