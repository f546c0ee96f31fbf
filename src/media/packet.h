#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "media/codec.h"

namespace vigil::media {

// Bytes that somebody else owns: shared, immutable, never copied per reader.
class SharedBytes {
 public:
  SharedBytes() = default;
  // Takes the vector.
  explicit SharedBytes(std::vector<std::uint8_t> bytes) {
    auto held = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    view_ = *held;
    owner_ = std::move(held);
  }
  // A view into memory that lives as long as `owner` (for example an AVBufferRef).
  SharedBytes(std::shared_ptr<const void> owner, std::span<const std::uint8_t> view)
      : owner_(std::move(owner)), view_(view) {}

  std::span<const std::uint8_t> view() const { return view_; }
  std::size_t size() const { return view_.size(); }
  const std::uint8_t* data() const { return view_.data(); }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::uint8_t> view_;
};

// One encoded access unit of one track. Immutable once published (everything holds a PacketPtr to const).
//   H.264 and H.265: NAL units with 4-byte big-endian lengths, without access unit delimiters and without parameter
//   sets: those are in params->extradata (what ISO/IEC 14496-15 calls avc1 / hvc1). All others: the bytes as they are.
struct Packet {
  std::uint64_t sequence = 0;  // position in its Stream, over all tracks, from 1, no gaps; set by Stream::publish
  int track = 0;               // 0 = video; 1, 2, … = audio
  Ticks dts{0};                // decode time; never goes back within one connection of a track
  Ticks pts{0};                // presentation time
  WallTime received;           // when the last byte of it came in, on the server's clock
  // When it was taken, on the server's clock, where the source tells: never after `received`, never before that of the
  // packet before it in its track.
  std::optional<WallTime> captured;
  bool key = false;            // decoding can start here (always true for audio, JPEG and PNG)
  bool discontinuity = false;  // first packet after a reconnect or a jump of the source's clock
  ParamsPtr params;            // never null
  SharedBytes data;            // never empty

  // When what is in it happened, as well as is known.
  WallTime time() const { return captured.value_or(received); }
};

using PacketPtr = std::shared_ptr<const Packet>;

}  // namespace vigil::media
