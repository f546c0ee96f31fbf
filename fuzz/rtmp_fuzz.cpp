#include <cstddef>
#include <cstdint>
#include <span>

#include "ingest/rtmp/dialogue.h"
#include "ingest/rtmp/tracks.h"

// An encoder that says whatever it likes: the whole dialogue, and its tags as packets. The first byte: how the bytes
// are cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil::ingest;
  if (size == 0) return 0;
  const std::size_t step = 1 + data[0] * 16u;
  std::span<const std::uint8_t> left(data + 1, size - 1);
  rtmp::Dialogue dialogue;
  rtmp::Tracks tracks;
  std::vector<vigil::media::Packet> packets;
  // The handshake has nothing to be read: it is spared the fuzzer.
  std::vector<std::uint8_t> greeting(1 + 2 * 1536);
  greeting[0] = 3;
  if (!dialogue.push(greeting).ok()) return 0;
  while (!left.empty()) {
    const auto part = left.first(std::min(step, left.size()));
    left = left.subspan(part.size());
    if (!dialogue.push(part).ok()) return 0;
    if (dialogue.take_wanted_key()) dialogue.accept();
    (void)dialogue.take_answers();
    for (const auto& message : dialogue.take_media()) {
      if (message.type == rtmp::kVideo) (void)tracks.video(message.time_ms, message.body, {}, packets);
      if (message.type == rtmp::kAudio) (void)tracks.audio(message.time_ms, message.body, {}, packets);
    }
    packets.clear();
  }
  (void)rtmp::read_amf({data, size});
  return 0;
}
