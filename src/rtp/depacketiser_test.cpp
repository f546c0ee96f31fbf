#include "rtp/depacketiser.h"

#include <gtest/gtest.h>

#include <array>

#include "media/image.h"
#include "media/nal.h"
#include "media/rtp.h"
#include "media/sample.h"

namespace vigil::rtp {
namespace {

using media::Codec;

MediaDescription track_of(Codec codec) {
  MediaDescription out;
  out.params.codec = codec;
  out.size_length = 13;
  out.index_length = out.index_delta_length = 3;
  return out;
}

// Hand-made packets for one depacketiser.
class Feed {
 public:
  explicit Feed(Codec codec) : to_(make_depacketiser(track_of(codec))) {}

  // The units that came out by it.
  std::vector<Unit> packet(std::vector<std::uint8_t> payload, std::uint32_t timestamp, bool marker, bool gap = false) {
    std::vector<Unit> out;
    payload_ = std::move(payload);
    to_->push({96, marker, sequence_++, timestamp, 1, payload_}, gap, out);
    return out;
  }
  std::uint64_t damaged() const { return to_->damaged(); }

 private:
  std::unique_ptr<Depacketiser> to_;
  std::vector<std::uint8_t> payload_;
  std::uint16_t sequence_ = 0;
};

using Bytes = std::vector<std::uint8_t>;

// What a track's packets are after RTP and back.
void expect_round_trip(Codec codec) {
  media::SampleOptions options;
  options.codec = codec;
  options.frames = 12;
  options.width = 640;
  options.height = 480;
  options.annexb = false;
  auto packets = media::sample_packets(options);
  if (!packets.ok()) GTEST_SKIP() << packets.error().message;
  media::RtpPacketiser packetiser({});
  auto track = track_of(codec);
  auto depacketiser = make_depacketiser(track);
  for (const auto& packet : *packets) {
    auto sent = packetiser.packetise(packet);
    ASSERT_TRUE(sent.ok());
    std::vector<Unit> units;
    for (const auto& one : *sent) {
      EXPECT_TRUE(units.empty()) << "nothing before the last packet";
      auto view = parse_rtp(one.bytes);
      ASSERT_TRUE(view.has_value());
      depacketiser->push(*view, false, units);
    }
    ASSERT_EQ(units.size(), 1u) << "with its last packet, not with the first of the next";
    EXPECT_EQ(units[0].timestamp, sent->back().timestamp);
    auto got = std::span<const std::uint8_t>(units[0].data);
    auto wanted = packet.data.view();
    ASSERT_GE(got.size(), wanted.size());
    EXPECT_TRUE(std::equal(wanted.begin(), wanted.end(), got.end() - static_cast<std::ptrdiff_t>(wanted.size())));
  }
  EXPECT_EQ(depacketiser->damaged(), 0u);
}

TEST(Depacketiser, H264ComesBackAsItWasSent) {
  expect_round_trip(Codec::H264);
}
TEST(Depacketiser, H265ComesBackAsItWasSent) {
  expect_round_trip(Codec::H265);
}
TEST(Depacketiser, AacComesBackAsItWasSent) {
  expect_round_trip(Codec::Aac);
}

TEST(Depacketiser, AggregatesAreTakenApart) {
  Feed feed(Codec::H264);
  auto units = feed.packet({24, 0, 2, 0x67, 1, 0, 2, 0x68, 2, 0, 3, 0x65, 0x88, 3}, 9, true);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].data, (Bytes{0, 0, 0, 2, 0x67, 1, 0, 0, 0, 2, 0x68, 2, 0, 0, 0, 3, 0x65, 0x88, 3}));
  EXPECT_TRUE(feed.packet({24, 0, 9, 0x67, 1}, 10, true).empty()) << "longer than the packet";
  EXPECT_EQ(feed.damaged(), 1u);
  Feed h265(Codec::H265);
  units = h265.packet({96, 1, 0, 3, 0x40, 1, 7, 0, 4, 0x26, 1, 0x80, 9}, 9, true);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].data, (Bytes{0, 0, 0, 3, 0x40, 1, 7, 0, 0, 0, 4, 0x26, 1, 0x80, 9}));
}

TEST(Depacketiser, FragmentsWithBothMarksAreWhole) {
  Feed feed(Codec::H265);
  auto units = feed.packet({49 << 1, 1, 0xc0 | 19, 0x80, 5}, 1, true);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].data, (Bytes{0, 0, 0, 4, 19 << 1, 1, 0x80, 5}));
}

