#include "media/access_unit.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"
#include "media/sample.h"

namespace vigil::media {
namespace {

using Data = std::vector<std::uint8_t>;

CodecParams video(Codec codec, Data extradata = {}) {
  CodecParams params;
  params.codec = codec;
  params.extradata = std::move(extradata);
  return params;
}

Sample sample(SampleOptions options) {
  auto made = encode_sample(options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return made.ok() ? *made : Sample{};
}

std::vector<int> types(Codec codec, Bytes data) {
  std::vector<Bytes> nals;
  EXPECT_TRUE(split_length_prefixed(data, 4, nals));
  std::vector<int> out;
  for (auto nal : nals) out.push_back(codec == Codec::H264 ? h264::nal_type(nal) : h265::nal_type(nal));
  return out;
}

Data joined(std::initializer_list<Bytes> parts) {
  Data out;
  for (auto part : parts) append(out, part);
  return out;
}

const Data kLongCode = {0, 0, 0, 1};
const Data kShortCode = {0, 0, 1};

// The NAL units of an encoded sample's first unit.
std::vector<Data> first_nals(const Sample& from) {
  std::vector<Bytes> nals;
  EXPECT_TRUE(split_annexb(from.units.at(0).bytes, false, nals));
  std::vector<Data> out;
  for (auto nal : nals) out.emplace_back(nal.begin(), nal.end());
  return out;
}

// A length-prefixed unit of one slice.
Data slice_of(std::size_t size) {
  Data unit;
  append_be32(unit, size);
  unit.push_back(0x41);
  unit.resize(4 + size, 0x55);
  return unit;
}

Data find_h264(const Sample& from, int type) {
  for (auto& nal : first_nals(from)) {
    if (h264::nal_type(nal) == type) return nal;
  }
  ADD_FAILURE() << "no NAL unit of type " << type;
  return {};
}

TEST(AccessUnit, AnnexBBecomesLengthPrefixedWithoutParameterSets) {
  auto made = sample({.frames = 12, .key_interval = 5});
  AccessUnitNormaliser normaliser(video(Codec::H264));
  EXPECT_EQ(normaliser.params(), nullptr);
  int keys = 0;
  for (const auto& unit : made.units) {
    auto out = normaliser.push(unit.bytes);
    ASSERT_TRUE(out.ok()) << out.error().message;
    EXPECT_EQ(out->key, unit.key);
    keys += out->key;
    for (int type : types(Codec::H264, out->data)) EXPECT_TRUE(h264::is_slice(type) || type == h264::kSei) << type;
    ASSERT_NE(out->params, nullptr);
    EXPECT_EQ(out->params->width, 320);
    EXPECT_EQ(out->params->height, 240);
  }
  EXPECT_EQ(keys, 3);
  EXPECT_EQ(normaliser.params()->codec_string.substr(0, 5), "avc1.");
  EXPECT_EQ(normaliser.params()->extradata[0], 1);
}

TEST(AccessUnit, ParamsStayTheSamePointerUntilTheyChange) {
  auto small = sample({.frames = 12, .key_interval = 4});
  auto large = sample({.width = 640, .height = 360, .frames = 2});
  AccessUnitNormaliser normaliser(video(Codec::H264));
  auto first = normaliser.push(small.units[0].bytes);
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->params_changed);
  for (std::size_t i = 1; i < small.units.size(); ++i) {
    auto out = normaliser.push(small.units[i].bytes);
    ASSERT_TRUE(out.ok());
    EXPECT_FALSE(out->params_changed);
    EXPECT_EQ(out->params, first->params);
  }
  auto changed = normaliser.push(large.units[0].bytes);
  ASSERT_TRUE(changed.ok());
  EXPECT_TRUE(changed->params_changed);
  EXPECT_EQ(changed->params->width, 640);
  EXPECT_EQ(changed->params->height, 360);
  EXPECT_EQ(first->params->width, 320) << "what was shared is immutable";
}

TEST(AccessUnit, H265IsCroppedAndNamed) {
  auto made = sample({.codec = Codec::H265, .width = 322, .height = 182, .frames = 4, .key_interval = 4});
  AccessUnitNormaliser normaliser(video(Codec::H265));
  auto out = normaliser.push(made.units[0].bytes);
  ASSERT_TRUE(out.ok());
  EXPECT_TRUE(out->key);
  ASSERT_NE(out->params, nullptr);
  EXPECT_EQ(out->params->width, 322);
  EXPECT_EQ(out->params->height, 182);
  EXPECT_EQ(out->params->codec_string.substr(0, 9), "hvc1.1.6.");
  for (int type : types(Codec::H265, out->data)) EXPECT_TRUE(type < 32 || type > 35) << type;
  auto next = normaliser.push(made.units[1].bytes);
  ASSERT_TRUE(next.ok());
  EXPECT_FALSE(next->key);
}

TEST(AccessUnit, RecordsRoundTripThroughExtradata) {
  for (auto codec : {Codec::H264, Codec::H265}) {
    auto made = sample({.codec = codec, .frames = 3, .annexb = false});
    AccessUnitNormaliser normaliser(made.params);
    ASSERT_NE(normaliser.params(), nullptr) << codec_name(codec);
    EXPECT_EQ(normaliser.params()->extradata, made.params.extradata);
    EXPECT_EQ(normaliser.params()->codec_string, made.params.codec_string);
    for (const auto& unit : made.units) {
      auto out = normaliser.push(unit.bytes);
      ASSERT_TRUE(out.ok());
      EXPECT_EQ(out->data, unit.bytes);
      EXPECT_EQ(out->key, unit.key);
      EXPECT_FALSE(out->params_changed);
    }
  }
}

TEST(AccessUnit, AnnexBUnitsAreTakenAlthoughARecordWasAnnounced) {
  auto prefixed = sample({.frames = 1, .annexb = false});
  auto stream = sample({.frames = 1});
  AccessUnitNormaliser normaliser(prefixed.params);
  auto out = normaliser.push(stream.units[0].bytes);
  ASSERT_TRUE(out.ok());
  EXPECT_TRUE(out->key);
  EXPECT_FALSE(out->data.empty());
}

TEST(AccessUnit, ParameterSetsAndMessagesAloneGiveNoPacket) {
  auto made = sample({.frames = 1});
  auto sps = find_h264(made, h264::kSps), pps = find_h264(made, h264::kPps), idr = find_h264(made, h264::kIdr);
  AccessUnitNormaliser normaliser(video(Codec::H264));
  for (const auto& set : {sps, pps}) {
    auto out = normaliser.push(joined({kLongCode, set}));
    ASSERT_TRUE(out.ok());
    EXPECT_TRUE(out->data.empty());
  }
  auto message = normaliser.push(joined({kShortCode, Data{6, 5, 1, 0, 0x80}}));
  ASSERT_TRUE(message.ok());
  EXPECT_TRUE(message->data.empty());
  ASSERT_NE(normaliser.params(), nullptr);
  auto picture = normaliser.push(joined({kShortCode, idr}));
  ASSERT_TRUE(picture.ok());
  EXPECT_TRUE(picture->key);
  EXPECT_EQ(picture->data.size(), idr.size() + 4);
}

TEST(AccessUnit, PicturesBeforeTheParameterSetsCarryNoParams) {
  auto made = sample({.frames = 1});
  AccessUnitNormaliser normaliser(video(Codec::H264));
  auto out = normaliser.push(joined({kLongCode, find_h264(made, h264::kIdr)}));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->params, nullptr);
  EXPECT_FALSE(out->data.empty());
}

TEST(AccessUnit, AWholeByteStreamInsideOneLengthPrefixedUnitIsTakenApart) {
  auto made = sample({.frames = 1});
  auto sps = find_h264(made, h264::kSps), pps = find_h264(made, h264::kPps), idr = find_h264(made, h264::kIdr);
  auto blob = joined({sps, kLongCode, pps, kShortCode, idr});
  Data unit;
  append_be32(unit, blob.size());
  append(unit, blob);
  AccessUnitNormaliser normaliser(video(Codec::H264));
  auto out = normaliser.push(unit);
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(types(Codec::H264, out->data), std::vector<int>{h264::kIdr});
  ASSERT_NE(out->params, nullptr);
  EXPECT_EQ(out->params->width, 320);
}

TEST(AccessUnit, DelimitersFillersAndTrailingZerosAreDropped) {
  auto made = sample({.frames = 1});
  auto idr = find_h264(made, h264::kIdr);
  AccessUnitNormaliser normaliser(video(Codec::H264));
  auto out = normaliser.push(
      joined({kLongCode, Data{9, 0xf0}, kShortCode, idr, Data{0, 0, 0}, kLongCode, Data{12, 0xff, 0x80}}));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->data.size(), idr.size() + 4);
}

