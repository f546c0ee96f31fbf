#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "vision/segmentation.h"

// A mask of foreign runs is refused or comes back as it was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  vigil::model::Mask mask{data[0] % 65, data[1] % 65, {}};
  for (std::size_t at = 2; at < size; ++at) mask.runs.push_back(data[at] == 255 ? 0xffffffffU : data[at]);
  const auto bits = vigil::vision::decode_mask(mask);
  const auto outlines = vigil::vision::mask_outlines(mask, 0);
  if (bits.ok() != outlines.ok()) std::abort();
  if (!bits) return 0;
  const auto again = vigil::vision::encode_mask(*bits, mask.width, mask.height);
  if (!again || *vigil::vision::decode_mask(*again) != *bits) std::abort();
  return 0;
}