TEST(Depacketiser, APictureWithAHoleIsLeftOutAndTheNextIsNot) {
  Feed feed(Codec::H264);
  EXPECT_TRUE(feed.packet({28, 0x85, 0x80, 1}, 1, false).empty());
  EXPECT_TRUE(feed.packet({28, 0x45, 3}, 1, true, true).empty());
  EXPECT_EQ(feed.damaged(), 1u);
  EXPECT_EQ(feed.packet({0x41, 0x80, 1}, 2, true).size(), 1u);
  // The beginning is missing.
  EXPECT_TRUE(feed.packet({28, 0x05, 3}, 3, false, true).empty());
  EXPECT_TRUE(feed.packet({28, 0x45, 3}, 3, true).empty());
  // A slice that is not the first of its picture.
  EXPECT_TRUE(feed.packet({0x41, 0x40, 1}, 4, true, true).empty());
  // The end is missing, with the marker; the next one is whole.
  EXPECT_TRUE(feed.packet({0x41, 0x80, 1}, 5, false).empty());
  auto units = feed.packet({0x41, 0x80, 2}, 6, true, true);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].timestamp, 6u);
  EXPECT_EQ(feed.damaged(), 4u);
}

TEST(Depacketiser, WithoutMarkersTheTimeStampEndsAPicture) {
  Feed feed(Codec::H264);
  EXPECT_TRUE(feed.packet({0x65, 0x80, 1}, 1, false).empty());
  auto units = feed.packet({0x41, 0x80, 2}, 2, false);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].timestamp, 1u);
}

TEST(Depacketiser, MarkersOnEverySliceAreNotBelievedForLong) {
  Feed feed(Codec::H264);
  std::size_t units = 0, whole = 0;
  for (std::uint32_t picture = 0; picture < 10; ++picture) {
    for (const std::uint8_t slice : std::array<std::uint8_t, 3>{0x80, 0x40, 0x20}) {
      for (const auto& unit : feed.packet({0x41, slice, 7}, picture * 3600, true)) {
        ++units;
        if (unit.data.size() == 3 * 7) ++whole;
      }
    }
  }
  EXPECT_EQ(units, 9u) << "a piece of the first, then every picture with the first packet of the next";
  EXPECT_EQ(whole, 8u);
}

TEST(Depacketiser, ParameterSetsWithAMarkerOfTheirOwnDoNoHarm) {
  Feed feed(Codec::H264);
  EXPECT_EQ(feed.packet({0x67, 1, 2}, 5, true).size(), 1u);
  EXPECT_EQ(feed.packet({0x68, 1, 2}, 5, true).size(), 1u);
  EXPECT_EQ(feed.packet({0x65, 0x80, 2}, 5, true).size(), 1u);
  EXPECT_EQ(feed.packet({0x41, 0x80, 2}, 6, true).size(), 1u);
  EXPECT_EQ(feed.damaged(), 0u);
}

TEST(Depacketiser, APictureWithoutEndIsBounded) {
  Feed feed(Codec::H264);
  Bytes part(60000, 1);
  part[0] = 28;
  part[1] = 0x85;
  for (int i = 0; i < 300; ++i) {
    EXPECT_TRUE(feed.packet(part, 1, false).empty());
    part[1] = 0x05;
  }
  EXPECT_TRUE(feed.packet({28, 0x45, 0}, 1, true).empty());
  EXPECT_EQ(feed.damaged(), 1u);
}

TEST(Depacketiser, AacUnitsOfOnePacketAreAFrameApart) {
  Feed feed(Codec::Aac);
  auto units = feed.packet({0, 32, 0, 2 << 3, 0, 1 << 3, 0xa, 0xb, 0xc}, 100, true);
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].data, (Bytes{0xa, 0xb}));
  EXPECT_EQ(units[1].data, (Bytes{0xc}));
  EXPECT_EQ(units[1].timestamp, 1124u);
  EXPECT_TRUE(feed.packet({0, 16, 0, 4 << 3, 1, 2}, 200, false).empty());
  units = feed.packet({0, 16, 0, 4 << 3, 3, 4}, 200, true);
  ASSERT_EQ(units.size(), 1u);
  EXPECT_EQ(units[0].data, (Bytes{1, 2, 3, 4}));
  for (const Bytes& bad : {Bytes{}, {0}, {0xff, 0xff, 1}, {0, 0, 1, 2}, {0, 16, 0, 0}}) {
    EXPECT_TRUE(feed.packet(bad, 300, true).empty());
  }
}

