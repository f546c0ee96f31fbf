#include "ingest/probe.h"

#include <gtest/gtest.h>

#include <thread>

#include "ingest/picture_fake.h"
#include "ingest/rtsp_camera_fake.h"
#include "media/decoder.h"
#include "media/image.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

const auto kAnywhere = std::make_shared<const EgressPolicy>();

SourceConfig config_of(const std::string& url, model::SourceType type = model::SourceType::Rtsp) {
  SourceConfig config;
  config.type = type;
  config.stream.url = parse_url(url).value();
  config.transport = model::Transport::Tcp;
  config.read_timeout = milliseconds(500);
  return config;
}

std::string steps_of(const ProbeReport& report) {
  std::string text;
  for (const auto& step : report.steps) text += step.name + (step.ok ? " " : "! ");
  return text;
}

Result<media::FramePtr> picture_of(const std::vector<media::PacketPtr>& group) {
  VIGIL_ASSIGN(auto decoder, media::make_decoder(*group.front()->params));
  media::FramePtr last;
  const auto keep = [&](const std::vector<media::FramePtr>& frames) {
    if (!frames.empty()) last = frames.back();
  };
  std::optional<Error> error;
  for (const auto& packet : group) {
    auto frames = decoder->decode(*packet);
    if (frames) keep(*frames);
    if (!frames) error = frames.error();
  }
  keep(decoder->flush());
  if (!last) return error.value_or(make_error(ErrorKind::DataLoss, "no picture came out"));
  return last;
}

TEST(Probe, ShowsWhatACameraIs) {
  RtspPlan plan;
  plan.frames = 50;
  RtspCamera camera(plan);
  auto report = probe(config_of(camera.url()), kAnywhere, seconds(10), {}, picture_of);
  EXPECT_TRUE(report.ok) << report.detail;
  EXPECT_EQ(steps_of(report), "resolve connect open media picture ");
  EXPECT_EQ(report.transport, "tcp");
  ASSERT_EQ(report.tracks.size(), 1u);
  EXPECT_EQ(report.tracks[0].codec, "h264");
  EXPECT_EQ(report.tracks[0].width, 160);
  EXPECT_NEAR(report.tracks[0].fps, 25, 0.5);
  EXPECT_NEAR(report.tracks[0].gop_seconds, 0.4, 0.05);
  EXPECT_GT(report.bits_per_second, 1000);
  auto snapshot = media::inspect_image(report.snapshot);
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(snapshot->width, 160);
}

TEST(Probe, EndsAtTheStepThatFails) {
  auto refused = probe(config_of("rtsp://127.0.0.1:" + std::to_string(LoopbackServer::closed_port()) + "/"), kAnywhere,
                       seconds(5), {}, picture_of);
  EXPECT_FALSE(refused.ok);
  EXPECT_EQ(refused.reason, FailureReason::Refused);
  EXPECT_EQ(steps_of(refused), "resolve connect! ");
  auto dns = probe(config_of("rtsp://nonexistent.invalid/"), kAnywhere, seconds(5), {}, picture_of);
  EXPECT_EQ(dns.reason, FailureReason::Dns);
  EXPECT_EQ(steps_of(dns), "resolve! ");
  RtspPlan plan;
  plan.status["DESCRIBE"] = 404;
  RtspCamera wrong_path(plan);
  auto missing = probe(config_of(wrong_path.url()), kAnywhere, seconds(5), {}, picture_of);
  EXPECT_EQ(missing.reason, FailureReason::NotFound);
  EXPECT_EQ(steps_of(missing), "resolve connect open! ");
  plan = {};
  plan.mute_tcp = true;
  plan.udp = false;
  RtspCamera mute(plan);
  auto wants_udp = config_of(mute.url());
  wants_udp.transport = model::Transport::Udp;
  auto silent = probe(wants_udp, kAnywhere, seconds(5), {}, picture_of);
  EXPECT_EQ(silent.reason, FailureReason::NoVideo);
  EXPECT_EQ(steps_of(silent), "resolve connect open media! ");
  EXPECT_TRUE(silent.advice.empty()) << "about the transport, for example";
}

TEST(Probe, SaysDecodeErrorAboutPicturesThatAreNone) {
  std::string torn_png("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x40\0\0\0\x30\x08\x02\0\0\0junk", 33);
  LoopbackServer camera([&](LoopbackPeer& peer) {
    while (!peer.read_request().empty()) peer.send(http_ok("image/png", torn_png));
  });
  auto config = config_of(camera.url("http", "/"), model::SourceType::Snapshot);
  config.poll_interval_s = 0.05;
  auto report = probe(config, kAnywhere, milliseconds(700), {}, picture_of);
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.reason, FailureReason::DecodeError) << report.detail;
  EXPECT_EQ(steps_of(report), "resolve connect open media picture! ");
}

TEST(Probe, KeepsItsLimit) {
  LoopbackServer silent([](LoopbackPeer& peer) { peer.hold(); });
  auto begun = system_clock().steady();
  auto report = probe(config_of(silent.url("rtsp", "/")), kAnywhere, milliseconds(300), {}, picture_of);
  EXPECT_EQ(report.reason, FailureReason::Timeout);
  EXPECT_LT(system_clock().steady() - begun, seconds(3));
}

TEST(Probe, StopsWhenAsked) {
  std::stop_source stop;
  LoopbackServer silent([&](LoopbackPeer& peer) {
    stop.request_stop();
    peer.hold();
  });
  auto begun = system_clock().steady();
  auto report = probe(config_of(silent.url("rtsp", "/")), kAnywhere, seconds(60), stop.get_token(), picture_of);
  EXPECT_EQ(report.reason, FailureReason::Stopped);
  EXPECT_LT(system_clock().steady() - begun, seconds(5));
}

TEST(Probe, NeverShowsThePassword) {
  RtspPlan plan;
  plan.password = "nobody-knows";
  RtspCamera camera(plan);
  auto report = probe(config_of(camera.url_with("admin:hunter2")), kAnywhere, seconds(5), {}, picture_of);
  EXPECT_EQ(report.reason, FailureReason::Auth);
  EXPECT_EQ(report.detail.find("hunter2"), std::string::npos);
  for (const auto& step : report.steps) EXPECT_EQ(step.detail.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace vigil::ingest
