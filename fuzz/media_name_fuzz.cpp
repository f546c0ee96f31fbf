#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "live/playlist.h"

// Whatever is taken for a name is written the same way again, and leads nowhere else.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto name = vigil::live::parse_media_name(text);
  if (!name) return 0;
  if (vigil::live::to_text(*name) != text) std::abort();
  if (text.find('/') != std::string_view::npos || text.find("..") != std::string_view::npos) std::abort();
  return 0;
}
