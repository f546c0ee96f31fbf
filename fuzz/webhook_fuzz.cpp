#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "jobs/webhooks.h"

// What somebody who orders a job gives as address and secret, one line each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = text.find('\n');
  const auto read =
      vigil::jobs::read_webhook(text.substr(0, end), end == std::string_view::npos ? "" : text.substr(end + 1));
  // What may be shown is the beginning of an address, and no more.
  if (read && read->host.find_first_of("?#@", read->host.find("//")) != std::string::npos) std::abort();
  return 0;
}
