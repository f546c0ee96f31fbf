#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "analyser/remote_camera.h"

// What a taken-over child may say about a camera: whole messages of any kind in any order, after three packets were
// sent. The server must neither fall nor tell its listener of what it did not ask for.

namespace {

using namespace vigil;

class Listener final : public pipeline::AnalystListener {
  void done(const pipeline::Outcome& outcome) override {
    if (outcome.sequence < 1 || outcome.sequence > 3) std::abort();
  }
  void observed(model::Observation seen) override {
    if (seen.sequence > 3 || ++seen_ > 256) std::abort();
  }
  void figures(const pipeline::AnalysisFigures&) override {}
  void rendered(model::Rendition rendition, media::Packet packet) override {
    const bool as_promised = packet.params && packet.params->codec == media::Codec::H264 && packet.data.size() > 0;
    if (rendition != model::Rendition::Annotated || !as_promised) std::abort();
  }
  void sounded(media::Packet packet) override {
    const bool as_promised = packet.params && packet.params->codec == media::Codec::Opus && packet.data.size() > 0;
    if (!as_promised || ++sounds_ > 2000) std::abort();
  }
  void ready() override {}
  void lost(std::uint64_t) override {}
  int seen_ = 0, sounds_ = 0;
};

media::PacketPtr packet(std::uint64_t sequence, bool sound) {
  auto made = std::make_shared<media::Packet>();
  made->sequence = sequence;
  made->key = true;
  auto params = std::make_shared<media::CodecParams>();
  if (sound) params->kind = media::TrackKind::Audio;
  made->params = std::move(params);
  made->data = media::SharedBytes(std::vector<std::uint8_t>(10, 1));
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 0;
  {
    Listener listener;
    pipeline::AnalystConfig config;
    // Odd inputs are about sound.
    config.sound = size % 2 == 1;
    analyser::RemoteCamera camera(1, config, listener, system_clock(), [] {});
    camera.attach(std::make_shared<analyser::Link>(pair[0], [] {}));
    analyser::Message credit;
    credit.header.type = analyser::Type::Credit;
    credit.body = analyser::write(analyser::Credit{64, 2000, 1 << 20});
    if (!camera.handle(std::move(credit))) std::abort();
    for (std::uint64_t n = 1; n <= 3; ++n) {
      camera.send(packet(n, config.sound), {.epoch = 1, .send = true, .renditions = {.annotated = true}});
    }
    while (size >= 6) {
      analyser::Message message;
      message.header.type = static_cast<analyser::Type>(1 + data[0] % static_cast<int>(analyser::kLastType));
      message.header.flags = static_cast<std::uint16_t>(data[1] << 4);
      message.header.camera = 1;
      message.header.scope = data[2] % 4;
      message.header.sequence = data[3] % 8;
      const auto length = std::min<std::size_t>(data[4] | data[5] << 8, size - 6);
      message.body.assign(data + 6, data + 6 + length);
      data += 6 + length;
      size -= 6 + length;
      if (!camera.handle(std::move(message))) break;
    }
    camera.detach(0);
    camera.close();
  }
  ::close(pair[0]);
  ::close(pair[1]);
  return 0;
}
