#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rtp/depacketiser.h"
#include "rtp/packet.h"
#include "rtp/reorder.h"

// Packets of one track: the first byte says which codec, then each packet is a length byte and so many bytes of its
// own.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using vigil::media::Codec;
  constexpr std::array kCodecs = {Codec::H264, Codec::H265, Codec::Mjpeg, Codec::Mpeg4, Codec::Aac, Codec::Opus};
  if (size == 0) return 0;
  vigil::rtp::MediaDescription media;
  media.params.codec = kCodecs[data[0] % kCodecs.size()];
  media.size_length = 13;
  media.index_length = media.index_delta_length = 3;
  media.decoding_order_numbers = (data[0] & 0x80) != 0;
  auto depacketiser = vigil::rtp::make_depacketiser(media);
  vigil::rtp::Reorder reorder({});
  vigil::SteadyTime now{};
  std::vector<vigil::rtp::Unit> units;
  auto take = [&](std::span<const std::uint8_t> bytes, bool gap) {
    if (auto packet = vigil::rtp::parse_rtp(bytes)) depacketiser->push(*packet, gap, units);
    units.clear();
  };
  for (auto rest = std::span(data, size).subspan(1); !rest.empty();) {
    const auto bytes = rest.subspan(1, std::min<std::size_t>(rest[0], rest.size() - 1));
    rest = rest.subspan(1 + bytes.size());
    now += std::chrono::milliseconds(20);
    auto packet = vigil::rtp::parse_rtp(bytes);
    bool gap = false;
    if (packet && reorder.push(packet->sequence, bytes, now, gap)) take(bytes, gap);
    while (auto ready = reorder.pop(now)) take(ready->bytes, ready->gap);
  }
  return 0;
}
