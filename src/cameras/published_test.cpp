#include <gtest/gtest.h>

#include "cameras/cameras.h"
#include "media/image.h"
#include "pipeline/local_analyst.h"
#include "store/memory.h"

// Cameras to which encoders publish: who is let in by which key, and what the camera's state says.

namespace vigil::cameras {
namespace {

using model::CameraState;
using std::chrono::seconds;

media::Packet picture() {
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(64 * 48, std::uint8_t{90});
  media::Frame frame;
  frame.format = media::PixelFormat::Gray;
  frame.width = 64;
  frame.height = 48;
  frame.planes[0] = {pixels->data(), 64, 64, 48};
  frame.owner = std::move(pixels);
  media::CodecParams params;
  params.codec = media::Codec::Mjpeg;
  params.width = 64;
  params.height = 48;
  media::Packet out;
  out.key = true;
  out.received = system_clock().wall();
  out.params = std::make_shared<const media::CodecParams>(params);
  out.data = media::SharedBytes(media::encode_jpeg(frame).value());
  return out;
}

class PublishedTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(cameras_.start().ok());
    model::Camera camera;
    camera.id = "stage";
    camera.source_type = model::SourceType::RtmpPush;
    ASSERT_TRUE(cameras_.add(camera, false).ok());
  }
  void TearDown() override { cameras_.stop(); }

  // The events but for those of frames.
  std::string next_event() {
    for (;;) {
      auto event = events_->pop({}, seconds(60));
      if (!event) return "nothing";
      std::string name = model::type_name(**event);
      if (name != "frame.ingested") return name;
    }
  }
  ErrorKind kind_of(const Secret& key) {
    auto found = cameras_.publication(key);
    return found.ok() ? ErrorKind::Internal : found.error().kind;
  }

  std::unique_ptr<store::Store> store_ = store::make_memory_store();
  bus::Bus bus_;
  std::unique_ptr<bus::Subscription> events_ = bus_.subscribe("test", 1000);
  pipeline::LocalAnalysts analysts_{system_clock()};
  Cameras cameras_{{},       std::make_shared<const ingest::EgressPolicy>(), store_->cameras(), {bus_}, system_clock(),
                   analysts_};
};

TEST_F(PublishedTest, AnEncoderComesGoesAndComesBack) {
  EXPECT_EQ(next_event(), "camera.added");
  const auto key = cameras_.renew_stream_key("stage");
  ASSERT_TRUE(key.ok()) << key.error().message;
  EXPECT_EQ(next_event(), "camera.changed");
  auto found = cameras_.publication(*key);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->camera, "stage");
  EXPECT_NE(cameras_.status("stage")->state, CameraState::Connected);
  for (int i = 0; i < 2; ++i) {
    const auto ticket = found->source->attach();
    ASSERT_TRUE(ticket.ok());
    ASSERT_TRUE(found->source->put(*ticket, picture()));
    EXPECT_EQ(next_event(), "camera.connected");
    EXPECT_EQ(cameras_.status("stage")->state, CameraState::Connected);
    found->source->detach(*ticket, {model::FailureReason::Ended, "gone"});
    EXPECT_EQ(next_event(), "camera.disconnected");
    const auto status = cameras_.status("stage").value();
    EXPECT_EQ(status.state, CameraState::Reconnecting);
    EXPECT_EQ(status.detail, "gone");
  }
}

TEST_F(PublishedTest, OnlyTheNewestKeyOfACameraThatIsOnOpensIt) {
  EXPECT_EQ(kind_of(Secret()), ErrorKind::NotFound) << "a camera without a key takes nothing";
  const auto old = cameras_.renew_stream_key("stage").value();
  auto found = cameras_.publication(old);
  ASSERT_TRUE(found.ok());
  const auto ticket = found->source->attach().value();
  const auto key = cameras_.renew_stream_key("stage").value();
  EXPECT_FALSE(found->source->put(ticket, picture())) << "whoever has the old key is disconnected";
  EXPECT_EQ(kind_of(old), ErrorKind::NotFound);
  EXPECT_TRUE(cameras_.publication(key).ok());
  ASSERT_TRUE(cameras_.set_enabled("stage", false).ok());
  EXPECT_EQ(kind_of(key), ErrorKind::FailedPrecondition);
}

TEST_F(PublishedTest, AKeyBelongsToOneCamera) {
  const auto key = cameras_.renew_stream_key("stage").value();
  model::Camera other;
  other.id = "other";
  other.source_type = model::SourceType::RtmpPush;
  other.stream_key = key;
  EXPECT_EQ(cameras_.add(other, false).error().kind, ErrorKind::AlreadyExists);
  other.stream_key = Secret();
  auto added = cameras_.add(other, false);
  ASSERT_TRUE(added.ok());
  added->stream_key = key;
  EXPECT_EQ(cameras_.change(*added, false).error().kind, ErrorKind::AlreadyExists);
  other.id = "pushed";
  other.source_type = model::SourceType::HttpPush;
  ASSERT_TRUE(cameras_.add(other, false).ok());
  EXPECT_EQ(cameras_.renew_stream_key("pushed").error().kind, ErrorKind::FailedPrecondition);
  EXPECT_EQ(cameras_.renew_stream_key("nobody").error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace vigil::cameras
