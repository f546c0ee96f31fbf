#include "ingest/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/ids.h"
#include "media/sample.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;

class FileSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("vigil-file-test-" + random_hex(6));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // H.264 as a byte stream, 25 pictures a second.
  std::string clip(int frames) {
    media::SampleOptions options;
    options.width = 160;
    options.height = 120;
    options.frames = frames;
    auto sample = media::encode_sample(options);
    EXPECT_TRUE(sample.ok());
    std::ofstream out(folder_ / "clip one.h264", std::ios::binary);
    for (const auto& unit : sample->units) {
      out.write(reinterpret_cast<const char*>(unit.bytes.data()), static_cast<std::streamsize>(unit.bytes.size()));
    }
    return "file://" + folder_.string() + "/clip%20one.h264";
  }
  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return "file://" + (folder_ / name).string();
  }
  FailureReason open_fails(const std::string& url) {
    FileSource source(config(url, true), clock_);
    auto opened = source.open();
    return opened.ok() ? FailureReason::None : opened.failure().reason;
  }
  static SourceConfig config(const std::string& url, bool loop) {
    SourceConfig config;
    config.type = model::SourceType::File;
    config.stream.url = parse_url(url).value();
    config.loop = loop;
    return config;
  }

  std::filesystem::path folder_;
  ManualClock clock_;
};

TEST_F(FileSourceTest, PlaysOnceInRealTime) {
  FileSource source(config(clip(25), false), clock_);
  auto opened = source.open();
  ASSERT_TRUE(opened.ok()) << opened.failure().detail;
  auto begun = clock_.steady();
  std::optional<media::Packet> last;
  int packets = 0;
  for (;;) {
    auto packet = source.read();
    if (!packet.ok()) {
      EXPECT_EQ(packet.failure().reason, FailureReason::Ended) << packet.failure().detail;
      break;
    }
    EXPECT_GT(packet.value().dts, last ? last->dts : Ticks(-1));
    EXPECT_EQ(packet.value().received, clock_.wall());
    last = packet.value();
    ++packets;
  }
  EXPECT_EQ(packets, 25);
  EXPECT_EQ(last->params->width, 160);
  EXPECT_NEAR(std::chrono::duration<double>(clock_.steady() - begun).count(), 0.96, 0.05);
}

TEST_F(FileSourceTest, GoesRoundWithTimeMovingOn) {
  FileSource source(config(clip(10), true), clock_);
  ASSERT_TRUE(source.open().ok());
  auto begun = clock_.steady();
  Ticks last{-1};
  for (int i = 0; i < 35; ++i) {
    auto packet = source.read();
    ASSERT_TRUE(packet.ok()) << packet.failure().detail;
    EXPECT_GT(packet.value().dts, last);
    EXPECT_LE(packet.value().dts - last, Ticks(7200)) << "no gap at the seam";
    EXPECT_EQ(packet.value().discontinuity, i % 10 == 0) << i;
    EXPECT_GE(packet.value().pts, packet.value().dts);
    last = packet.value().dts;
  }
  EXPECT_NEAR(std::chrono::duration<double>(clock_.steady() - begun).count(), 34 * 0.04, 0.05);
}

TEST_F(FileSourceTest, OpensNothingButRegularFiles) {
  ::mkfifo((folder_ / "pipe.mp4").c_str(), 0600);
  EXPECT_EQ(open_fails("file://" + folder_.string() + "/missing.mp4"), FailureReason::NotFound);
  EXPECT_EQ(open_fails("file://" + folder_.string()), FailureReason::NotFound);
  EXPECT_EQ(open_fails("file://" + folder_.string() + "/pipe.mp4"), FailureReason::NotFound);
  EXPECT_EQ(open_fails("file:///dev/zero"), FailureReason::NotFound);
  EXPECT_EQ(open_fails("file://host/etc/passwd"), FailureReason::NotFound);
}

TEST_F(FileSourceTest, ReadsNoListsOfOtherFiles) {
  auto secret = clip(5).substr(7);
  EXPECT_NE(
      open_fails(file("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nclip one.h264\n#EXT-X-ENDLIST\n")),
      FailureReason::None);
  EXPECT_NE(open_fails(file("concat.mp4", "ffconcat version 1.0\nfile 'clip one.h264'\n")), FailureReason::None);
  EXPECT_NE(open_fails(file("sdp.mp4", "v=0\r\nm=video 5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n")),
            FailureReason::None);
}

TEST_F(FileSourceTest, SaysWhatIsWrongWithAFileThatIsNoVideo) {
  EXPECT_EQ(open_fails(file("text.mp4", "this is a text, and no video at all")), FailureReason::Protocol);
  EXPECT_EQ(open_fails(file("empty.mp4", "")), FailureReason::Protocol);
}

TEST_F(FileSourceTest, InterruptEndsIt) {
  FileSource source(config(clip(5), true), clock_);
  ASSERT_TRUE(source.open().ok());
  ASSERT_TRUE(source.read().ok());
  source.interrupt();
  auto packet = source.read();
  ASSERT_FALSE(packet.ok());
  EXPECT_EQ(packet.failure().reason, FailureReason::Stopped);
}

}  // namespace
}  // namespace vigil::ingest
