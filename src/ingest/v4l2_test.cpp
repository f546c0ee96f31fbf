#include "ingest/v4l2.h"

#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <thread>

#include "ingest/picture_fake.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;

// A webcam of the tests: what it offers, and the pictures it will give.
struct Webcam {
  int open_error = 0;
  std::uint32_t capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  std::vector<std::uint32_t> formats = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG};
  std::deque<std::string> pictures;
  bool unplugged_at_end = false;
  std::uint32_t chosen = 0;
  int mapped = 0;
  bool streaming = false;
  ManualClock* clock = nullptr;
};

class FakeDevice final : public VideoDevice {
 public:
  explicit FakeDevice(Webcam& webcam) : webcam_(webcam) {}
  int open(const char*) override { return webcam_.open_error; }
  void* map(std::size_t, std::size_t offset) override {
    ++webcam_.mapped;
    return memory_[offset].data();
  }
  void unmap(void*, std::size_t) override { --webcam_.mapped; }
  int wait(int milliseconds) override {
    if (!webcam_.pictures.empty()) return 1;
    if (webcam_.unplugged_at_end) return -ENODEV;
    webcam_.clock->advance(std::chrono::milliseconds(milliseconds));
    return 0;
  }
  int control(unsigned long request, void* argument) override {
    switch (request) {
      case VIDIOC_QUERYCAP: {
        auto& capability = *static_cast<v4l2_capability*>(argument);
        capability.capabilities = V4L2_CAP_DEVICE_CAPS;
        capability.device_caps = webcam_.capabilities;
        return 0;
      }
      case VIDIOC_ENUM_FMT: {
        auto& description = *static_cast<v4l2_fmtdesc*>(argument);
        if (description.index >= webcam_.formats.size()) return -EINVAL;
        description.pixelformat = webcam_.formats[description.index];
        return 0;
      }
      case VIDIOC_S_FMT:
        webcam_.chosen = static_cast<v4l2_format*>(argument)->fmt.pix.pixelformat;
        return 0;
      case VIDIOC_REQBUFS:
        static_cast<v4l2_requestbuffers*>(argument)->count = static_cast<std::uint32_t>(memory_.size());
        return 0;
      case VIDIOC_QUERYBUF: {
        auto& buffer = *static_cast<v4l2_buffer*>(argument);
        buffer.length = static_cast<std::uint32_t>(memory_[0].size());
        buffer.m.offset = buffer.index;
        return 0;
      }
      case VIDIOC_QBUF:
        queued_.push_back(static_cast<v4l2_buffer*>(argument)->index);
        return 0;
      case VIDIOC_DQBUF:
        return fill(*static_cast<v4l2_buffer*>(argument));
      case VIDIOC_STREAMON:
      case VIDIOC_STREAMOFF:
        webcam_.streaming = request == VIDIOC_STREAMON;
        return 0;
      default:
        return -ENOTTY;
    }
  }

 private:
  int fill(v4l2_buffer& buffer) {
    if (webcam_.pictures.empty() || queued_.empty()) return -EAGAIN;
    auto picture = webcam_.pictures.front();
    webcam_.pictures.pop_front();
    buffer.index = queued_.front();
    queued_.pop_front();
    if (picture == "broken") buffer.flags = V4L2_BUF_FLAG_ERROR;
    buffer.bytesused = static_cast<std::uint32_t>(picture.size());
    std::memcpy(memory_[buffer.index].data(), picture.data(), picture.size());
    return 0;
  }

  Webcam& webcam_;
  std::array<std::array<char, 512>, 2> memory_{};
  std::deque<std::uint32_t> queued_;
};

class V4l2 : public testing::Test {
 protected:
  V4l2Source& source() {
    webcam_.clock = &clock_;
    SourceConfig config;
    config.stream.url = parse_url(url_).value();
    source_ = std::make_unique<V4l2Source>(config, std::make_unique<FakeDevice>(webcam_), clock_);
    return *source_;
  }
  FailureReason open_fails() {
    auto opened = source().open();
    detail_ = opened.ok() ? "" : opened.failure().detail;
    return opened.ok() ? FailureReason::None : opened.failure().reason;
  }
  FailureReason read_fails() {
    auto packet = source_->read();
    return packet.ok() ? FailureReason::None : packet.failure().reason;
  }

