#include "media/video_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "media/planes.h"
#include "media/video_file.h"

namespace vigil::media {
namespace {

FramePtr grey(int width, int height, int level, int number) {
  auto canvas = make_canvas(PixelFormat::I420, width, height);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& plane = canvas.frame->planes[i];
    for (int y = 0; y < plane.height; ++y) {
      std::fill_n(canvas.rows[i] + y * plane.stride, plane.width, static_cast<std::uint8_t>(i == 0 ? level : 128));
    }
  }
  canvas.frame->pts = Ticks(9000 * number);
  return canvas.frame;
}

class VideoWriterTest : public ::testing::Test {
 protected:
  ~VideoWriterTest() override { std::remove(path_.c_str()); }
  const std::string path_ = ::testing::TempDir() + "vigil_video_writer_test.mp4";
};

TEST_F(VideoWriterTest, WhatIsWrittenCanBeRead) {
  auto writer = make_video_writer(path_, 161, 121, 10);
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE((*writer)->write(grey(161, 121, 40 + 8 * i, i)).ok());
  ASSERT_TRUE((*writer)->write(grey(161, 121, 200, 19)).ok()) << "a time that does not rise is passed over";
  ASSERT_TRUE((*writer)->write(grey(320, 240, 200, 20)).ok()) << "another size is brought to the first";
  ASSERT_TRUE((*writer)->finish().ok());
  auto file = open_video_file(path_);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->width(), 160);
  EXPECT_EQ((*file)->height(), 120);
  EXPECT_EQ((*file)->estimated_frames(), 21);
  int count = 0;
  for (auto frame = (*file)->read(); frame.ok() && *frame; frame = (*file)->read(), ++count) {
    EXPECT_EQ((*frame)->pts, Ticks(9000 * count));
    EXPECT_NEAR((*frame)->luma().data[50 * (*frame)->luma().stride + 50], std::min(200, 40 + 8 * count), 4);
  }
  EXPECT_EQ(count, 21);
}

TEST_F(VideoWriterTest, InPiecesItIsTheSameFile) {
  auto file = make_video_writer(path_, 160, 120, 10);
  std::vector<std::uint8_t> whole;
  auto pieces = make_video_writer(
      [&](std::uint64_t offset, std::span<const std::uint8_t> bytes) -> Result<void> {
        EXPECT_LE(offset, whole.size()) << "there is a hole before it";
        whole.resize(std::max(whole.size(), static_cast<std::size_t>(offset) + bytes.size()));
        std::copy(bytes.begin(), bytes.end(), whole.begin() + static_cast<std::ptrdiff_t>(offset));
        return {};
      },
      160, 120, 10);
  ASSERT_TRUE(file.ok() && pieces.ok());
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE((*file)->write(grey(160, 120, 40 + 3 * i, i)).ok());
    ASSERT_TRUE((*pieces)->write(grey(160, 120, 40 + 3 * i, i)).ok());
  }
  ASSERT_TRUE((*file)->finish().ok());
  ASSERT_TRUE((*pieces)->finish().ok());
  std::ifstream read(path_, std::ios::binary);
  const std::vector<std::uint8_t> expected{std::istreambuf_iterator<char>(read), {}};
  EXPECT_EQ(whole, expected);
}

TEST_F(VideoWriterTest, WhoTakesThePiecesEndsTheWriting) {
  auto writer = make_video_writer(
      [](std::uint64_t, std::span<const std::uint8_t>) -> Result<void> {
        return make_error(ErrorKind::StorageFull, "no room");
      },
      160, 120, 10);
  ASSERT_TRUE(writer.ok());
  for (int i = 0; i < 20; ++i) static_cast<void>((*writer)->write(grey(160, 120, 40 + 3 * i, i)));
  const auto done = (*writer)->finish();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::StorageFull);
}

TEST_F(VideoWriterTest, SaysWhereItCannotWrite) {
  auto writer = make_video_writer("/nonexistent/a.mp4", 160, 120, 10);
  ASSERT_FALSE(writer.ok());
  EXPECT_NE(writer.error().message.find("/nonexistent/a.mp4"), std::string::npos);
  EXPECT_FALSE(make_video_writer(path_, 2, 2, 10).ok());
}

TEST_F(VideoWriterTest, WithoutPicturesThereIsNoVideo) {
  auto writer = make_video_writer(path_, 160, 120, 10);
  ASSERT_TRUE(writer.ok());
  EXPECT_FALSE((*writer)->finish().ok());
}

}  // namespace
}  // namespace vigil::media