TEST(AccessUnit, ALengthThatLooksLikeAStartCodeIsALength) {
  auto made = sample({.frames = 1, .annexb = false});
  AccessUnitNormaliser normaliser(made.params);
  auto unit = slice_of(0x0142);  // its length field reads 00 00 01 42
  auto out = normaliser.push(unit);
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->data, unit);
}

TEST(AccessUnit, ALengthThatLooksLikeAStartCodeIsALengthWhereTheFramingIsKnown) {
  auto made = sample({.frames = 1});
  auto announced = joined({kLongCode, find_h264(made, h264::kSps), kLongCode, find_h264(made, h264::kPps)});
  for (const auto& extradata : {Data(), announced}) {
    AccessUnitNormaliser normaliser(video(Codec::H264, extradata), AccessUnitNormaliser::Framing::LengthPrefixed);
    for (std::size_t size : {255u, 256u, 300u, 511u, 512u}) {
      auto unit = slice_of(size);
      auto out = normaliser.push(unit);
      ASSERT_TRUE(out.ok());
      EXPECT_EQ(out->data, unit) << size;
    }
  }
}

TEST(AccessUnit, SpropParameterSetsOfAnSdpAreEnough) {
  auto made = sample({.frames = 1});
  auto announced = joined({kLongCode, find_h264(made, h264::kSps), kLongCode, find_h264(made, h264::kPps)});
  AccessUnitNormaliser normaliser(video(Codec::H264, announced));
  ASSERT_NE(normaliser.params(), nullptr);
  EXPECT_EQ(normaliser.params()->width, 320);
}

