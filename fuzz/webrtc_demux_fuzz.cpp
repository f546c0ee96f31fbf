#include <cstddef>
#include <cstdint>
#include <vector>

#include "live/webrtc/session.h"
#include "live/webrtc/tcp_port.h"

// What comes to an established five-tuple before anybody has proved anything: frames of a TCP connection, each of them
// STUN, DTLS or RTCP by its first byte, into a session that is waiting for its viewer.

namespace {

using namespace vigil;
using namespace vigil::live::webrtc;

struct Nowhere final : Carrier {
  void send(const Path&, std::span<const std::uint8_t>) override {}
  bool ready(const Path&) const override { return true; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto context = DtlsContext::make().value();
  Nowhere nowhere;
  Session::Setup setup;
  setup.ufrag = "ours";
  setup.password = "ourpasswordourpassword";
  setup.dtls = context;
  setup.agreement.ufrag = "clnt";
  setup.agreement.fingerprint = context->fingerprint();
  setup.agreement.video = SentTrack{};
  Session session(setup, nowhere, SteadyTime{});
  Feed feed(std::make_shared<stream::Stream>(), nullptr);
  Deframer deframer(2048);
  Path path;
  (void)deframer.push({data, size}, [&](std::span<std::uint8_t> frame) {
    if (stun::looks_like(frame)) {
      if (const auto message = stun::parse(frame)) (void)session.check(path, *message, SteadyTime{});
    } else if (frame[0] < 64) {
      session.dtls(path, frame, SteadyTime{});
    } else {
      session.rtcp(frame, feed, SteadyTime{}, WallTime{});
    }
  });
  return 0;
}
