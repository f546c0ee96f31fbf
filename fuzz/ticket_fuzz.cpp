#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/auth/tickets.h"

// Nobody makes a ticket without the key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  static const api::Tickets tickets(Secret(std::string(32, 'k')), system_clock());
  if (tickets.verify({reinterpret_cast<const char*>(data), size}, "door").ok()) std::abort();
  return 0;
}
