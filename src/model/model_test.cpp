#include <gtest/gtest.h>

#include "base/json.h"
#include "model/camera.h"
#include "model/camera_status.h"
#include "model/event.h"

namespace vigil::model {
namespace {

Camera rtsp_camera() {
  Camera camera;
  camera.id = "cam_1";
  camera.streams[0].url = parse_url("rtsp://u:p@192.0.2.1/stream").value();
  return camera;
}

std::string pointer_of_fault(const Camera& camera, bool allow_local = false) {
  auto result = validate(camera, allow_local);
  return result.ok() ? "" : result.error().pointer;
}

TEST(Camera, AnOrdinaryRtspCameraIsAccepted) {
  EXPECT_EQ(pointer_of_fault(rtsp_camera()), "");
}

TEST(Camera, IdsAreSafeAsFileNamesAndPathSegments) {
  for (const char* id : {"cam_001", "a", "A-b.c", "7"}) EXPECT_TRUE(is_valid_camera_id(id)) << id;
  for (const char* id : {"", ".", "..", ".hidden", "a/b", "a b", "a\n", "caf\xc3\xa9", "a%2f", "a\\b"}) {
    EXPECT_FALSE(is_valid_camera_id(id)) << id;
  }
  EXPECT_TRUE(is_valid_camera_id(std::string(64, 'x')));
  EXPECT_FALSE(is_valid_camera_id(std::string(65, 'x')));
  EXPECT_FALSE(is_valid_camera_id(std::string_view("a\0b", 3)));
}

TEST(Camera, TheSchemeMustFitTheSourceType) {
  for (const char* url : {"file:///etc/passwd", "http://192.0.2.1/", "concat://a/b", "exec://a/b"}) {
    auto camera = rtsp_camera();
    if (auto parsed = parse_url(url); parsed.ok())
      camera.streams[0].url = *parsed;
    else
      camera.streams[0].url->scheme = "file";
    EXPECT_EQ(pointer_of_fault(camera, true), "/source_url") << url;
  }
}

TEST(Camera, LocalSourcesNeedPermission) {
  auto camera = rtsp_camera();
  camera.source_type = SourceType::File;
  camera.streams[0].url = parse_url("file:///srv/a.mp4").value();
  EXPECT_EQ(pointer_of_fault(camera, false), "/source_url");
  EXPECT_EQ(pointer_of_fault(camera, true), "");
}

TEST(Camera, APushingCameraHasNoUrlAndTheOthersNeedOne) {
  auto camera = rtsp_camera();
  camera.source_type = SourceType::HttpPush;
  EXPECT_EQ(pointer_of_fault(camera), "/source_url");
  camera.streams[0].url.reset();
  EXPECT_EQ(pointer_of_fault(camera), "");
  camera.source_type = SourceType::Hls;
  EXPECT_EQ(pointer_of_fault(camera), "/source_url");
}

TEST(Camera, AStreamKeyIsLongAndPlainAndOnlyForThosePublishedTo) {
  auto camera = rtsp_camera();
  camera.stream_key = Secret("0123456789abcdef");
  EXPECT_EQ(pointer_of_fault(camera), "/password");
  camera.source_type = SourceType::RtmpPush;
  EXPECT_EQ(pointer_of_fault(camera), "/source_url");
  camera.streams[0].url.reset();
  EXPECT_EQ(pointer_of_fault(camera), "");
  for (const auto* key : {"short", "0123456789abcde/", "0123456789abcde "}) {
    camera.stream_key = Secret(key);
    EXPECT_EQ(pointer_of_fault(camera), "/password") << key;
  }
  camera.stream_key = Secret();
  EXPECT_EQ(pointer_of_fault(camera), "") << "nobody may publish yet";
  camera.streams.push_back({"sub", std::nullopt, {}});
  EXPECT_EQ(pointer_of_fault(camera), "/streams");
}

TEST(Camera, AFingerprintIsOneAndSomebodyLooksAtIt) {
  const std::string digits(64, 'a');
  std::string colons = "AA";
  for (int i = 1; i < 32; ++i) colons += ":aA";
  for (const auto& good : {std::string(), digits, colons}) {
    auto camera = rtsp_camera();
    camera.tls_fingerprint = good;
    EXPECT_EQ(pointer_of_fault(camera), "") << good;
    camera.rtsp_engine = RtspEngine::Libav;
    EXPECT_EQ(pointer_of_fault(camera), good.empty() ? "" : "/tls_fingerprint");
  }
  EXPECT_EQ(plain_fingerprint(colons), digits);
  for (const auto& bad : {std::string(63, 'a'), digits + "a", digits + ":", ":" + digits, std::string(63, 'a') + "g",
                          "a:" + std::string(63, 'a'), "aa::" + std::string(62, 'a'), std::string(40, 'a')}) {
    auto camera = rtsp_camera();
    camera.tls_fingerprint = bad;
    EXPECT_EQ(pointer_of_fault(camera), "/tls_fingerprint") << bad;
  }
}

TEST(Camera, StreamsAreFewAndTheirNamesDiffer) {
  auto camera = rtsp_camera();
  camera.streams.push_back(camera.streams[0]);
  EXPECT_EQ(pointer_of_fault(camera), "/streams/0/name");
  camera.streams[1].name = "sub";
  EXPECT_EQ(pointer_of_fault(camera), "");
  camera.streams[1].name = "../sub";
  EXPECT_EQ(pointer_of_fault(camera), "/streams/0/name");
  camera.streams[1].name = "annotated";
  EXPECT_EQ(pointer_of_fault(camera), "/streams/0/name") << "is Vigil's own";
  camera.streams.assign(9, camera.streams[0]);
  EXPECT_EQ(pointer_of_fault(camera), "/streams");
}

TEST(Camera, NumbersStayInRange) {
  auto with = [](auto change) {
    auto camera = rtsp_camera();
    change(camera);
    return pointer_of_fault(camera);
  };
  EXPECT_EQ(with([](Camera& c) { c.motion.sensitivity = 0; }), "/motion/sensitivity");
  EXPECT_EQ(with([](Camera& c) { c.motion.min_area = 1.5; }), "/motion/min_area");
  EXPECT_EQ(with([](Camera& c) { c.motion.end_after_s = 0; }), "/motion/end_after");
  EXPECT_EQ(with([](Camera& c) { c.poll_interval_s = 0; }), "/poll_interval");
  EXPECT_EQ(with([](Camera& c) { c.frame_event_interval_s = -1; }), "/frame_event_interval");
  EXPECT_EQ(with([](Camera& c) { c.motion.masks = {{{0, 0}, {1, 1}}}; }), "/motion/masks/0");
  EXPECT_EQ(with([](Camera& c) { c.motion.masks = {{{0, 0}, {1, 1}, {0, 1.2}}}; }), "/motion/masks/0");
  EXPECT_EQ(with([](Camera& c) { c.analysis.rate.fps = 0; }), "/analysis/rate/fps");
  EXPECT_EQ(with([](Camera& c) { c.analysis.size = {0.5, 0.4}; }), "/analysis/size/max_area");
  EXPECT_EQ(with([](Camera& c) { c.analysis.class_confidence["dog"] = 2; }), "/analysis/class_confidence");
  EXPECT_EQ(with([](Camera& c) { c.analysis.classes = {"a\n"}; }), "/analysis/classes");
  EXPECT_EQ(with([](Camera& c) { c.analysis.masks = {{{0, 0}, {1, 1}}}; }), "/analysis/masks/0");
  EXPECT_EQ(with([](Camera& c) { c.name = std::string(200, 'x'); }), "/name");
  EXPECT_EQ(with([](Camera& c) { c.place = "a\x1b[31m"; }), "/place");
}

TEST(Camera, EveryNameComesBackAsItsValue) {
  for (int i = 0; i <= static_cast<int>(SourceType::V4l2); ++i) {
    EXPECT_EQ(source_type_from(to_string(static_cast<SourceType>(i))), static_cast<SourceType>(i));
  }
  for (auto role : {Role::Live, Role::Recording, Role::Analysis}) EXPECT_EQ(role_from(to_string(role)), role);
  for (auto e : {RtspEngine::Native, RtspEngine::Libav}) EXPECT_EQ(rtsp_engine_from(to_string(e)), e);
  for (auto t : {Transport::Auto, Transport::Tcp, Transport::Udp}) EXPECT_EQ(transport_from(to_string(t)), t);
  EXPECT_FALSE(source_type_from("exec"));
}

TEST(Event, LeavesTheProcessWithExactlyTheAgreedMembers) {
  Event event{"cam_1", from_unix_seconds(1700000000.25), MotionDetected{.area = 1234}};
  auto json = parse_json(to_json_text(event)).value();
  EXPECT_EQ(json,
            (Json{{"type", "motion.detected"}, {"camera_id", "cam_1"}, {"timestamp", 1700000000.25}, {"area", 1234}}));
  event.body = CameraDisconnected{"auth"};
  EXPECT_EQ(parse_json(to_json_text(event)).value()["reason"], "auth");
  event.body = FrameIngested{"http_push"};
  EXPECT_EQ(parse_json(to_json_text(event)).value()["source"], "http_push");
  event.body = CameraConnected{};
  EXPECT_EQ(parse_json(to_json_text(event)).value().size(), 3u);
  event.body = MotionDetected{.phase = MotionDetected::Phase::End};
  EXPECT_STREQ(type_name(event), "motion.ended");
}

}  // namespace
}  // namespace vigil::model