  ManualClock clock_;
  Webcam webcam_;
  std::string url_ = "v4l2:///dev/video0", detail_;
  std::unique_ptr<V4l2Source> source_;
};

TEST_F(V4l2, TakesMjpegWhereThatIsOffered) {
  webcam_.pictures = {"torn", "broken", fake_jpeg(64, 48), fake_jpeg(64, 48), fake_jpeg(64, 48)};
  auto opened = source().open();
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened.value().tracks[0]->codec, media::Codec::Mjpeg);
  EXPECT_EQ(webcam_.chosen, static_cast<std::uint32_t>(V4L2_PIX_FMT_MJPEG));
  auto first = source_->read();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first.value().params->width, 64);
  EXPECT_EQ(first.value().data.size(), fake_jpeg(64, 48).size());
  auto second = source_->read(), third = source_->read();
  ASSERT_TRUE(second.ok() && third.ok()) << "buffers go back to the driver";
  EXPECT_GT(third.value().dts, second.value().dts);
  EXPECT_TRUE(webcam_.streaming);
  source_.reset();
  EXPECT_FALSE(webcam_.streaming);
  EXPECT_EQ(webcam_.mapped, 0);
}

TEST_F(V4l2, PrefersH264) {
  webcam_.formats.push_back(V4L2_PIX_FMT_H264);
  ASSERT_TRUE(source().open().ok());
  EXPECT_EQ(webcam_.chosen, static_cast<std::uint32_t>(V4L2_PIX_FMT_H264));
}

TEST_F(V4l2, RefusesRawPicturesAndSaysWhatIsOffered) {
  webcam_.formats = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_NV12};
  EXPECT_EQ(open_fails(), FailureReason::Codec);
  EXPECT_NE(detail_.find("YUYV, NV12"), std::string::npos) << detail_;
}

TEST_F(V4l2, RefusesADeviceThatGivesNoPictures) {
  webcam_.capabilities = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
  EXPECT_EQ(open_fails(), FailureReason::NotFound);
}

TEST_F(V4l2, TellsOpenErrorsApart) {
  for (auto [error, reason] : {std::pair(-ENOENT, FailureReason::NotFound), std::pair(-EBUSY, FailureReason::Busy),
                               std::pair(-EACCES, FailureReason::Auth)}) {
    webcam_.open_error = error;
    EXPECT_EQ(open_fails(), reason);
    EXPECT_NE(detail_.find("/dev/video0"), std::string::npos);
  }
}

TEST_F(V4l2, OpensNothingButVideoDevices) {
  for (const char* url : {"v4l2:///dev/video", "v4l2:///dev/video0/../sda", "v4l2:///etc/passwd",
                          "v4l2://host/dev/video0", "v4l2:///dev/video0x"}) {
    url_ = url;
    EXPECT_EQ(open_fails(), FailureReason::NotFound) << url;
  }
}

TEST_F(V4l2, SaysNoVideoThenStalledThenEnded) {
  ASSERT_TRUE(source().open().ok());
  EXPECT_EQ(read_fails(), FailureReason::NoVideo);
  webcam_.pictures = {fake_jpeg(8, 8)};
  EXPECT_EQ(read_fails(), FailureReason::None);
  EXPECT_EQ(read_fails(), FailureReason::Stalled);
  webcam_.unplugged_at_end = true;
  EXPECT_EQ(read_fails(), FailureReason::Ended);
  source_->interrupt();
  EXPECT_EQ(read_fails(), FailureReason::Stopped);
}

TEST(V4l2Kernel, SaysNotFoundAboutADeviceThatIsNotThere) {
  SourceConfig config;
  config.stream.url = parse_url("v4l2:///dev/video63").value();
  V4l2Source source(config);
  auto opened = source.open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.failure().reason, FailureReason::NotFound);
}

}  // namespace
}  // namespace vigil::ingest
