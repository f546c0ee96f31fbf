#include "media/image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "media/planes.h"
#include "media/sample.h"

namespace vigil::media {
namespace {

using Data = std::vector<std::uint8_t>;

// Luma rises from left to right; chroma is neutral.
FramePtr ramp(PixelFormat format, int width, int height, bool full_range = true) {
  auto canvas = make_canvas(format, width, height);
  canvas.frame->full_range = full_range;
  for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(format)); ++i) {
    const auto& plane = canvas.frame->planes[i];
    for (int y = 0; y < plane.height; ++y) {
      for (int x = 0; x < plane.width; ++x) {
        int low = full_range ? 0 : 16, span = full_range ? 255 : 219;
        int value = i == 0 ? low + x * span / std::max(1, plane.width - 1) : 128;
        canvas.rows[i][y * plane.stride + x] = static_cast<std::uint8_t>(value);
      }
    }
  }
  return canvas.frame;
}

int luma_at(const Frame& frame, int x, int y) {
  return frame.luma().data[y * frame.luma().stride + x];
}

Data encoded(const Frame& frame, JpegOptions options = {}) {
  auto out = encode_jpeg(frame, options);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return out.ok() ? *out : Data{};
}

FramePtr decoded(const Data& bytes) {
  auto out = decode_image(bytes);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return out.ok() ? *out : nullptr;
}

Data sample_image(Codec codec, int width, int height) {
  auto made = encode_sample({.codec = codec, .width = width, .height = height, .frames = 1});
  EXPECT_TRUE(made.ok());
  return made.ok() ? made->units.at(0).bytes : Data{};
}

Data png_header(std::uint32_t width, std::uint32_t height) {
  Data out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
  for (auto value : {width, height}) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  out.insert(out.end(), {8, 2, 0, 0, 0, 1, 2, 3, 4});
  return out;
}

TEST(Image, JpegRoundTripsInEveryLayoutAndAtOddSizes) {
  for (auto format : {PixelFormat::I420, PixelFormat::I422, PixelFormat::I444, PixelFormat::Gray}) {
    for (auto [width, height] : {std::pair{64, 48}, {33, 17}, {1, 1}, {2, 7}}) {
      auto jpeg = encoded(*ramp(format, width, height), {.quality = 95});
      auto info = inspect_image(jpeg);
      ASSERT_TRUE(info.ok());
      EXPECT_EQ(info->width, width);
      EXPECT_EQ(info->height, height);
      auto back = decoded(jpeg);
      ASSERT_NE(back, nullptr);
      EXPECT_EQ(back->format, format);
      EXPECT_TRUE(back->full_range);
      EXPECT_NEAR(luma_at(*back, width - 1, height - 1), width == 1 ? 0 : 255, 12);
      EXPECT_NEAR(luma_at(*back, 0, 0), 0, 12);
    }
  }
}

TEST(Image, VideoRangeIsWidenedForJpeg) {
  auto back = decoded(encoded(*ramp(PixelFormat::I420, 256, 16, false), {.quality = 95}));
  ASSERT_NE(back, nullptr);
  EXPECT_NEAR(luma_at(*back, 0, 8), 0, 5);
  EXPECT_NEAR(luma_at(*back, 255, 8), 255, 5);
  EXPECT_NEAR(luma_at(*back, 128, 8), 128, 5);
  EXPECT_NEAR(back->planes[1].data[4 * back->planes[1].stride + 4], 128, 3);
}

TEST(Image, ScalingKeepsTheAspectAndOnlyShrinks) {
  auto frame = ramp(PixelFormat::I420, 1920, 1080, false);
  auto size = [&](JpegOptions options) {
    auto info = inspect_image(encoded(*frame, options));
    EXPECT_TRUE(info.ok());
    return std::pair(info->width, info->height);
  };
  EXPECT_EQ(size({.max_width = 640}), std::pair(640, 360));
  EXPECT_EQ(size({.max_height = 90}), std::pair(160, 90));
  EXPECT_EQ(size({.max_width = 640, .max_height = 90}), std::pair(160, 90));
  EXPECT_EQ(size({.max_width = 5000}), std::pair(1920, 1080));
  EXPECT_EQ(size({.max_width = 101}), std::pair(101, 57));
  EXPECT_EQ(size({.max_width = 1}), std::pair(1, 1));
  EXPECT_EQ(size({.max_width = -3}), std::pair(1920, 1080));
}

TEST(Image, ScalingWidensTheRangeToo) {
  auto back = decoded(encoded(*ramp(PixelFormat::I420, 512, 64, false), {.max_width = 128, .quality = 95}));
  ASSERT_NE(back, nullptr);
  EXPECT_NEAR(luma_at(*back, 0, 8), 2, 6);
  EXPECT_NEAR(luma_at(*back, 127, 8), 253, 6);
}

