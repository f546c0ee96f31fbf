#include "media/flac.h"

#include <gtest/gtest.h>

#include "media/access_unit.h"
#include "media/sample.h"

namespace vigil::media {
namespace {

std::vector<std::uint8_t> info_of_sample() {
  auto sample = encode_sample({.codec = Codec::Flac, .frames = 2});
  EXPECT_TRUE(sample.ok()) << (sample.ok() ? "" : sample.error().message);
  return sample.ok() ? sample->params.extradata : std::vector<std::uint8_t>{};
}

TEST(Flac, TheStreamSaysWhatItIs) {
  const auto info = flac::parse_info(info_of_sample());
  ASSERT_TRUE(info);
  EXPECT_EQ(info->sample_rate, 48000);
  EXPECT_EQ(info->channels, 1);
  EXPECT_EQ(info->bits_per_sample, 16);
  EXPECT_EQ(info->block_size, 4608);
  EXPECT_EQ(info->bytes.size(), flac::kInfoBytes);
}

TEST(Flac, AWholeHeaderIsReducedToWhatDecodersNeed) {
  const auto bare = info_of_sample();
  std::vector<std::uint8_t> whole = {'f', 'L', 'a', 'C', 0x80, 0, 0, 34};
  whole.insert(whole.end(), bare.begin(), bare.end());
  const auto info = flac::parse_info(whole);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->bytes, bare);
  CodecParams params;
  params.kind = TrackKind::Audio;
  params.codec = Codec::Flac;
  params.extradata = whole;
  AccessUnitNormaliser normaliser(params);
  ASSERT_TRUE(normaliser.params());
  EXPECT_EQ(normaliser.params()->extradata, bare);
  EXPECT_EQ(normaliser.params()->sample_rate, 48000);
  EXPECT_EQ(normaliser.params()->codec_string, "flac");
}

TEST(Flac, NonsenseIsNothing) {
  const auto good = info_of_sample();
  EXPECT_FALSE(flac::parse_info({}));
  EXPECT_FALSE(flac::parse_info(std::vector<std::uint8_t>(33, 0x55)));
  EXPECT_FALSE(flac::parse_info(std::vector<std::uint8_t>(34, 0)));
  std::vector<std::uint8_t> cut = {'f', 'L', 'a', 'C', 0x80, 0, 0, 34};
  cut.insert(cut.end(), good.begin(), good.end() - 1);
  EXPECT_FALSE(flac::parse_info(cut));
  std::vector<std::uint8_t> other = {'f', 'L', 'a', 'C', 0x84, 0, 0, 34};
  other.insert(other.end(), good.begin(), good.end());
  EXPECT_FALSE(flac::parse_info(other)) << "comments before the description";
}

}  // namespace
}  // namespace vigil::media