TEST(AccessUnit, BPicturesShowUpInTheReorderDepth) {
  auto made = sample({.frames = 12, .b_frames = 2});
  AccessUnitNormaliser normaliser(video(Codec::H264));
  for (const auto& unit : made.units) ASSERT_TRUE(normaliser.push(unit.bytes).ok());
  EXPECT_GE(normaliser.params()->reorder_depth, 1);
  auto plain = sample({.frames = 4});
  AccessUnitNormaliser other(video(Codec::H264));
  for (const auto& unit : plain.units) ASSERT_TRUE(other.push(unit.bytes).ok());
  EXPECT_EQ(other.params()->reorder_depth, 0);
}

TEST(AccessUnit, BytesThatAreNeitherFormAreDataLoss) {
  AccessUnitNormaliser normaliser(video(Codec::H264));
  for (const Data& unit : {Data{1}, Data{0x65, 0x88, 0x84}, Data{0, 0, 0, 9, 1, 2},
                           Data{0xff, 0xff, 0xff, 0xff, 1, 2, 3}, Data{0, 0, 0, 2, 0x65, 1, 0, 0}}) {
    auto out = normaliser.push(unit);
    ASSERT_FALSE(out.ok());
    EXPECT_EQ(out.error().kind, ErrorKind::DataLoss);
  }
  EXPECT_TRUE(normaliser.push({}).ok());
}

TEST(AccessUnit, ZeroLengthsAreSkippedAndTooManyRefused) {
  AccessUnitNormaliser normaliser(video(Codec::H264));
  auto out = normaliser.push(Data{0, 0, 0, 0, 0, 0, 0, 2, 0x41, 0x9a});
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->data, (Data{0, 0, 0, 2, 0x41, 0x9a}));
  Data many;
  for (std::size_t i = 0; i <= kMaxNals; ++i) append(many, Data{0, 0, 1, 0x41});
  EXPECT_FALSE(normaliser.push(many).ok());
}

TEST(AccessUnit, UnitsAbove32MiBAreRefused) {
  AccessUnitNormaliser normaliser(video(Codec::H264));
  Data huge(kMaxUnitBytes + 1);
  auto out = normaliser.push(huge);
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().kind, ErrorKind::DataLoss);
}

TEST(AccessUnit, AFloodOfParameterSetsStaysSmall) {
  auto made = sample({.frames = 1});
  auto pps = find_h264(made, h264::kPps);
  AccessUnitNormaliser normaliser(video(Codec::H264));
  ASSERT_TRUE(normaliser.push(made.units[0].bytes).ok());
  std::size_t most = 0;
  for (int id = 1; id < 255; ++id) {
    Data set = {0x68, 0, 0};  // ue(v) of the id, then ue(0): the sequence parameter set
    unsigned bits = 0, count = 0;
    while ((static_cast<unsigned>(id) + 1) >> (count + 1) != 0) ++count;
    bits = (static_cast<unsigned>(id) + 1) << (16 - 2 * count - 1);
    set[1] = static_cast<std::uint8_t>(bits >> 8);
    set[2] = static_cast<std::uint8_t>(bits | (1u << (16 - 2 * count - 2)));
    set.resize(3000, 0x55);
    ASSERT_TRUE(normaliser.push(joined({kLongCode, set})).ok());
    most = std::max(most, normaliser.params()->extradata.size());
  }
  EXPECT_GT(most, 9000u) << "the sets were taken";
  EXPECT_LT(most, 20000u);
}