TEST(Image, ASpoiltPictureDoesNotSpoilTheNextOne) {
  const auto good = encoded(*ramp(PixelFormat::I420, 64, 64));
  std::size_t refused = 0;
  for (std::size_t i = 2; i < std::min<std::size_t>(good.size(), 700); ++i) {
    auto spoilt = good;
    spoilt[i] ^= 0xff;
    refused += decode_image(spoilt).ok() ? 0 : 1;
    ASSERT_TRUE(decode_image(good).ok()) << "after one that was spoilt at " << i;
    refused += decode_image(std::span(good).first(i)).ok() ? 0 : 1;
    ASSERT_TRUE(decode_image(good).ok()) << "after one that was cut at " << i;
  }
  EXPECT_GT(refused, 200u);
}

TEST(Image, QualityMatters) {
  auto made = sample_packets({.width = 640, .height = 480, .frames = 1});
  auto frame = decoded(sample_image(Codec::Mjpeg, 640, 480));
  EXPECT_LT(encoded(*frame, {.quality = 20}).size(), encoded(*frame, {.quality = 95}).size());
  EXPECT_FALSE(encoded(*frame, {.quality = -1}).empty());
  EXPECT_FALSE(encoded(*frame, {.quality = 1000}).empty());
}

TEST(Image, PngDecodesToFullRangePlanes) {
  auto frame = decoded(sample_image(Codec::Png, 321, 241));
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->width, 321);
  EXPECT_EQ(frame->height, 241);
  EXPECT_TRUE(frame->full_range);
  EXPECT_NEAR(luma_at(*frame, 0, 0), 40, 3);
  EXPECT_NEAR(frame->planes[1].data[0], 128, 2);
}

TEST(Image, HugePicturesAreRefusedFromTheHeaderAlone) {
  auto png = inspect_image(png_header(15000, 15000));
  ASSERT_FALSE(png.ok());
  EXPECT_EQ(png.error().kind, ErrorKind::InvalidArgument);
  EXPECT_EQ(png.error().code, "image.too_large");
  EXPECT_FALSE(decode_image(png_header(15000, 15000)).ok());
  EXPECT_FALSE(inspect_image(png_header(0xffffffff, 0xffffffff)).ok());
  EXPECT_FALSE(inspect_image(png_header(0, 10)).ok());
  EXPECT_TRUE(inspect_image(png_header(8192, 8192)).ok());
  auto jpeg = inspect_image(Data{0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0x3a, 0x98, 0x3a, 0x98, 1, 1, 0x11, 0});
  ASSERT_FALSE(jpeg.ok());
  EXPECT_EQ(jpeg.error().code, "image.too_large");
}

TEST(Image, WhatIsNeitherJpegNorPngIsUnsupported) {
  for (const Data& bytes : {Data{}, Data{0xff, 0xd8}, Data{'G', 'I', 'F', '8', '9', 'a'}, Data(100, 0)}) {
    auto info = inspect_image(bytes);
    ASSERT_FALSE(info.ok());
    EXPECT_EQ(info.error().kind, ErrorKind::UnsupportedMedia);
  }
}

TEST(Image, EveryTruncationIsRefusedByDecoding) {
  for (auto codec : {Codec::Mjpeg, Codec::Png}) {
    auto whole = sample_image(codec, 64, 48);
    for (std::size_t length = 0; length + 8 < whole.size(); length += 7) {
      auto out = decode_image(std::span(whole).first(length));
      ASSERT_FALSE(out.ok()) << codec_name(codec) << " cut to " << length << " of " << whole.size();
      EXPECT_TRUE(out.error().kind == ErrorKind::InvalidArgument || out.error().kind == ErrorKind::UnsupportedMedia);
    }
  }
}

TEST(Image, ADamagedPngIsRefused) {
  auto bytes = sample_image(Codec::Png, 64, 48);
  bytes[bytes.size() / 2] ^= 0x55;
  EXPECT_FALSE(decode_image(bytes).ok());
}

TEST(Image, FramesWithoutHeaderMarkersAreRefused) {
  EXPECT_FALSE(inspect_image(Data{0xff, 0xd8, 0xff, 0xd9, 0, 0}).ok());
  EXPECT_FALSE(inspect_image(Data{0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0}).ok());
  EXPECT_FALSE(inspect_image(Data{0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0, 0}).ok());
  EXPECT_FALSE(inspect_image(Data(1000, 0xff)).ok());
}

TEST(Image, EndlessScansAreRefused) {
  auto jpeg = sample_image(Codec::Mjpeg, 64, 48);
  for (int i = 0; i < 100; ++i) jpeg.insert(jpeg.end() - 2, {0xff, 0xda});
  auto out = decode_image(jpeg);
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().kind, ErrorKind::InvalidArgument);
}

}  // namespace
}  // namespace vigil::media
