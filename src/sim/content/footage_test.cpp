#include "sim/content/footage.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "media/decoder.h"
#include "media/sample.h"

namespace vigil::sim {
namespace {

// What read_footage makes of a file with these pictures.
Footage footage_of(media::Codec codec, int frames, int key_interval) {
  media::SampleOptions options;
  options.codec = codec;
  options.frames = frames;
  options.key_interval = key_interval;
  auto packets = media::sample_packets(options);
  EXPECT_TRUE(packets.ok());
  Footage footage;
  footage.packets = *packets;
  footage.frame = Ticks(3600);
  footage.longest_gop = Ticks(3600) * key_interval;
  footage.codec = codec;
  footage.width = options.width;
  footage.height = options.height;
  return footage;
}

std::unique_ptr<ReelMaker> finished(Footage footage, const ReelOptions& options = {}) {
  auto maker = ReelMaker::make(std::move(footage), options);
  EXPECT_TRUE(maker.ok()) << maker.error().message;
  for (auto more = (*maker)->step(); more.ok() && *more;) more = (*maker)->step();
  return std::move(*maker);
}

std::size_t pictures_in(const Reel& reel) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < reel.size(); ++i) count += reel.gop(i)->units.size();
  return count;
}

TEST(ReelMaker, AFileWithCloseKeyFramesGoesOutAsItIs) {
  auto footage = footage_of(media::Codec::H264, 50, 10);
  const auto* first = footage.packets[0].data.data();
  auto maker = finished(std::move(footage));
  EXPECT_TRUE(maker->passes_through());
  EXPECT_TRUE(maker->main()->finished());
  EXPECT_EQ(maker->main()->size(), 5u);
  EXPECT_EQ(maker->main()->gop(0)->units[0].data.data(), first) << "not even copied";
}

TEST(ReelMaker, TheSecondStreamIsSmallerAndAsLong) {
  auto maker = finished(footage_of(media::Codec::H264, 50, 10));
  ASSERT_TRUE(maker->sub()->finished());
  EXPECT_EQ(maker->sub()->params()->width, 160);
  EXPECT_EQ(maker->sub()->params()->height, 120);
  EXPECT_EQ(pictures_in(*maker->sub()), 50u);
  EXPECT_EQ(maker->sub()->duration(), maker->main()->duration());
}

TEST(ReelMaker, KeyFramesFarApartAreMadeCloser) {
  auto maker = finished(footage_of(media::Codec::H264, 100, 100), {media::Codec::H264, 0, 0, 0, 0.5});
  EXPECT_FALSE(maker->passes_through());
  EXPECT_EQ(pictures_in(*maker->main()), 100u);
  // 0.5 s are 12.5 pictures: the key frame comes with the nearest one.
  EXPECT_EQ(maker->main()->size(), 8u);
  for (std::size_t i = 0; i < maker->main()->size(); ++i) EXPECT_TRUE(maker->main()->gop(i)->units[0].key);
}

TEST(ReelMaker, AnotherCodecSizeOrRateIsEncoded) {
  EXPECT_EQ(finished(footage_of(media::Codec::Mpeg4, 30, 10))->main()->params()->codec, media::Codec::H264);
  auto h265 = finished(footage_of(media::Codec::H264, 30, 10), {media::Codec::H265, 0, 0, 0, 1});
  EXPECT_EQ(h265->main()->params()->codec, media::Codec::H265);
  EXPECT_EQ(h265->sub()->params()->codec, media::Codec::H265);
  auto small = finished(footage_of(media::Codec::H264, 30, 10), {media::Codec::H264, 176, 144, 0, 1});
  EXPECT_EQ(small->main()->params()->width, 176);
  EXPECT_EQ(small->sub()->params()->width, 88);
  EXPECT_FALSE(finished(footage_of(media::Codec::H264, 30, 10), {media::Codec::H264, 0, 0, 200, 1})->passes_through());
}

TEST(ReelMaker, ABrokenPictureIsLeftOutAndTheRestGoesOn) {
  auto footage = footage_of(media::Codec::Mpeg4, 30, 10);
  footage.packets[13].data = media::SharedBytes(std::vector<std::uint8_t>(200, 0xa5));
  auto maker = finished(std::move(footage));
  EXPECT_TRUE(maker->main()->finished());
  EXPECT_GE(pictures_in(*maker->main()), 25u);
}

TEST(ReadFootage, WhatIsNoVideoIsRefusedWithItsName) {
  for (auto path : {"/nonexistent/video.mp4", "/dev/null", "/proc/self/cmdline", "concat:/etc/passwd|/etc/passwd"}) {
    auto footage = read_footage(path);
    ASSERT_FALSE(footage.ok()) << path;
    EXPECT_EQ(footage.error().kind, ErrorKind::InvalidArgument);
    EXPECT_NE(footage.error().message.find(path), std::string::npos) << footage.error().message;
  }
}

TEST(SubSize, KeepsTheAspectAndIsEven) {
  EXPECT_EQ(sub_size({1920, 1080}).width, 320);
  EXPECT_EQ(sub_size({1920, 1080}).height, 180);
  EXPECT_EQ(sub_size({178, 100}).width, 88);
  EXPECT_EQ(sub_size({178, 100}).height, 50);
  EXPECT_EQ(sub_size({16, 16}).width, 16);
}

}  // namespace
}  // namespace vigil::sim