TEST(AccessUnit, Mpeg4KeysAreIPicturesAndTheSizeComesFromTheHeader) {
  auto made = sample({.codec = Codec::Mpeg4, .width = 352, .height = 288, .frames = 8, .key_interval = 4});
  auto announced = made.params;
  announced.width = announced.height = 0;
  AccessUnitNormaliser normaliser(announced);
  ASSERT_NE(normaliser.params(), nullptr);
  EXPECT_EQ(normaliser.params()->width, 352);
  EXPECT_EQ(normaliser.params()->height, 288);
  EXPECT_EQ(normaliser.params()->codec_string.substr(0, 8), "mp4v.20.");
  for (const auto& unit : made.units) {
    auto out = normaliser.push(unit.bytes);
    ASSERT_TRUE(out.ok());
    EXPECT_EQ(out->key, unit.key);
    EXPECT_EQ(out->data, unit.bytes);
  }
}

TEST(AccessUnit, Mpeg4HeadersAloneGiveNoPacket) {
  auto made = sample({.codec = Codec::Mpeg4, .frames = 1});
  AccessUnitNormaliser normaliser(video(Codec::Mpeg4));
  EXPECT_EQ(normaliser.params(), nullptr);
  auto out = normaliser.push(made.params.extradata);
  ASSERT_TRUE(out.ok());
  EXPECT_TRUE(out->data.empty());
  ASSERT_NE(out->params, nullptr);
  EXPECT_EQ(out->params->extradata, made.params.extradata);
}

TEST(AccessUnit, PicturesTellTheirSizeAndKind) {
  auto jpeg = sample({.codec = Codec::Mjpeg, .width = 160, .height = 90, .frames = 1});
  auto png = sample({.codec = Codec::Png, .width = 64, .height = 48, .frames = 1});
  AccessUnitNormaliser normaliser(video(Codec::Mjpeg));
  auto first = normaliser.push(jpeg.units[0].bytes);
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->key);
  EXPECT_EQ(first->params->width, 160);
  auto second = normaliser.push(png.units[0].bytes);
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(second->params_changed);
  EXPECT_EQ(second->params->codec, Codec::Png);
  EXPECT_EQ(second->params->height, 48);
  auto junk = normaliser.push(Data{'<', 'h', 't', 'm', 'l', '>'});
  ASSERT_FALSE(junk.ok());
  EXPECT_EQ(junk.error().kind, ErrorKind::DataLoss);
}

TEST(AccessUnit, AdtsHeadersBecomeAnAudioSpecificConfig) {
  CodecParams params;
  params.kind = TrackKind::Audio;
  params.codec = Codec::Aac;
  AccessUnitNormaliser normaliser(params);
  // Low complexity, 44100 Hz, 2 channels, a frame of 7 + 3 bytes.
  auto out = normaliser.push(Data{0xff, 0xf1, 0x50, 0x80, 0x01, 0x5f, 0xfc, 1, 2, 3});
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->data, (Data{1, 2, 3}));
  EXPECT_EQ(out->params->extradata, (Data{0x12, 0x10}));
  EXPECT_EQ(out->params->sample_rate, 44100);
  EXPECT_EQ(out->params->channels, 2);
  EXPECT_EQ(out->params->codec_string, "mp4a.40.2");
  auto again = normaliser.push(Data{0xff, 0xf1, 0x50, 0x80, 0x01, 0x5f, 0xfc, 4, 5, 6});
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->params_changed);
}

TEST(AccessUnit, AacWithAConfigPassesThrough) {
  auto made = sample({.codec = Codec::Aac, .frames = 3});
  AccessUnitNormaliser normaliser(made.params);
  ASSERT_NE(normaliser.params(), nullptr);
  EXPECT_EQ(normaliser.params()->codec_string, "mp4a.40.2");
  for (const auto& unit : made.units) {
    auto out = normaliser.push(unit.bytes);
    ASSERT_TRUE(out.ok());
    EXPECT_EQ(out->data, unit.bytes);
    EXPECT_TRUE(out->key);
  }
}

}  // namespace
}  // namespace vigil::media
