#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/codec.h"

namespace vigil::media {

// Brings what cameras and containers send into the one form that Packet promises. Pure, no libav*. Tolerates what real
// cameras do: parameter sets and SEI as access units of their own, Annex B inside a length-prefixed unit, missing
// parameter sets (waits for them in-band), 3- and 4-byte start codes, trailing zeros. Not thread-safe; one per track
// and connection.
class AccessUnitNormaliser {
 public:
  enum class Framing {
    ByContent,       // length-prefixed where an avcC or hvcC record was announced, else told apart by the bytes
    LengthPrefixed,  // by four bytes, or as an announced record says
  };

  // `initial` as the source announced it: extradata may be empty, avcC / hvcC, or Annex B parameter sets (SDP sprop).
  // Pictures (JPEG, PNG) pass through unchanged; their headers give the size. AAC loses its ADTS headers, which become
  // the AudioSpecificConfig. All other audio passes through unchanged.
  // Whoever knows the framing must say it: a length of 256 to 511 bytes reads like a start code, 00 00 01.
  explicit AccessUnitNormaliser(CodecParams initial, Framing framing = Framing::ByContent);

  struct Output {
    std::vector<std::uint8_t> data;  // empty: the unit held nothing to show (only parameter sets, SEI, delimiters)
    // IDR for H.264, or an I picture with the message that all is right from there on (open groups of pictures); IRAP
    // (IDR, BLA, CRA) for H.265; I-VOP for MPEG-4.
    bool key = false;
    ParamsPtr params;  // the parameters in force for this unit; null until width and height are known
    bool params_changed = false;
  };

  // One access unit, Annex B or length-prefixed. DataLoss on bytes that are neither.
  Result<Output> push(std::span<const std::uint8_t> unit);

  ParamsPtr params() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vigil::media
