#include <cstddef>
#include <cstdint>
#include <string_view>

#include "blob/s3/xml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (auto one : vigil::blob::s3::elements(text, "Contents")) {
    static_cast<void>(vigil::blob::s3::element(one, "Key"));
    static_cast<void>(vigil::blob::s3::element(one, "Size"));
  }
  static_cast<void>(vigil::blob::s3::element(text, "Code"));
  return 0;
}
