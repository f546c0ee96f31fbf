#include "media/decoder.h"

#include <gtest/gtest.h>

#include "media/sample.h"

namespace vigil::media {
namespace {

std::vector<Packet> packets(const SampleOptions& options) {
  auto made = sample_packets(options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  if (!made) return {};
  std::uint64_t sequence = 0;
  for (auto& packet : *made) packet.sequence = ++sequence;
  return *made;
}

std::unique_ptr<Decoder> decoder(const Packet& first, DecoderOptions options = {}) {
  auto made = make_decoder(*first.params, options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return made.ok() ? std::move(*made) : nullptr;
}

// A pixel of the wandering square and one of the ground.
void expect_test_picture(const Frame& frame) {
  const auto& luma = frame.luma();
  ASSERT_NE(luma.data, nullptr);
  int bright = 0;
  for (int x = 0; x < luma.width; ++x) bright += luma.data[(frame.height / 3 + 16) * luma.stride + x] > 190;
  EXPECT_NEAR(bright, 32, 12);
  EXPECT_NEAR(luma.data[luma.stride * 2 + 2], 40, 12);
}

TEST(Decoder, EveryCodecGivesAPictureForEachPacketWithoutDelay) {
  for (auto codec : {Codec::H264, Codec::H265, Codec::Mpeg4, Codec::Mjpeg, Codec::Png}) {
    auto in = packets({.codec = codec, .frames = 6, .key_interval = 3});
    ASSERT_EQ(in.size(), 6u) << codec_name(codec);
    auto subject = decoder(in[0]);
    ASSERT_NE(subject, nullptr);
    for (const auto& packet : in) {
      auto frames = subject->decode(packet);
      ASSERT_TRUE(frames.ok()) << codec_name(codec) << ": " << frames.error().message;
      ASSERT_EQ(frames->size(), 1u) << codec_name(codec) << " packet " << packet.sequence;
      const auto& frame = *frames->front();
      EXPECT_EQ(frame.sequence, packet.sequence);
      EXPECT_EQ(frame.pts, packet.pts);
      EXPECT_EQ(frame.captured, packet.received);
      EXPECT_EQ(frame.width, 320);
      EXPECT_EQ(frame.height, 240);
      EXPECT_GE(frame.bytes, 320u * 240u * 3 / 2);
      EXPECT_EQ(frame.full_range, codec == Codec::Mjpeg || codec == Codec::Png) << codec_name(codec);
      expect_test_picture(frame);
    }
  }
}

TEST(Decoder, ReorderedPicturesComeInPresentationOrderWithTheirOwnSequence) {
  auto in = packets({.frames = 20, .key_interval = 20, .b_frames = 2});
  auto subject = decoder(in[0]);
  std::vector<FramePtr> out;
  for (const auto& packet : in) {
    auto frames = subject->decode(packet);
    ASSERT_TRUE(frames.ok());
    out.insert(out.end(), frames->begin(), frames->end());
  }
  auto rest = subject->flush();
  EXPECT_FALSE(rest.empty()) << "pictures were held back";
  out.insert(out.end(), rest.begin(), rest.end());
  ASSERT_EQ(out.size(), in.size());
  for (std::size_t i = 1; i < out.size(); ++i) EXPECT_LT(out[i - 1]->pts, out[i]->pts);
  for (const auto& frame : out) EXPECT_EQ(frame->pts, in[frame->sequence - 1].pts);
}

TEST(Decoder, FramesOutliveTheDecoder) {
  auto in = packets({.frames = 1});
  auto subject = decoder(in[0]);
  auto frames = subject->decode(in[0]);
  ASSERT_TRUE(frames.ok());
  ASSERT_EQ(frames->size(), 1u);
  subject.reset();
  expect_test_picture(*frames->front());
}

TEST(Decoder, FollowsAChangeOfResolution) {
  auto small = packets({.frames = 4}), large = packets({.width = 640, .height = 480, .frames = 4});
  auto subject = decoder(small[0]);
  ASSERT_TRUE(subject->decode(small[0]).ok());
  auto frames = subject->decode(large[0]);
  ASSERT_TRUE(frames.ok());
  ASSERT_EQ(frames->size(), 1u);
  EXPECT_EQ(frames->front()->width, 640);
  frames = subject->decode(small[0]);
  ASSERT_TRUE(frames.ok());
  ASSERT_EQ(frames->size(), 1u);
  EXPECT_EQ(frames->front()->width, 320);
}

TEST(Decoder, FollowsAChangeOfCodec) {
  auto jpeg = packets({.codec = Codec::Mjpeg, .frames = 1}), png = packets({.codec = Codec::Png, .frames = 1});
  auto subject = decoder(jpeg[0]);
  ASSERT_TRUE(subject->decode(jpeg[0]).ok());
  auto frames = subject->decode(png[0]);
  ASSERT_TRUE(frames.ok()) << frames.error().message;
  EXPECT_EQ(frames->size(), 1u);
}

TEST(Decoder, WaitsForAKeyFrame) {
  auto in = packets({.codec = Codec::H265, .frames = 8, .key_interval = 4});
  auto subject = decoder(in[0]);
  for (std::size_t i = 1; i < 4; ++i) {
    auto frames = subject->decode(in[i]);
    ASSERT_TRUE(frames.ok());
    EXPECT_TRUE(frames->empty());
  }
  auto frames = subject->decode(in[4]);
  ASSERT_TRUE(frames.ok());
  EXPECT_EQ(frames->size(), 1u);
  subject->flush();
  frames = subject->decode(in[5]);
  ASSERT_TRUE(frames.ok());
  EXPECT_TRUE(frames->empty()) << "after flush() it starts anew";
}

TEST(Decoder, KeyFramesOnlyGivesEachAtOnceEvenWhereTheStreamReorders) {
  auto in = packets({.frames = 30, .key_interval = 10, .b_frames = 2});
  auto subject = decoder(in[0], {.key_frames_only = true});
  std::size_t out = 0;
  for (const auto& packet : in) {
    auto frames = subject->decode(packet);
    ASSERT_TRUE(frames.ok());
    EXPECT_EQ(frames->size(), packet.key ? 1u : 0u);
    for (const auto& frame : *frames) EXPECT_EQ(frame->sequence, packet.sequence);
    out += frames->size();
  }
  EXPECT_EQ(out, 3u);
}

TEST(Decoder, SkippingTheLoopFilterStillGivesPictures) {
  auto in = packets({.frames = 4});
  auto subject = decoder(in[0], {.skip_loop_filter = true});
  for (const auto& packet : in) {
    auto frames = subject->decode(packet);
    ASSERT_TRUE(frames.ok());
    EXPECT_EQ(frames->size(), 1u);
  }
}

TEST(Decoder, TenBitPicturesBecomeEight) {
  auto in = packets({.codec = Codec::H265, .frames = 1, .ten_bit = true});
  if (in.empty()) GTEST_SKIP() << "no 10 bit encoder";
  auto subject = decoder(in[0]);
  auto frames = subject->decode(in[0]);
  ASSERT_TRUE(frames.ok());
  ASSERT_EQ(frames->size(), 1u);
  EXPECT_EQ(frames->front()->format, PixelFormat::I420);
  expect_test_picture(*frames->front());
}

TEST(Decoder, ABrokenPacketIsDataLossAndTheNextKeyFrameIsFine) {
  for (auto codec : {Codec::H264, Codec::H265, Codec::Mjpeg, Codec::Png}) {
    auto in = packets({.codec = codec, .frames = 2, .key_interval = 1});
    ASSERT_EQ(in.size(), 2u);
    auto subject = decoder(in[0]);
    auto broken = in[0];
    broken.data = SharedBytes(std::vector<std::uint8_t>(64, 0xa5));
    auto frames = subject->decode(broken);
    ASSERT_FALSE(frames.ok()) << codec_name(codec);
    EXPECT_EQ(frames.error().kind, ErrorKind::DataLoss);
    frames = subject->decode(in[1]);
    ASSERT_TRUE(frames.ok()) << codec_name(codec) << frames.error().message;
    EXPECT_EQ(frames->size(), 1u);
  }
}

TEST(Decoder, HugePicturesAndForeignCodecsAreRefused) {
  CodecParams params;
  params.codec = Codec::H264;
  params.width = params.height = 15000;
  auto made = make_decoder(params);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().kind, ErrorKind::InvalidArgument);
  for (auto codec : {Codec::Other, Codec::Aac, Codec::Opus}) {
    CodecParams foreign;
    foreign.codec = codec;
    auto refused = make_decoder(foreign);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::InvalidArgument);
  }
}

TEST(Decoder, AHugePictureBehindSmallParametersIsRefusedFromItsHeader) {
  auto in = packets({.codec = Codec::Png, .frames = 1});
  auto subject = decoder(in[0]);
  auto bytes = std::vector<std::uint8_t>(in[0].data.view().begin(), in[0].data.view().end());
  for (std::size_t at : {16u, 20u}) {
    bytes[at] = 0, bytes[at + 1] = 0, bytes[at + 2] = 0x3a, bytes[at + 3] = 0x98;  // 15000
  }
  auto bomb = in[0];
  bomb.data = SharedBytes(std::move(bytes));
  auto frames = subject->decode(bomb);
  ASSERT_FALSE(frames.ok());
  EXPECT_EQ(frames.error().kind, ErrorKind::InvalidArgument);
}

}  // namespace
}  // namespace vigil::media
