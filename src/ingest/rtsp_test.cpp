#include "ingest/rtsp.h"

#include <gtest/gtest.h>

#include "ingest/rtsp_camera_fake.h"
#include "ingest/rtsp_native.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using model::Transport;
using std::chrono::milliseconds;
using std::chrono::seconds;

const auto kAnywhere = std::make_shared<const EgressPolicy>();

SourceConfig config_of(const std::string& url, Transport transport = Transport::Tcp) {
  SourceConfig config;
  config.stream.url = parse_url(url).value();
  config.transport = transport;
  config.connect_timeout = seconds(5);
  config.read_timeout = milliseconds(400);
  return config;
}

struct Outcomes {
  FailureReason open = FailureReason::None, read = FailureReason::None;
  std::string transport, detail;
  int packets = 0;
};

enum class Engine { Libav, Native };

std::unique_ptr<Source> make(Engine engine, const SourceConfig& config,
                             milliseconds first_packet = RtspSource::kFirstPacket) {
  if (engine == Engine::Native) return std::make_unique<NativeRtspSource>(config, kAnywhere, first_packet);
  return std::make_unique<RtspSource>(config, kAnywhere, first_packet);
}

// Opens, and reads until something fails.
Outcomes play_with(Engine engine, const SourceConfig& config) {
  auto made = make(engine, config, milliseconds(400));
  auto& source = *made;
  Outcomes result;
  auto opened = source.open();
  if (!opened.ok()) {
    result.open = opened.failure().reason;
    result.detail = opened.failure().detail;
    return result;
  }
  result.transport = opened.value().transport;
  for (;; ++result.packets) {
    auto packet = source.read();
    if (packet.ok()) continue;
    result.read = packet.failure().reason;
    result.detail = packet.failure().detail;
    return result;
  }
}

// What both engines promise.
class RtspEngine : public testing::TestWithParam<Engine> {
 protected:
  static Outcomes play(const SourceConfig& config) { return play_with(GetParam(), config); }
};

INSTANTIATE_TEST_SUITE_P(, RtspEngine, testing::Values(Engine::Libav, Engine::Native),
                         [](const auto& engine) { return engine.param == Engine::Libav ? "Libav" : "Native"; });

TEST_P(RtspEngine, ReadsPicturesOverTcp) {
  RtspCamera camera({});
  auto made = make(GetParam(), config_of(camera.url()));
  auto& source = *made;
  auto opened = source.open();
  ASSERT_TRUE(opened.ok()) << opened.failure().detail;
  EXPECT_EQ(opened.value().transport, "tcp");
  ASSERT_EQ(opened.value().tracks.size(), 1u);
  auto first = source.read(), second = source.read();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(first.value().key);
  EXPECT_TRUE(first.value().discontinuity);
  EXPECT_EQ(first.value().params->codec, media::Codec::H264);
  EXPECT_EQ(first.value().params->width, 160);
  EXPECT_GT(second.value().dts, first.value().dts);
}

TEST_P(RtspEngine, TellsWhatTheCameraAnswers) {
  auto answers = [](const char* method, int status) {
    RtspPlan plan;
    plan.status[method] = status;
    RtspCamera camera(plan);
    auto result = play(config_of(camera.url()));
    return std::string(model::to_string(result.open)) + (result.open == FailureReason::None ? result.detail : "");
  };
  EXPECT_EQ(answers("DESCRIBE", 401), "auth");
  EXPECT_EQ(answers("DESCRIBE", 403), "auth");
  EXPECT_EQ(answers("DESCRIBE", 404), "not_found");
  EXPECT_EQ(answers("DESCRIBE", 400), "protocol");
  EXPECT_EQ(answers("DESCRIBE", 503), "busy");
  EXPECT_EQ(answers("DESCRIBE", 500), "protocol");
  EXPECT_EQ(answers("SETUP", 453), "busy");
  EXPECT_EQ(answers("SETUP", 461), "protocol");
  EXPECT_EQ(answers("PLAY", 453), "busy");
}

TEST_P(RtspEngine, SignsInAndNeverShowsThePassword) {
  RtspPlan plan;
  plan.password = "YWRtaW46aHVudGVyMg==";  // admin:hunter2
  RtspCamera camera(plan);
  EXPECT_GT(play(config_of(camera.url_with("admin:hunter2"))).packets, 0);
  EXPECT_NE(play(config_of(camera.url())).detail.find("wants a user name"), std::string::npos);
  auto wrong = play(config_of(camera.url_with("admin:wr0ngpass")));
  EXPECT_EQ(wrong.open, FailureReason::Auth);
  EXPECT_EQ(wrong.detail.find("wr0ngpass"), std::string::npos) << wrong.detail;
}

