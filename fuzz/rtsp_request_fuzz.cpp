#include <cstddef>
#include <cstdint>
#include <variant>

#include "rtp/parser.h"
#include "sim/rtsp/dialogue.h"

// Bytes of a client, in two pieces, through parser and dialogue.

namespace {

using namespace vigil::sim;

class Host final : public rtsp::DialogueHost {
 public:
  Fault fault_of(int) const override { return {}; }
  int tracks_of(rtsp::StreamKey stream) const override { return stream.camera <= 2 ? 2 : 0; }
  std::string describe(rtsp::StreamKey) const override { return "v=0\r\n"; }
  std::optional<std::uint32_t> rtp_time_of_next(const rtsp::SetUpTrack&, rtsp::StreamKey) const override { return 7; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Host host;
  rtsp::DialogueConfig config;
  config.server_rtp_port = 5000;
  if (size > 0 && (data[0] & 1) != 0) {
    config.credentials.user = "u";
    config.credentials.password = vigil::Secret("p");
  }
  rtsp::Dialogue dialogue(config, host);
  vigil::rtp::MessageParser parser;
  const std::size_t cut = size / 2;
  for (auto part : {std::span(data, cut), std::span(data + cut, size - cut)}) {
    parser.feed(part);
    for (;;) {
      auto message = parser.next();
      if (!message.ok()) {
        dialogue.refuse(message.error());
        return 0;
      }
      if (!message->has_value()) break;
      if (auto* request = std::get_if<vigil::rtp::Request>(&**message)) dialogue.handle(*request);
    }
  }
  return 0;
}
