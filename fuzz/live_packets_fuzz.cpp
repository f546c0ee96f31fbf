#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "live/playlist.h"

// Packets with whatever times and parameters a camera may make up, five bytes each: what they are, and two steps of
// time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  auto params = [](int width, bool sound) {
    media::CodecParams out;
    out.kind = sound ? media::TrackKind::Audio : media::TrackKind::Video;
    out.codec = sound ? media::Codec::Opus : width == 13 ? media::Codec::Mjpeg : media::Codec::H264;
    out.width = width;
    out.height = 16;
    out.sample_rate = 48000;
    out.channels = 1;
    out.extradata = {1, 2, 3};
    return std::make_shared<const media::CodecParams>(out);
  };
  live::SegmentConfig config;
  config.max_bytes = 10000;
  config.max_segment_bytes = 3000;
  live::Fragmenter fragmenter;
  live::Segments segments(config);
  std::int64_t clock = 0, world = 0;
  std::uint64_t sequence = 0;
  Ticks last{-1};
  for (; size >= 5; data += 5, size -= 5) {
    std::int16_t step = 0, passed = 0;
    std::memcpy(&step, data + 1, 2);
    std::memcpy(&passed, data + 3, 2);
    const auto what = data[0];
    if (what == 255) fragmenter.lost();
    // A few of the steps are very long.
    clock += (what & 64) != 0 ? step * std::int64_t{1'000'000} : step;
    world += passed * std::int64_t{1000};
    media::Packet packet;
    packet.track = (what & 8) != 0 ? 1 : 0;
    packet.dts = Ticks(clock);
    packet.pts = packet.dts + Ticks(what & 16);
    packet.received = WallTime(std::chrono::microseconds(world));
    packet.key = (what & 1) != 0;
    packet.discontinuity = (what & 32) != 0;
    packet.params = params(10 + (what & 6) / 2, packet.track == 1);
    packet.data = media::SharedBytes(std::vector<std::uint8_t>(what + 1u));
    auto fragment = fragmenter.push(std::make_shared<const media::Packet>(std::move(packet)));
    if (!fragment) continue;
    // Sound alone has no duration of its own.
    if (fragment->sequence != ++sequence || fragment->start < Ticks(0) || fragment->duration < Ticks(0)) std::abort();
    if (fragment->pictures > 0) {
      if (fragment->start <= last || fragment->duration == Ticks(0)) std::abort();
      last = fragment->start;
    }
    segments.push(fragment);
  }
  if (segments.complete().empty()) return 0;
  std::uint64_t number = segments.complete().front().number;
  for (const auto& segment : segments.complete()) {
    if (segment.number != number++ || segment.parts.empty() || segment.duration <= Ticks(0)) std::abort();
    for (const auto& part : segment.parts) {
      if (part.duration <= Ticks(0) || part.duration > segments.part_target() || part.fragments.empty()) std::abort();
    }
  }
  if (live::media_playlist(segments, {.run = "0123abcd"}).empty()) std::abort();
  return 0;
}
