#include "cameras/cameras.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/ids.h"
#include "cameras/snapshots.h"
#include "pipeline/local_analyst.h"
#include "store/memory.h"

namespace vigil::cameras {
namespace {

media::Frame grey_frame(int width, int height, std::uint8_t level) {
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(width * height), level);
  media::Frame frame;
  frame.format = media::PixelFormat::Gray;
  frame.width = width;
  frame.height = height;
  frame.planes[0] = {pixels->data(), width, width, height};
  frame.captured = system_clock().wall();
  frame.owner = std::move(pixels);
  return frame;
}

std::vector<std::uint8_t> grey_jpeg(int width = 64, int height = 48, std::uint8_t level = 90) {
  return media::encode_jpeg(grey_frame(width, height, level)).value();
}

model::Camera push_camera(std::string id) {
  model::Camera camera;
  camera.id = std::move(id);
  camera.source_type = model::SourceType::HttpPush;
  return camera;
}

class CamerasTest : public testing::Test {
 protected:
  CamerasTest() { std::filesystem::create_directories(folder_); }
  ~CamerasTest() override {
    cameras_.stop();
    std::filesystem::remove_all(folder_);
  }

  Config config() const {
    Config out;
    out.data_dir = folder_.string();
    return out;
  }
  std::string type_of_next_event() {
    auto event = events_->pop({}, std::chrono::seconds(5));
    return event ? model::type_name(**event) : "nothing";
  }

  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("vigil-cameras-" + random_hex(6));
  std::unique_ptr<store::Store> store_ = store::make_memory_store();
  bus::Bus bus_;
  std::unique_ptr<bus::Subscription> events_ = bus_.subscribe("test", 1000);
  std::shared_ptr<const ingest::EgressPolicy> egress_ = std::make_shared<const ingest::EgressPolicy>();
  pipeline::LocalAnalysts analysts_{system_clock()};
  Cameras cameras_{config(), egress_, store_->cameras(), {bus_}, system_clock(), analysts_};
};

TEST_F(CamerasTest, WhatIsPushedIsThereAtOnce) {
  ASSERT_TRUE(cameras_.start().ok());
  ASSERT_TRUE(cameras_.add(push_camera("p"), false).ok());
  EXPECT_FALSE(cameras_.latest("p", {}).ok());
  for (int width : {64, 80, 96}) {
    ASSERT_TRUE(cameras_.push("p", grey_jpeg(width), std::nullopt).ok());
    auto latest = cameras_.latest("p", {});
    ASSERT_TRUE(latest.ok()) << latest.error().message;
    EXPECT_TRUE(latest->live);
    EXPECT_EQ(media::inspect_image(latest->jpeg)->width, width);
  }
  auto status = cameras_.status("p").value();
  EXPECT_EQ(status.state, model::CameraState::Connected);
  EXPECT_EQ(status.streams.at(0).frames, 3u);
}

TEST_F(CamerasTest, EventsTellWhatHappened) {
  ASSERT_TRUE(cameras_.start().ok());
  ASSERT_TRUE(cameras_.add(push_camera("p"), false).ok());
  EXPECT_EQ(type_of_next_event(), "camera.added");
  ASSERT_TRUE(cameras_.push("p", grey_jpeg(), std::nullopt).ok());
  EXPECT_EQ(type_of_next_event(), "camera.connected");
  EXPECT_EQ(type_of_next_event(), "frame.ingested");
  ASSERT_TRUE(cameras_.remove("p").ok());
  EXPECT_EQ(type_of_next_event(), "camera.disconnected");
  EXPECT_EQ(type_of_next_event(), "camera.removed");
}

TEST_F(CamerasTest, PushingIsForEnabledPushCamerasOnly) {
  ASSERT_TRUE(cameras_.start().ok());
  ASSERT_TRUE(cameras_.add(push_camera("p"), false).ok());
  auto other = push_camera("r");
  other.source_type = model::SourceType::Rtsp;
  other.streams[0].url = parse_url("rtsp://127.0.0.1:1/x").value();
  ASSERT_TRUE(cameras_.add(other, false).ok());
  auto kind = [&](const char* id, std::span<const std::uint8_t> image) {
    auto pushed = cameras_.push(id, image, std::nullopt);
    return pushed.ok() ? std::string("taken") : kind_name(pushed.error().kind);
  };
  auto jpeg = grey_jpeg();
  EXPECT_EQ(kind("p", jpeg), "taken");
  EXPECT_EQ(kind("nobody", jpeg), "not_found");
  EXPECT_EQ(kind("r", jpeg), "failed_precondition");
  std::vector<std::uint8_t> text = {'h', 'e', 'l', 'l', 'o'};
  EXPECT_EQ(kind("p", text), "unsupported_media");
  ASSERT_TRUE(cameras_.set_enabled("p", false).ok());
  EXPECT_EQ(kind("p", jpeg), "failed_precondition");
}

TEST_F(CamerasTest, ANewNameDoesNotCostTheConnection) {
  ASSERT_TRUE(cameras_.start().ok());
  auto camera = cameras_.add(push_camera("p"), false).value();
  ASSERT_TRUE(cameras_.push("p", grey_jpeg(), std::nullopt).ok());
  camera.name = "Door";
  camera.motion.sensitivity = 80;
  camera = cameras_.change(camera, false).value();
  EXPECT_EQ(cameras_.status("p")->streams.at(0).connects, 1u);
  EXPECT_EQ(cameras_.status("p")->state, model::CameraState::Connected);
  camera.frame_event_interval_s = 5;
  ASSERT_TRUE(cameras_.change(camera, false).ok());
  EXPECT_EQ(cameras_.status("p")->streams.at(0).frames, 0u);  // began anew
}

TEST_F(CamerasTest, StreamsAreHandedOnByName) {
  ASSERT_TRUE(cameras_.start().ok());
  auto camera = push_camera("r");
  camera.source_type = model::SourceType::Rtsp;
  camera.streams[0].url = parse_url("rtsp://127.0.0.1:1/main").value();
  camera.streams[0].roles = {model::Role::Live};
  camera.streams.push_back({"sub", parse_url("rtsp://127.0.0.1:1/sub").value(), {model::Role::Analysis}});
  camera.streams.push_back({"spare", parse_url("rtsp://127.0.0.1:1/spare").value(), {}});
  ASSERT_TRUE(cameras_.add(camera, false).ok());
  EXPECT_EQ(cameras_.live_streams("r").value(), (std::vector<std::string>{"main", "sub"}));
  auto live = cameras_.live_stream("r", "");
  ASSERT_TRUE(live.ok());
  EXPECT_EQ(live->name, "main");
  EXPECT_NE(live->hold, nullptr);
  EXPECT_EQ(cameras_.live_stream("r", "main")->stream, live->stream);
  EXPECT_NE(cameras_.live_stream("r", "sub")->stream, live->stream);
  auto kind = [&](const char* id, const char* name) { return cameras_.live_stream(id, name).error().kind; };
  EXPECT_EQ(kind("r", "spare"), ErrorKind::NotFound);
  EXPECT_EQ(kind("nobody", ""), ErrorKind::NotFound);
  EXPECT_FALSE(cameras_.live_streams("nobody").ok());
  auto cursor = live->stream->open(stream::Start::NextPacket);
  ASSERT_TRUE(cameras_.set_enabled("r", false).ok());
  EXPECT_TRUE(std::holds_alternative<stream::Closed>(cursor.next({}, std::chrono::seconds(5))));
  EXPECT_EQ(kind("r", ""), ErrorKind::FailedPrecondition);
}

TEST_F(CamerasTest, AStaleChangeIsRefused) {
  ASSERT_TRUE(cameras_.start().ok());
  auto camera = cameras_.add(push_camera("p"), false).value();
  camera.name = "one";
  ASSERT_TRUE(cameras_.change(camera, false).ok());
  camera.name = "two";
  auto stale = cameras_.change(camera, false);
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().kind, ErrorKind::Conflict);
}

