#include "live/rtp/unit.h"

#include <gtest/gtest.h>

#include "live/rtp/header.h"
#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"
#include "media/sample.h"

namespace vigil::live::rtp {
namespace {

using media::Bytes;
using media::Codec;
using Data = std::vector<std::uint8_t>;

std::vector<media::PacketPtr> packets(const media::SampleOptions& options) {
  auto made = media::sample_packets(options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  std::vector<media::PacketPtr> out;
  if (made.ok()) {
    for (auto& one : *made) out.push_back(std::make_shared<const media::Packet>(std::move(one)));
  }
  return out;
}

media::PacketPtr audio(Codec codec, Data data, int rate, int channels = 1) {
  media::CodecParams params;
  params.codec = codec;
  params.kind = media::TrackKind::Audio;
  params.sample_rate = rate;
  params.channels = channels;
  media::Packet packet;
  packet.params = std::make_shared<const media::CodecParams>(params);
  packet.data = media::SharedBytes(std::move(data));
  packet.pts = Ticks(90000);
  return std::make_shared<const media::Packet>(std::move(packet));
}

Data bytes_of(const Piece& piece) {
  Data out(piece.head.begin(), piece.head.begin() + piece.head_size);
  out.insert(out.end(), piece.body.begin(), piece.body.end());
  return out;
}

// The NAL units as a receiver puts them together (RFC 6184, 5; RFC 7798, 4.4).
std::vector<Data> reassembled(Codec codec, const Unit& unit) {
  const bool h264 = codec == Codec::H264;
  const std::size_t head = h264 ? 1 : 2;
  std::vector<Data> nals;
  for (const auto& piece : unit.pieces) {
    const auto payload = bytes_of(piece);
    const int type = h264 ? payload[0] & 0x1f : payload[0] >> 1 & 0x3f;
    if (type == (h264 ? 24 : 48)) {
      for (std::size_t at = head; at + 2 <= payload.size();) {
        const std::size_t size = payload[at] << 8 | payload[at + 1];
        const auto from = payload.begin() + static_cast<std::ptrdiff_t>(at + 2);
        nals.emplace_back(from, from + static_cast<std::ptrdiff_t>(size));
        at += 2 + size;
      }
    } else if (type == (h264 ? 28 : 49)) {
      const auto fu = payload[head];
      if ((fu & 0x80) != 0) {
        if (h264) {
          nals.push_back({static_cast<std::uint8_t>((payload[0] & 0xe0) | (fu & 0x1f))});
        } else {
          nals.push_back({static_cast<std::uint8_t>((payload[0] & 0x81) | (fu & 0x3f) << 1), payload[1]});
        }
      }
      nals.back().insert(nals.back().end(), payload.begin() + static_cast<std::ptrdiff_t>(head + 1), payload.end());
    } else {
      nals.push_back(payload);
    }
  }
  return nals;
}

TEST(RtpUnit, VideoComesOutAsItWentInWithParameterSetsBeforeKeyFrames) {
  for (auto codec : {Codec::H264, Codec::H265}) {
    for (std::size_t room : {std::size_t{64}, std::size_t{200}, std::size_t{1188}}) {
      int keys = 0;
      for (const auto& packet : packets({.codec = codec, .frames = 6, .key_interval = 3})) {
        auto unit = cut(packet, room);
        ASSERT_TRUE(unit.ok()) << unit.error().message;
        std::size_t total = 0;
        for (const auto& piece : (*unit)->pieces) {
          EXPECT_LE(piece.size(), room);
          EXPECT_EQ(piece.marker, &piece == &(*unit)->pieces.back());
          total += piece.size();
        }
        EXPECT_EQ(total, (*unit)->payload_bytes);
        EXPECT_EQ((*unit)->timestamp, static_cast<std::uint32_t>(packet->pts.count()));
        std::vector<Bytes> expected;
        if (packet->key) {
          ++keys;
          expected = codec == Codec::H264 ? media::h264::parse_avcc(packet->params->extradata)->nals
                                          : media::h265::parse_hvcc(packet->params->extradata)->nals;
          ASSERT_GE(expected.size(), 2u);
        }
        ASSERT_TRUE(media::split_length_prefixed(packet->data.view(), 4, expected));
        const auto nals = reassembled(codec, **unit);
        ASSERT_EQ(nals.size(), expected.size());
        for (std::size_t i = 0; i < nals.size(); ++i) EXPECT_EQ(nals[i], Data(expected[i].begin(), expected[i].end()));
      }
      EXPECT_EQ(keys, 2);
    }
  }
}

TEST(RtpUnit, ParameterSetsShareOnePacketWhereTheyFit) {
  auto h264 = cut(packets({.codec = Codec::H264, .frames = 1}).at(0), 1188);
  ASSERT_TRUE(h264.ok());
  EXPECT_EQ(bytes_of((*h264)->pieces[0])[0] & 0x1f, 24);
  EXPECT_EQ(bytes_of((*h264)->pieces[0])[0] & 0x60, 0x60) << "the importance of the parameter sets";
  auto h265 = cut(packets({.codec = Codec::H265, .frames = 1}).at(0), 1188);
  ASSERT_TRUE(h265.ok());
  EXPECT_EQ(bytes_of((*h265)->pieces[0])[0] >> 1, 48);
  EXPECT_EQ(bytes_of((*h265)->pieces[0])[1], 1);
}

TEST(RtpUnit, ThePicturesBytesAreNotCopied) {
  const auto packet = packets({.codec = Codec::H264, .frames = 2, .key_interval = 10}).at(1);
  auto unit = cut(packet, 200);
  ASSERT_TRUE(unit.ok());
  for (const auto& piece : (*unit)->pieces) {
    EXPECT_GE(piece.body.data(), packet->data.data());
    EXPECT_LE(piece.body.data() + piece.body.size(), packet->data.data() + packet->data.size());
  }
}

TEST(RtpUnit, AacSaysTheSizeOfTheWholeFrameInEveryPiece) {
  auto unit = cut(audio(Codec::Aac, Data(150, 7), 48000), 64);
  ASSERT_TRUE(unit.ok());
  ASSERT_EQ((*unit)->pieces.size(), 3u);
  for (const auto& piece : (*unit)->pieces) {
    EXPECT_EQ(piece.head, (std::array<std::uint8_t, 4>{0, 16, 150 >> 5, (150 << 3) & 0xff}));
  }
  EXPECT_EQ((*unit)->timestamp, 48000u);
  EXPECT_FALSE(cut(audio(Codec::Aac, Data(8192, 7), 48000), 1188).ok());
}

TEST(RtpUnit, G711InSeveralPacketsKeepsItsTime) {
  auto unit = cut(audio(Codec::Pcmu, Data(200, 1), 8000, 2), 64);
  ASSERT_TRUE(unit.ok());
  ASSERT_EQ((*unit)->pieces.size(), 4u);
  EXPECT_EQ((*unit)->pieces[1].later, 32u);
  EXPECT_EQ((*unit)->pieces[3].later, 96u);
  EXPECT_EQ((*unit)->timestamp, 8000u);
}

TEST(RtpUnit, OpusGoesWholeOrNotAtAll) {
  auto unit = cut(audio(Codec::Opus, Data(100, 1), 48000, 2), 1188);
  ASSERT_TRUE(unit.ok());
  EXPECT_EQ((*unit)->pieces.size(), 1u);
  EXPECT_FALSE(cut(audio(Codec::Opus, Data(1200, 1), 48000, 2), 1188).ok());
}

TEST(RtpUnit, BrokenUnitsAreRefused) {
  media::Packet packet;
  media::CodecParams params;
  params.codec = Codec::H264;
  packet.params = std::make_shared<const media::CodecParams>(params);
  packet.data = media::SharedBytes({0, 0, 0, 9, 0x65});
  EXPECT_EQ(cut(std::make_shared<const media::Packet>(packet), 1188).error().kind, ErrorKind::DataLoss);
  packet.data = media::SharedBytes({0, 0, 0, 1, 0x65});
  EXPECT_EQ(cut(std::make_shared<const media::Packet>(packet), 1188).error().kind, ErrorKind::DataLoss);
  params.codec = Codec::Mjpeg;
  packet.params = std::make_shared<const media::CodecParams>(params);
  EXPECT_EQ(cut(std::make_shared<const media::Packet>(packet), 1188).error().kind, ErrorKind::InvalidArgument);
  EXPECT_FALSE(cut(nullptr, 1188).ok());
}

TEST(RtpHeader, IsReadAsItWasWritten) {
  const auto unit = cut(audio(Codec::Aac, Data(40, 7), 48000), 1188);
  const auto& piece = (*unit)->pieces[0];
  const Header header{111, true, 65535, 0xfedcba98, 0x01020304};
  const Data extension = {0xbe, 0xde, 0, 1, 0x12, 1, 2, 3};
  for (const Bytes ext : {Bytes(), Bytes(extension)}) {
    Data out(200);
    const auto size = write(header, ext, piece, out);
    ASSERT_EQ(size, kHeaderSize + ext.size() + piece.size());
    const auto parsed = parse(Bytes(out).first(size));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->header.payload_type, 111);
    EXPECT_TRUE(parsed->header.marker);
    EXPECT_EQ(parsed->header.sequence, 65535);
    EXPECT_EQ(parsed->header.timestamp, 0xfedcba98);
    EXPECT_EQ(parsed->header.ssrc, 0x01020304u);
    EXPECT_EQ(Data(parsed->payload.begin(), parsed->payload.end()), bytes_of(piece));
  }
  Data small(20);
  EXPECT_EQ(write(header, {}, piece, small), 0u);
}

TEST(RtpHeader, LyingPacketsAreRefused) {
  EXPECT_FALSE(parse({}));
  Data packet(16, 0);
  EXPECT_FALSE(parse(packet)) << "version 0";
  packet[0] = 0x8f;
  EXPECT_FALSE(parse(packet)) << "fifteen contributors that are not there";
  packet[0] = 0xa0;
  packet[15] = 5;
  EXPECT_FALSE(parse(packet)) << "more padding than payload";
  packet[0] = 0x90;
  packet[15] = 1;
  EXPECT_FALSE(parse(packet)) << "an extension that is not there";
}

}  // namespace
}  // namespace vigil::live::rtp