TEST_P(RtspEngine, TellsApartWhyThereIsNobody) {
  auto reason_of = [](const LoopbackServer::Script& script, milliseconds patience = seconds(20)) {
    LoopbackServer server(script);
    auto config = config_of(server.url("rtsp", "/cam"));
    config.connect_timeout = patience;
    return play(config).open;
  };
  EXPECT_EQ(reason_of([](LoopbackPeer& peer) { peer.hold(); }, milliseconds(400)), FailureReason::Timeout);
  EXPECT_EQ(reason_of([](LoopbackPeer&) {}), FailureReason::Protocol);
  EXPECT_EQ(reason_of([](LoopbackPeer& peer) {
              peer.read_request();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }),
            FailureReason::Protocol);
  EXPECT_EQ(reason_of(
                [](LoopbackPeer& peer) {
                  while (peer.send(std::string(4096, 'z'))) continue;
                },
                milliseconds(GetParam() == Engine::Libav ? 400 : 20000)),
            GetParam() == Engine::Libav ? FailureReason::Timeout : FailureReason::Protocol);
  EXPECT_EQ(play(config_of("rtsp://127.0.0.1:" + std::to_string(LoopbackServer::closed_port()) + "/x")).open,
            FailureReason::Refused);
  EXPECT_EQ(play(config_of("rtsp://nonexistent.invalid/x")).open, FailureReason::Dns);
  EXPECT_EQ(play(config_of("rtsp://169.254.169.254/x")).open, FailureReason::Blocked);
}

TEST(RtspSource, DoesNotFollowACameraThatSendsItElsewhere) {
  std::atomic<bool> spoken_to = false;
  LoopbackServer inside([&](LoopbackPeer& peer) {
    if (!peer.read_request().empty()) spoken_to = true;
  });
  RtspPlan plan;
  plan.moved_to = inside.url("rtsp", "/secret");
  RtspCamera camera(plan);
  auto result = play_with(Engine::Libav, config_of(camera.url()));
  EXPECT_EQ(result.open, FailureReason::Blocked) << result.detail;
  EXPECT_FALSE(spoken_to);
}

TEST_P(RtspEngine, SaysNoVideoThenStalledAndEnded) {
  RtspPlan plan;
  plan.mute_tcp = true;
  RtspCamera mute(plan);
  auto silent = play(config_of(mute.url()));
  EXPECT_EQ(silent.read, FailureReason::NoVideo);
  RtspCamera stops({});
  auto stalled = play(config_of(stops.url()));
  EXPECT_EQ(stalled.read, FailureReason::Stalled);
  EXPECT_GT(stalled.packets, 5);
  plan = {};
  plan.close_after = true;
  RtspCamera closes(plan);
  EXPECT_EQ(play(config_of(closes.url())).read, FailureReason::Ended);
}

TEST_P(RtspEngine, AutoFallsBackToUdp) {
  RtspPlan plan;
  plan.tcp = false;
  RtspCamera refuses(plan);
  auto refused = play(config_of(refuses.url(), Transport::Auto));
  EXPECT_EQ(refused.transport, "udp") << refused.detail;
  EXPECT_GT(refused.packets, 5);
  plan = {};
  plan.mute_tcp = true;
  RtspCamera silent(plan);
  auto muted = play(config_of(silent.url(), Transport::Auto));
  EXPECT_EQ(muted.transport, "udp") << muted.detail;
  EXPECT_GT(muted.packets, 5);
}

TEST_P(RtspEngine, UdpFallsBackToTcp) {
  RtspPlan plan;
  RtspCamera able(plan);
  EXPECT_EQ(play(config_of(able.url(), Transport::Udp)).transport, "udp");
  plan.mute_udp = true;
  RtspCamera silent(plan);
  auto muted = play(config_of(silent.url(), Transport::Udp));
  EXPECT_EQ(muted.transport, "tcp") << muted.detail;
  EXPECT_GT(muted.packets, 5);
}

TEST_P(RtspEngine, TcpStaysTcp) {
  RtspPlan plan;
  plan.tcp = false;
  RtspCamera camera(plan);
  EXPECT_EQ(play(config_of(camera.url(), Transport::Tcp)).open, FailureReason::Protocol);
  plan = {};
  plan.status["DESCRIBE"] = 404;
  RtspCamera wrong_path(plan);
  EXPECT_EQ(play(config_of(wrong_path.url(), Transport::Auto)).open, FailureReason::NotFound);
  EXPECT_EQ(wrong_path.connections(), GetParam() == Engine::Libav ? 2 : 1)
      << "one try; libavformat needs a look whether it listens";
}