TEST_F(CamerasTest, TheLastPictureOutlivesTheCameraBeingOff) {
  ASSERT_TRUE(cameras_.start().ok());
  ASSERT_TRUE(cameras_.add(push_camera("p"), false).ok());
  ASSERT_TRUE(cameras_.push("p", grey_jpeg(), std::nullopt).ok());
  ASSERT_TRUE(cameras_.latest("p", {}).ok());
  while (!cameras_.status("p")->snapshot_at) std::this_thread::yield();
  ASSERT_TRUE(cameras_.set_enabled("p", false).ok());
  EXPECT_EQ(cameras_.status("p")->state, model::CameraState::Disabled);
  auto kept = cameras_.latest("p", {});
  ASSERT_TRUE(kept.ok());
  EXPECT_FALSE(kept->live);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "snapshots" / "p.jpg"));
  ASSERT_TRUE(cameras_.remove("p").ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "snapshots" / "p.jpg"));
}

TEST_F(CamerasTest, StartsWhatTheStoreHolds) {
  ASSERT_TRUE(store_->cameras().insert(push_camera("p")).ok());
  auto off = push_camera("q");
  off.enabled = false;
  ASSERT_TRUE(store_->cameras().insert(off).ok());
  ASSERT_TRUE(cameras_.start().ok());
  EXPECT_EQ(cameras_.statuses().size(), 2u);
  EXPECT_EQ(cameras_.status("q")->state, model::CameraState::Disabled);
  EXPECT_TRUE(cameras_.push("p", grey_jpeg(), std::nullopt).ok());
}

TEST_F(CamerasTest, UnknownAndMalformedIdsAreNotFound) {
  for (const char* id : {"nobody", "../etc/passwd", ""}) {
    auto found = cameras_.get(id);
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().kind, ErrorKind::NotFound);
    EXPECT_EQ(found.error().message.find(".."), std::string::npos);
  }
  EXPECT_EQ(cameras_.remove("nobody").error().kind, ErrorKind::NotFound);
}

TEST(Snapshot, SurvivesARestartWithItsTime) {
  auto file = std::filesystem::temp_directory_path() / ("vigil-snapshot-" + random_hex(6) + ".jpg");
  auto frame = grey_frame(64, 48, 100);
  frame.captured = from_unix_seconds(1700000000);
  Snapshot(file).take(frame);
  auto again = Snapshot(file).latest();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->captured, frame.captured);
  std::ofstream(file, std::ios::trunc) << "garbage";
  EXPECT_FALSE(Snapshot(file).latest());
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace vigil::cameras
