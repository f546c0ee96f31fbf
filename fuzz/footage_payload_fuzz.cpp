#include <cstddef>
#include <cstdint>
#include <string>

#include "footage/payload.h"

// What somebody asks a job to take out of a video, and how far a job says that it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto request = vigil::footage::read_request(text)) {
    const auto again = vigil::footage::read_request(vigil::to_text(vigil::footage::to_json(*request)));
    if (!again) __builtin_trap();
  }
  if (const auto progress = vigil::footage::read_cursor(text)) {
    if (!(*vigil::footage::read_cursor(vigil::footage::write_cursor(*progress)) == *progress) && !text.empty()) {
      __builtin_trap();
    }
  }
  return 0;
}
