#include <cstddef>
#include <cstdint>
#include <string>

#include "footage/analyse_payload.h"

// What somebody asks a job to look for in a video.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto request = footage::read_analyse_request(text)) {
    const auto again = footage::read_analyse_request(to_text(footage::to_json(*request)));
    if (!again || !(*again == *request)) __builtin_trap();
  }
  return 0;
}
