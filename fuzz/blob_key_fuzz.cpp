#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/clock.h"
#include "blob/key.h"
#include "blob/links.h"

// Whatever is a key must lead nowhere else; no made-up link is good.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (vigil::blob::Key::parse(text)) {
    const bool bad = text.find("..") == 0 || text.find("/.") != std::string_view::npos ||
                     text.find("//") != std::string_view::npos || text.front() == '/' || text.back() == '/' ||
                     text.find('\0') != std::string_view::npos || text.find('\\') != std::string_view::npos;
    if (bad) std::abort();
  }
  static const vigil::blob::Links links(vigil::Secret(std::string(32, 'k')), "k1");
  if (links.check(text, {}, vigil::WallTime())) std::abort();
  return 0;
}
