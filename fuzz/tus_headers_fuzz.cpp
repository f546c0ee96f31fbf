#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/tus.h"

// What was taken of metadata must come back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(api::tus::parse_number(text));
  if (auto taken = api::tus::parse_metadata(text)) {
    model::Upload upload;
    upload.name = taken->name;
    upload.type = taken->type;
    upload.sha256 = taken->sha256;
    auto again = api::tus::parse_metadata(api::tus::metadata_of(upload));
    const bool small = upload.name.size() + upload.type.size() + upload.sha256.size() < 2000;
    if (small && (!again || again->name != taken->name || again->type != taken->type)) std::abort();
  }
  api::Headers headers;
  headers.set("Upload-Checksum", text);
  headers.set("Upload-Length", text);
  static_cast<void>(api::tus::parse_checksum(headers).ok());
  static_cast<void>(api::tus::parse_length(headers).ok());
  return 0;
}