TEST_P(RtspEngine, InterruptEndsEveryState) {
  auto stopped_when = [](const LoopbackServer::Script& script) {
    std::unique_ptr<Source> source;  // outlives the server, whose thread interrupts it
    LoopbackServer server([&](LoopbackPeer& peer) {
      if (peer.read_request().empty()) return;  // libavformat's look whether it listens
      script(peer);
      source->interrupt();
      peer.hold();
    });
    auto config = config_of(server.url("rtsp", "/cam"));
    config.connect_timeout = config.read_timeout = seconds(60);
    source = make(GetParam(), config);
    auto begun = system_clock().steady();
    auto opened = source->open();
    EXPECT_FALSE(opened.ok());
    EXPECT_LT(system_clock().steady() - begun, seconds(5));
    return opened.ok() ? FailureReason::None : opened.failure().reason;
  };
  EXPECT_EQ(stopped_when([](LoopbackPeer&) {}), FailureReason::Stopped);
  EXPECT_EQ(stopped_when([](LoopbackPeer& peer) { peer.send("RTSP/1.0 200 OK\r\nCSeq: 1\r\n"); }),
            FailureReason::Stopped);
}

TEST_P(RtspEngine, InterruptEndsAWaitForPackets) {
  RtspCamera camera({});
  auto config = config_of(camera.url());
  config.read_timeout = seconds(60);
  auto made = make(GetParam(), config);
  auto& source = *made;
  ASSERT_TRUE(source.open().ok());
  ASSERT_TRUE(source.read().ok());
  std::jthread interrupter([&] { source.interrupt(); });
  auto begun = system_clock().steady();
  for (;;) {
    auto packet = source.read();
    if (packet.ok()) continue;
    EXPECT_EQ(packet.failure().reason, FailureReason::Stopped);
    break;
  }
  EXPECT_LT(system_clock().steady() - begun, seconds(5));
}

TEST(NativeRtspSource, FollowsACameraWithinTheNetworkRules) {
  RtspCamera real({});
  RtspPlan plan;
  plan.moved_to = real.url();
  RtspCamera moved(plan);
  EXPECT_GT(play_with(Engine::Native, config_of(moved.url())).packets, 5);
  for (const char* forbidden : {"rtsp://169.254.169.254/latest", "http://127.0.0.1:1/x"}) {
    plan.moved_to = forbidden;
    RtspCamera elsewhere(plan);
    EXPECT_EQ(play_with(Engine::Native, config_of(elsewhere.url())).open, FailureReason::Blocked) << forbidden;
  }
}

TEST(NativeRtspSource, ACircleOfRedirectsEnds) {
  LoopbackServer server([](LoopbackPeer& peer) {
    for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const auto host = request.substr(request.find("rtsp://"), request.find(" RTSP/") - request.find("rtsp://"));
      const bool options = request.substr(0, 7) == "OPTIONS";
      peer.send(options ? "RTSP/1.0 200 OK\r\n\r\n" : "RTSP/1.0 302 Moved\r\nLocation: " + host + "\r\n\r\n");
    }
  });
  EXPECT_EQ(play_with(Engine::Native, config_of(server.url("rtsp", "/round"))).open, FailureReason::Protocol);
  EXPECT_EQ(server.connections(), 4);
}

TEST(NativeRtspSource, ACameraThatNeverStopsTalkingIsStillStopped) {
  const std::string junk = [] {
    std::string out;
    for (int i = 0; i < 1000; ++i) out += std::string("$\x09\x00\x04\x80\x60\x00\x01", 8);
    return out;
  }();
  LoopbackServer server([&](LoopbackPeer& peer) {
    peer.read_request();
    while (peer.send(junk)) continue;  // frames of a channel that nobody asked for, and never an answer
  });
  auto config = config_of(server.url("rtsp", "/cam"));
  config.connect_timeout = seconds(60);
  auto source = make(Engine::Native, config);
  std::jthread interrupter([&] { source->interrupt(); });
  auto opened = source->open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.failure().reason, FailureReason::Stopped);
  config.connect_timeout = milliseconds(300);
  EXPECT_EQ(play_with(Engine::Native, config).open, FailureReason::Timeout);
}

TEST(NativeRtspSource, APictureComesWithItsLastPacket) {
  // The camera is silent after one picture: whoever waits for the next one has none.
  RtspPlan plan;
  plan.frames = 1;
  RtspCamera camera(plan);
  EXPECT_EQ(play_with(Engine::Native, config_of(camera.url())).packets, 1);
}

}  // namespace
}  // namespace vigil::ingest
