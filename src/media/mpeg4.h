#pragma once

#include <cstdint>
#include <optional>
#include <span>

// MPEG-4 part 2 (ISO/IEC 14496-2): enough to route it.

namespace vigil::media::mpeg4 {

struct Vol {
  int width = 0, height = 0;
  bool low_delay = false;  // no B-VOPs
};

struct Unit {
  std::span<const std::uint8_t>
      header;  // from the first VOS or VOL start code up to the picture; empty when there is none
  std::optional<Vol> vol;
  int profile_level = 0;  // of the visual object sequence; 0 when it is not there
  bool has_picture = false;
  bool key = false;  // an I-VOP
};

Unit parse(std::span<const std::uint8_t> bytes);

}  // namespace vigil::media::mpeg4
