#include <cstddef>
#include <cstdint>

#include "extract/messages.h"
#include "extract/picture_check.h"
#include "extract/supply.h"

// What an extraction child says: the first byte chooses the kind of message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::extract;
  if (size == 0) return 0;
  const View bytes(data + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      if (bytes.size() >= kHeaderBytes) static_cast<void>(decode_header(bytes.first<kHeaderBytes>()));
      break;
    case 1:
      if (const auto begin = read_begin(bytes)) {
        if (!(*read_begin(write(*begin)) == *begin)) __builtin_trap();
      }
      break;
    case 2:
      static_cast<void>(read_report(bytes));
      break;
    case 3:
      if (const auto facts = read_facts(bytes)) {
        if (!(*read_facts(write(*facts)) == *facts)) __builtin_trap();
        static_cast<void>(to_json(*facts).dump());
      }
      break;
    case 4:
      if (const auto picture = read_picture(bytes)) {
        static_cast<void>(check_picture(*picture, PictureFormat::Jpeg));
        static_cast<void>(check_picture(*picture, PictureFormat::Png));
      }
      break;
    case 5:
      static_cast<void>(read_progress(bytes));
      break;
    case 7:
      static_cast<void>(read_want(bytes));
      if (const auto given = read_given(bytes)) {
        if (!(*read_given(write(*given)) == *given)) __builtin_trap();
        Blocks blocks(1000 * kBlockBytes);
        blocks.add(*given);
        if (blocks.is_there(given->first) != (given->first < blocks.count())) __builtin_trap();
      }
      break;
    default:
      if (const auto end = read_end(bytes)) {
        if (!(read_end(write(*end))->summary == end->summary)) __builtin_trap();
      }
  }
  return 0;
}
