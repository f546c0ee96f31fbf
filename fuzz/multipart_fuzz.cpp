#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ingest/multipart.h"

// The first line is the Content-Type, the second the size of the pieces that the network cuts, the rest the stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto line_end = text.find('\n');
  if (line_end == std::string_view::npos || line_end + 1 >= size) return 0;
  auto piece = static_cast<std::size_t>(data[line_end + 1] % 61) + 1;
  std::span<const std::uint8_t> stream(data + line_end + 2, size - line_end - 2);
  vigil::ingest::MultipartParser parser(text.substr(0, line_end));
  std::size_t total = 0;
  while (!stream.empty()) {
    auto now = stream.first(std::min(piece, stream.size()));
    if (!parser.push(now).ok()) return 0;
    stream = stream.subspan(now.size());
    while (auto part = parser.next()) total += part->size();
  }
  if (total > size) __builtin_trap();  // no byte is handed out twice
  return 0;
}