TEST(Depacketiser, JpegGetsItsHeadersBack) {
  media::SampleOptions options;
  options.codec = Codec::Mjpeg;
  options.frames = 1;
  auto sample = media::encode_sample(options);
  if (!sample.ok()) GTEST_SKIP() << sample.error().message;
  // The scan of a real picture, cut into packets as a camera does it; its own tables go along (Q 255).
  const auto& picture = sample->units.front().bytes;
  auto marker = [&](std::uint8_t kind, std::size_t from) {
    for (auto i = from; i + 1 < picture.size(); ++i) {
      if (picture[i] == 0xff && picture[i + 1] == kind) return i;
    }
    return picture.size();
  };
  const auto table = marker(0xdb, 0), scan = marker(0xda, 0), frame = marker(0xc0, 0);
  ASSERT_LT(scan, picture.size());
  ASSERT_LT(frame, picture.size());
  const std::uint8_t type = picture[frame + 11] == 0x22 ? 1 : 0;
  const auto begin = scan + 2 + static_cast<std::size_t>(picture[scan + 2] << 8 | picture[scan + 3]);
  Feed feed(Codec::Mjpeg);
  std::vector<Unit> units;
  for (std::size_t at = begin; at < picture.size(); at += 1000) {
    const auto offset = at - begin;
    Bytes payload = {0,
                     static_cast<std::uint8_t>(offset >> 16),
                     static_cast<std::uint8_t>(offset >> 8),
                     static_cast<std::uint8_t>(offset),
                     type,
                     255,
                     320 / 8,
                     240 / 8};
    if (offset == 0) {
      payload.insert(payload.end(), {0, 0, 0, 128});
      for (int i = 0; i < 2; ++i)
        payload.insert(payload.end(), picture.begin() + static_cast<std::ptrdiff_t>(table + 5),
                       picture.begin() + static_cast<std::ptrdiff_t>(table + 69));
    }
    const auto end = std::min(at + 1000, picture.size());
    payload.insert(payload.end(), picture.begin() + static_cast<std::ptrdiff_t>(at),
                   picture.begin() + static_cast<std::ptrdiff_t>(end));
    units = feed.packet(payload, 7, end == picture.size());
  }
  ASSERT_EQ(units.size(), 1u);
  auto seen = media::inspect_image(units[0].data);
  ASSERT_TRUE(seen.ok()) << seen.error().message;
  EXPECT_EQ(seen->width, 320);
  EXPECT_EQ(seen->height, 240);
  // Wrong offsets and unknown tables give nothing.
  EXPECT_TRUE(feed.packet({0, 0, 1, 0, 1, 255, 40, 30, 1, 2}, 8, true).empty());
  EXPECT_TRUE(feed.packet({0, 0, 0, 0, 1, 200, 40, 30, 0, 0, 0, 0, 1}, 9, true).empty());
  EXPECT_EQ(feed.packet({0, 0, 0, 0, 0, 50, 40, 30, 1}, 10, true).size(), 1u) << "tables of a quality by itself";
}

TEST(RtpPacket, PaddingAndExtensionAreTakenOff) {
  Bytes bytes = {0x90 | 0x20, 0xe0, 0, 5, 0, 0, 0, 9, 0, 0, 0, 7, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 'x', 'y', 0, 2};
  auto packet = parse_rtp(bytes);
  ASSERT_TRUE(packet.has_value());
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->payload_type, 96);
  EXPECT_EQ(packet->sequence, 5);
  EXPECT_EQ(packet->timestamp, 9u);
  EXPECT_EQ(packet->ssrc, 7u);
  EXPECT_EQ(Bytes(packet->payload.begin(), packet->payload.end()), (Bytes{'x', 'y'}));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    auto cut = parse_rtp(std::span(bytes).first(size));
    EXPECT_TRUE(!cut || cut->payload.size() <= size);
  }
  EXPECT_FALSE(parse_rtp(Bytes(12, 0)).has_value()) << "version 0";
  EXPECT_FALSE(parse_rtp(Bytes{0x8f, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}).has_value()) << "15 sources, none there";
}

}  // namespace
}  // namespace vigil::rtp
