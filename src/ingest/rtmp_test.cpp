#include "ingest/rtmp.h"

#include <gtest/gtest.h>

#include "ingest/loopback_fake.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

const auto kAnywhere = std::make_shared<const EgressPolicy>();

SourceConfig config_of(const std::string& url, milliseconds patience = seconds(20)) {
  SourceConfig config;
  config.type = model::SourceType::Rtmp;
  config.stream.url = parse_url(url).value();
  config.connect_timeout = patience;
  config.read_timeout = patience;
  return config;
}

FailureReason open_fails(const std::string& url, milliseconds patience = seconds(20)) {
  RtmpSource source(config_of(url, patience), kAnywhere);
  auto opened = source.open();
  return opened.ok() ? FailureReason::None : opened.failure().reason;
}

TEST(RtmpSource, TellsApartWhyThereIsNobody) {
  EXPECT_EQ(open_fails("rtmp://127.0.0.1:" + std::to_string(LoopbackServer::closed_port()) + "/live/cam"),
            FailureReason::Refused);
  EXPECT_EQ(open_fails("rtmp://nonexistent.invalid/live/cam"), FailureReason::Dns);
  EXPECT_EQ(open_fails("rtmp://169.254.169.254/live/cam"), FailureReason::Blocked);
  LoopbackServer silent([](LoopbackPeer& peer) { peer.hold(); });
  EXPECT_EQ(open_fails(silent.url("rtmp", "/live/cam"), milliseconds(400)), FailureReason::Timeout);
  LoopbackServer closing([](LoopbackPeer&) {});
  EXPECT_EQ(open_fails(closing.url("rtmp", "/live/cam")), FailureReason::Protocol);
  LoopbackServer web([](LoopbackPeer& peer) {
    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" + std::string(4000, 'x'));
  });
  EXPECT_EQ(open_fails(web.url("rtmp", "/live/cam")), FailureReason::Protocol);
}

TEST(RtmpSource, InterruptEndsAWaitForTheServer) {
  std::unique_ptr<RtmpSource> source;  // outlives the server, whose thread interrupts it
  LoopbackServer server([&](LoopbackPeer& peer) {
    if (peer.read_until("\x03").empty()) return;  // the look whether it listens says nothing
    source->interrupt();
    peer.hold();
  });
  auto config = config_of(server.url("rtmp", "/live/cam"));
  config.connect_timeout = config.read_timeout = seconds(60);
  source = std::make_unique<RtmpSource>(config, kAnywhere);
  auto begun = system_clock().steady();
  auto opened = source->open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.failure().reason, FailureReason::Stopped);
  EXPECT_LT(system_clock().steady() - begun, seconds(5));
}

}  // namespace
}  // namespace vigil::ingest
