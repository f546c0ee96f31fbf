#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "media/access_unit.h"
#include "media/nal.h"
#include "media/rtp.h"

// Byte 0 chooses the codec and whether the framing is known, byte 1 the length of the announced extradata, byte 2 the
// size of the units that the rest is cut into.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::media;
  if (size < 3) return 0;
  constexpr Codec kCodecs[] = {Codec::H264, Codec::H265, Codec::Mpeg4, Codec::Aac, Codec::Mjpeg};
  CodecParams params;
  params.codec = kCodecs[data[0] % std::size(kCodecs)];
  params.kind = params.codec == Codec::Aac ? TrackKind::Audio : TrackKind::Video;
  std::span<const std::uint8_t> rest(data + 3, size - 3);
  auto extradata = rest.first(std::min<std::size_t>(rest.size(), data[1]));
  rest = rest.subspan(extradata.size());
  params.extradata.assign(extradata.begin(), extradata.end());
  const std::size_t step = data[2] == 0 ? size : data[2] * 16u;

  using Framing = AccessUnitNormaliser::Framing;
  AccessUnitNormaliser normaliser(params, data[0] < 128 ? Framing::ByContent : Framing::LengthPrefixed);
  RtpPacketiser sender({.max_packet = 100});
  const bool nals = params.codec == Codec::H264 || params.codec == Codec::H265;
  while (!rest.empty()) {
    auto unit = rest.first(std::min(rest.size(), step));
    rest = rest.subspan(unit.size());
    auto out = normaliser.push(unit);
    if (!out.ok()) continue;
    if (out->params != normaliser.params()) std::abort();
    if (out->params && out->params->extradata.size() > (20u << 10)) std::abort();
    if (out->data.empty() || !out->params) continue;
    std::vector<Bytes> found;
    if (nals && !split_length_prefixed(out->data, 4, found)) std::abort();
    Packet packet;
    packet.params = out->params;
    packet.key = out->key;
    packet.data = SharedBytes(std::move(out->data));
    if (auto rtp = sender.packetise(packet); rtp.ok()) {
      for (const auto& one : *rtp) {
        if (one.bytes.size() > 100) std::abort();
      }
    }
  }
  return 0;
}
