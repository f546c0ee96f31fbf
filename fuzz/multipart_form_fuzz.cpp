// multipart/form-data: the first line is the boundary, the rest the body.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/multipart_form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::api;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(text.find('\n'), text.size());
  const auto body = text.substr(std::min(end + 1, text.size()));
  auto parts = parse_multipart_form(body, text.substr(0, end));
  if (!parts.ok()) return 0;
  if (parts->size() > kMaxFormParts) std::abort();
  for (const auto& part : *parts) {
    if (part.name.empty()) std::abort();
    if (!part.data.empty() &&
        (part.data.data() < body.data() || part.data.data() + part.data.size() > body.data() + body.size())) {
      std::abort();
    }
  }
  return 0;
}
