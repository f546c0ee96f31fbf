#include "media/video_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "media/ffmpeg/av.h"

namespace vigil::media {
namespace {

using namespace ffmpeg;

// An AVI file as old cameras and tools wrote them: 12 grey pictures, 10 a second, in a codec that no camera may send.
std::string write_avi(const std::string& path) {
  AVFormatContext* output = nullptr;
  avformat_alloc_output_context2(&output, nullptr, "avi", path.c_str());
  const auto* codec = avcodec_find_encoder(AV_CODEC_ID_MSMPEG4V3);
  AvCodecContext encoder(avcodec_alloc_context3(codec));
  encoder->width = 64;
  encoder->height = 48;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {1, 10};
  EXPECT_EQ(avcodec_open2(encoder.get(), codec, nullptr), 0);
  auto* stream = avformat_new_stream(output, nullptr);
  stream->time_base = encoder->time_base;
  avcodec_parameters_from_context(stream->codecpar, encoder.get());
  EXPECT_GE(avio_open(&output->pb, path.c_str(), AVIO_FLAG_WRITE), 0);
  EXPECT_GE(avformat_write_header(output, nullptr), 0);
  AvPacket packet(av_packet_alloc());
  for (int i = 0; i <= 12; ++i) {
    AvFrame frame(av_frame_alloc());
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = 64;
    frame->height = 48;
    frame->pts = i;
    av_frame_get_buffer(frame.get(), 0);
    for (int plane = 0; plane < 3; ++plane) {
      std::fill_n(frame->data[plane], frame->linesize[plane] * (plane == 0 ? 48 : 24),
                  static_cast<std::uint8_t>(plane == 0 ? 40 + 10 * i : 128));
    }
    avcodec_send_frame(encoder.get(), i < 12 ? frame.get() : nullptr);
    while (avcodec_receive_packet(encoder.get(), packet.get()) == 0) {
      av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
      packet->stream_index = 0;
      av_interleaved_write_frame(output, packet.get());
    }
  }
  av_write_trailer(output);
  avio_closep(&output->pb);
  avformat_free_context(output);
  return path;
}

class VideoFileTest : public testing::Test {
 protected:
  VideoFileTest() : path_(testing::TempDir() + "vigil_video_file_" + std::to_string(::getpid()) + ".avi") {}
  ~VideoFileTest() override { std::filesystem::remove(path_); }
  std::string path_;
};

TEST_F(VideoFileTest, ReadsThePicturesOfAnOldCodecWithTheirTimes) {
  auto file = open_video_file(write_avi(path_));
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ((*file)->width(), 64);
  EXPECT_EQ((*file)->height(), 48);
  EXPECT_DOUBLE_EQ((*file)->fps(), 10);
  for (int i = 0; i < 12; ++i) {
    auto frame = (*file)->read();
    ASSERT_TRUE(frame.ok() && *frame) << i;
    EXPECT_EQ((*frame)->pts, Ticks(9000 * i));
    EXPECT_NEAR((*frame)->luma().data[10 * (*frame)->luma().stride + 5], 40 + 10 * i, 4);
  }
  EXPECT_EQ(*(*file)->read(), nullptr);
  EXPECT_EQ(*(*file)->read(), nullptr) << "and stays at the end";
}

TEST_F(VideoFileTest, BrokenPicturesArePassedOver) {
  write_avi(path_);
  std::fstream edit(path_, std::ios::in | std::ios::out | std::ios::binary);
  edit.seekp(static_cast<std::streamoff>(std::filesystem::file_size(path_)) / 2);
  edit << std::string(64, '\xa5');
  edit.close();
  auto file = open_video_file(path_);
  ASSERT_TRUE(file.ok());
  int pictures = 0;
  for (auto frame = (*file)->read(); frame.ok() && *frame; frame = (*file)->read()) ++pictures;
  EXPECT_GE(pictures, 3);
  EXPECT_LE(pictures, 12);
}

TEST_F(VideoFileTest, WhatIsNoVideoIsRefused) {
  for (const std::string path : {"/nonexistent.avi", "/dev/null", "/proc/self/cmdline", "concat:/etc/passwd"}) {
    auto file = open_video_file(path);
    ASSERT_FALSE(file.ok()) << path;
    EXPECT_EQ(file.error().kind, ErrorKind::InvalidArgument);
  }
}

}  // namespace
}  // namespace vigil::media
