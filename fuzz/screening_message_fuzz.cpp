#include <cstddef>
#include <cstdint>

#include "screening/messages.h"

// What a screening child says, and what it is told: the first byte chooses the kind of message. Observations have a
// target of their own (analyser_message), and so has the rest (extract_message).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::screening;
  if (size == 0) return 0;
  const View bytes(data + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      if (const auto begin = read_begin(bytes)) {
        if (!(*read_begin(write(*begin)) == *begin)) __builtin_trap();
      }
      break;
    case 1:
      if (const auto piece = read_video(bytes)) {
        if (piece->bytes.empty() || piece->bytes.size() > kMostPiece) __builtin_trap();
      }
      break;
    default:
      if (const auto end = read_end(bytes)) {
        if (!(read_end(write(*end))->summary == end->summary)) __builtin_trap();
      }
  }
  return 0;
}
