#include "media/mpeg4.h"

#include <algorithm>

#include "media/bits.h"
#include "media/nal.h"

namespace vigil::media::mpeg4 {
namespace {

constexpr std::uint8_t kVolFirst = 0x20, kVolLast = 0x2f, kSequence = 0xb0, kPicture = 0xb6;

// video_object_layer (6.2.3) up to the size; rectangular shapes only, as everything but studio material is.
std::optional<Vol> parse_vol(Bytes bytes) {
  BitReader in(bytes);
  in.skip(1);
  auto object_type = in.bits(8);
  std::uint32_t version = 1;
  if (in.flag()) {
    version = in.bits(4);
    in.skip(3);
  }
  if (in.bits(4) == 15) in.skip(16);  // aspect ratio
  Vol vol;
  vol.low_delay = object_type == 1;  // the simple profile has no B-VOPs
  if (in.flag()) {
    in.skip(2);
    vol.low_delay = in.flag();
    if (in.flag()) in.skip(79);
  }
  auto shape = in.bits(2);
  if (shape == 3 && version != 1) in.skip(4);
  in.skip(1);
  auto resolution = in.bits(16);
  in.skip(1);
  if (in.flag()) {
    int width = 1;
    while (width < 16 && (resolution - 1) >> width != 0) ++width;
    in.skip(static_cast<std::size_t>(width));
  }
  if (shape != 0 || resolution == 0) return std::nullopt;
  in.skip(1);
  vol.width = static_cast<int>(in.bits(13));
  in.skip(1);
  vol.height = static_cast<int>(in.bits(13));
  if (!in.ok() || vol.width == 0 || vol.height == 0) return std::nullopt;
  return vol;
}

}  // namespace

Unit parse(std::span<const std::uint8_t> bytes) {
  Unit unit;
  std::size_t header = bytes.size(), codes = 0;
  for (auto at = find_start_code(bytes, 0); at + 3 < bytes.size() && codes < 64;
       at = find_start_code(bytes, at + 3), ++codes) {
    auto code = bytes[at + 3];
    if (code == kPicture) {
      unit.has_picture = true;
      unit.key = at + 4 < bytes.size() && bytes[at + 4] >> 6 == 0;
      if (header < at) unit.header = bytes.subspan(header, at - header);
      return unit;
    }
    if (code == kSequence && at + 4 < bytes.size()) unit.profile_level = bytes[at + 4];
    if (code >= kVolFirst && code <= kVolLast) {
      auto rest = bytes.subspan(at + 4);
      unit.vol = parse_vol(rest.first(std::min<std::size_t>(rest.size(), 256)));
    }
    if (code == kSequence || (code >= kVolFirst && code <= kVolLast)) header = std::min(header, at);
  }
  if (header < bytes.size()) unit.header = bytes.subspan(header);
  return unit;
}

}  // namespace vigil::media::mpeg4
