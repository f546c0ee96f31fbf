#include "media/encoder.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "media/decoder.h"
#include "media/scaler.h"

namespace vigil::media {
namespace {

struct Grey {
  Frame frame;
  std::vector<std::uint8_t> bytes;
};

// One grey over the whole picture, so that what comes back can be compared.
FramePtr grey(int width, int height, std::uint8_t luma, Ticks pts, PixelFormat format = PixelFormat::I420,
              bool full_range = false) {
  auto made = std::make_shared<Grey>();
  const int chroma_width = format == PixelFormat::I444 ? width : width / 2;
  const int chroma_height = format == PixelFormat::I420 ? height / 2 : height;
  made->bytes.assign(static_cast<std::size_t>(width * height + 2 * chroma_width * chroma_height), 128);
  std::fill_n(made->bytes.begin(), width * height, luma);
  auto* data = made->bytes.data();
  made->frame.width = width;
  made->frame.height = height;
  made->frame.pts = pts;
  made->frame.format = format;
  made->frame.full_range = full_range;
  made->frame.planes[0] = {data, width, width, height};
  made->frame.planes[1] = {data + width * height, chroma_width, chroma_width, chroma_height};
  made->frame.planes[2] = {data + width * height + chroma_width * chroma_height, chroma_width, chroma_width,
                           chroma_height};
  return FramePtr(made, &made->frame);
}

class EncoderTest : public testing::TestWithParam<Codec> {};

TEST_P(EncoderTest, WhatIsEncodedDecodesToTheSamePictures) {
  EncoderOptions options;
  options.codec = GetParam();
  options.width = 160;
  options.height = 96;
  options.fps = 10;
  options.realtime = true;
  auto encoder = make_encoder(options);
  ASSERT_TRUE(encoder.ok()) << encoder.error().message;
  std::vector<Packet> packets;
  for (int i = 0; i < 12; ++i) {
    auto out = (*encoder)->encode(*grey(160, 96, static_cast<std::uint8_t>(40 + 10 * i), Ticks(9000 * i)), i % 5 == 0);
    ASSERT_TRUE(out.ok()) << out.error().message;
    EXPECT_EQ(out->size(), 1u) << "nothing is held back";
    for (auto& packet : *out) packets.push_back(std::move(packet));
  }
  ASSERT_EQ(packets.size(), 12u);
  ASSERT_EQ(packets[0].params->width, 160);
  EXPECT_FALSE(packets[0].params->extradata.empty());
  auto decoder = make_decoder(*packets[0].params);
  ASSERT_TRUE(decoder.ok());
  std::vector<FramePtr> frames;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].key, i % 5 == 0) << "key frames only where asked for";
    EXPECT_EQ(packets[i].pts, Ticks(9000 * static_cast<int>(i)));
    EXPECT_EQ(packets[i].dts, packets[i].pts);
    EXPECT_EQ(packets[i].params, packets[0].params);
    auto out = (*decoder)->decode(packets[i]);
    ASSERT_TRUE(out.ok()) << out.error().message;
    frames.insert(frames.end(), out->begin(), out->end());
  }
  auto rest = (*decoder)->flush();
  frames.insert(frames.end(), rest.begin(), rest.end());
  ASSERT_EQ(frames.size(), 12u);
  for (std::size_t i = 0; i < frames.size(); ++i)
    EXPECT_NEAR(frames[i]->luma().data[5000], 40 + 10 * static_cast<int>(i), 4);
}

INSTANTIATE_TEST_SUITE_P(Codecs, EncoderTest, testing::Values(Codec::H264, Codec::H265),
                         [](const auto& codec) { return std::string(codec_name(codec.param)); });

TEST(Encoder, WhatItCannotMakeIsRefused) {
  EncoderOptions options;
  options.width = 160;
  options.height = 96;
  options.codec = Codec::Mjpeg;
  EXPECT_EQ(make_encoder(options).error().kind, ErrorKind::InvalidArgument);
  options.codec = Codec::H264;
  options.height = 97;
  EXPECT_EQ(make_encoder(options).error().kind, ErrorKind::InvalidArgument);
  options.height = 100000;
  EXPECT_EQ(make_encoder(options).error().kind, ErrorKind::InvalidArgument);
  options.height = 96;
  auto encoder = make_encoder(options);
  ASSERT_TRUE(encoder.ok());
  EXPECT_EQ((*encoder)->encode(*grey(162, 96, 50, Ticks(0)), true).error().kind, ErrorKind::InvalidArgument);
}

TEST(Scaler, BringsEverySizeAndLayoutToOne) {
  Scaler scaler(160, 96);
  for (auto format : {PixelFormat::I420, PixelFormat::I422, PixelFormat::I444}) {
    auto out = scaler.scale(grey(640, 480, 100, Ticks(7), format));
    ASSERT_TRUE(out.ok());
    EXPECT_EQ((*out)->width, 160);
    EXPECT_EQ((*out)->height, 96);
    EXPECT_EQ((*out)->format, PixelFormat::I420);
    EXPECT_EQ((*out)->pts, Ticks(7));
    EXPECT_NEAR((*out)->luma().data[1000], 100, 1);
    EXPECT_NEAR((*out)->planes[1].data[40], 128, 1);
  }
}

TEST(Scaler, FullRangeIsBroughtToVideoRange) {
  Scaler scaler(160, 96);
  auto white = scaler.scale(grey(160, 96, 255, Ticks(0), PixelFormat::I420, true));
  ASSERT_TRUE(white.ok());
  EXPECT_NEAR((*white)->luma().data[1000], 235, 1);
  auto plain = scaler.scale(grey(320, 192, 235, Ticks(0)));
  ASSERT_TRUE(plain.ok());
  EXPECT_NEAR((*plain)->luma().data[1000], 235, 1) << "and the next one is not";
}

TEST(Scaler, AFrameThatFitsIsNotCopied) {
  Scaler scaler(160, 96);
  auto frame = grey(160, 96, 100, Ticks(0));
  EXPECT_EQ(*scaler.scale(frame), frame);
}

}  // namespace
}  // namespace vigil::media
