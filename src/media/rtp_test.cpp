#include "media/rtp.h"

#include <gtest/gtest.h>

#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"
#include "media/sample.h"
#include "media/sdp.h"

namespace vigil::media {
namespace {

using Data = std::vector<std::uint8_t>;

std::vector<Packet> packets(const SampleOptions& options) {
  auto made = sample_packets(options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return made.ok() ? *made : std::vector<Packet>{};
}

Packet packet_of(Codec codec, Data data, int rate = 0, int channels = 0) {
  auto params = std::make_shared<CodecParams>();
  params->codec = codec;
  params->kind = rate > 0 ? TrackKind::Audio : TrackKind::Video;
  params->sample_rate = rate;
  params->channels = channels;
  Packet packet;
  packet.params = params;
  packet.data = SharedBytes(std::move(data));
  return packet;
}

// Puts the NAL units of one access unit together again, as a receiver would (RFC 6184, 5; RFC 7798, 4.4).
std::vector<Data> reassembled(Codec codec, const std::vector<RtpPacket>& rtp) {
  const bool h264 = codec == Codec::H264;
  const std::size_t head = h264 ? 1 : 2;
  std::vector<Data> nals;
  for (const auto& packet : rtp) {
    auto payload = Bytes(packet.bytes).subspan(kRtpHeaderSize);
    const bool fragment = h264 ? (payload[0] & 0x1f) == 28 : (payload[0] >> 1 & 0x3f) == 49;
    if (!fragment) {
      nals.emplace_back(payload.begin(), payload.end());
      continue;
    }
    const auto fu = payload[head];
    if ((fu & 0x80) != 0) {
      if (h264) {
        nals.push_back({static_cast<std::uint8_t>((payload[0] & 0xe0) | (fu & 0x1f))});
      } else {
        nals.push_back({static_cast<std::uint8_t>((payload[0] & 0x81) | (fu & 0x3f) << 1), payload[1]});
      }
    }
    auto body = payload.subspan(head + 1);
    nals.back().insert(nals.back().end(), body.begin(), body.end());
  }
  return nals;
}

TEST(Rtp, VideoComesOutAsItWentInWithParameterSetsBeforeKeyFrames) {
  for (auto codec : {Codec::H264, Codec::H265}) {
    RtpPacketiser sender({.payload_type = 97, .ssrc = 0x01020304, .first_sequence = 65534, .max_packet = 200});
    std::uint16_t sequence = 65534;
    for (const auto& packet : packets({.codec = codec, .frames = 6, .key_interval = 3})) {
      auto rtp = sender.packetise(packet);
      ASSERT_TRUE(rtp.ok());
      for (std::size_t i = 0; i < rtp->size(); ++i) {
        const auto& bytes = (*rtp)[i].bytes;
        EXPECT_LE(bytes.size(), 200u);
        EXPECT_EQ(bytes[0], 0x80);
        EXPECT_EQ(bytes[1] & 0x7f, 97);
        EXPECT_EQ((bytes[1] & 0x80) != 0, i + 1 == rtp->size()) << "marker";
        EXPECT_EQ(bytes[2] << 8 | bytes[3], sequence++);
        EXPECT_EQ((*rtp)[i].timestamp, static_cast<std::uint32_t>(packet.pts.count()));
      }
      auto nals = reassembled(codec, *rtp);
      std::vector<Bytes> expected;
      if (packet.key && codec == Codec::H264) expected = h264::parse_avcc(packet.params->extradata)->nals;
      if (packet.key && codec == Codec::H265) expected = h265::parse_hvcc(packet.params->extradata)->nals;
      ASSERT_TRUE(split_length_prefixed(packet.data.view(), 4, expected));
      ASSERT_EQ(nals.size(), expected.size());
      for (std::size_t i = 0; i < nals.size(); ++i)
        EXPECT_TRUE(std::equal(nals[i].begin(), nals[i].end(), expected[i].begin(), expected[i].end()));
    }
    EXPECT_EQ(sender.next_sequence(), sequence);
  }
}

TEST(Rtp, TimeStampsUseTheClockOfTheTrackAndWrapAround) {
  RtpPacketiser sender({.timestamp_offset = 0xffffffff});
  auto packet = packet_of(Codec::Aac, {1, 2, 3}, 48000, 2);
  packet.pts = std::chrono::seconds(3600LL * 24 * 365 * 50);
  auto rtp = sender.packetise(packet);
  ASSERT_TRUE(rtp.ok());
  EXPECT_EQ(rtp->front().timestamp, static_cast<std::uint32_t>(3600ull * 24 * 365 * 50 * 48000 - 1));
}

TEST(Rtp, AacCarriesItsSizeInEveryPiece) {
  RtpPacketiser sender({.max_packet = 64});
  auto rtp = sender.packetise(packet_of(Codec::Aac, Data(100, 7), 16000, 1));
  ASSERT_TRUE(rtp.ok());
  ASSERT_EQ(rtp->size(), 3u);
  for (const auto& packet : *rtp) {
    EXPECT_EQ(packet.bytes[12] << 8 | packet.bytes[13], 16);
    EXPECT_EQ((packet.bytes[14] << 8 | packet.bytes[15]) >> 3, 100);
    EXPECT_EQ(packet.timestamp, rtp->front().timestamp);
  }
  EXPECT_FALSE(rtp->front().marker);
  EXPECT_TRUE(rtp->back().marker);
  EXPECT_FALSE(sender.packetise(packet_of(Codec::Aac, Data(9000, 7), 16000, 1)).ok());
}

TEST(Rtp, G711TimesAdvanceWithTheSamples) {
  RtpPacketiser sender({.payload_type = 0, .max_packet = 92});
  auto rtp = sender.packetise(packet_of(Codec::Pcmu, Data(200, 7), 8000, 1));
  ASSERT_TRUE(rtp.ok());
  ASSERT_EQ(rtp->size(), 3u);
  EXPECT_EQ((*rtp)[1].timestamp - (*rtp)[0].timestamp, 80u);
  EXPECT_EQ((*rtp)[2].bytes.size(), kRtpHeaderSize + 40);
}

TEST(Rtp, WhatItCannotSendIsSaid) {
  RtpPacketiser sender({});
  auto foreign = sender.packetise(packet_of(Codec::Mjpeg, {1}));
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().kind, ErrorKind::InvalidArgument);
  for (const Data& broken : {Data{}, Data{0, 0, 0, 9, 1}, Data{0, 0, 1, 0x65, 0x88}}) {
    auto out = sender.packetise(packet_of(Codec::H264, broken));
    ASSERT_FALSE(out.ok());
    EXPECT_EQ(out.error().kind, ErrorKind::DataLoss);
  }
}

TEST(Rtp, SenderReportTellsBothClocks) {
  RtpPacketiser sender({.ssrc = 0x0a0b0c0d});
  ASSERT_TRUE(sender.packetise(packet_of(Codec::Pcma, Data(10, 1), 8000, 1)).ok());
  auto report = rtcp_sender_report(sender, 0x11223344, WallTime(std::chrono::milliseconds(1500)));
  ASSERT_EQ(report.size(), 28u + 16u);
  EXPECT_EQ((Data(report.begin(), report.begin() + 28)),
            (Data{0x80, 200, 0,    6,    0x0a, 0x0b, 0x0c, 0x0d, 0x83, 0xaa, 0x7e, 0x81, 0x80, 0,
                  0,    0,   0x11, 0x22, 0x33, 0x44, 0,    0,    0,    1,    0,    0,    0,    10}));
  EXPECT_EQ(report[29], 202);
  EXPECT_EQ(report[31], 3) << "length in words, less one";
}

TEST(Sdp, DescribesEveryTrackAndNothingElse) {
  auto video = packets({.frames = 1}), sound = packets({.codec = Codec::Aac, .frames = 2});
  auto foreign = std::make_shared<CodecParams>();
  foreign->codec = Codec::Mjpeg;
  const SdpTrack tracks[] = {
      {video[0].params, 96, "trackID=0"}, {foreign, 97, "x"}, {sound[0].params, 98, "trackID=1"}};
  auto text = write_sdp({}, tracks);
  EXPECT_NE(text.find("m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find(";sprop-parameter-sets=Z"), std::string::npos);
  EXPECT_NE(text.find("a=rtpmap:98 MPEG4-GENERIC/48000/1\r\n"), std::string::npos);
  EXPECT_NE(text.find("config=1188"), std::string::npos) << text;
  EXPECT_EQ(text.find("RTP/AVP 97"), std::string::npos);
  EXPECT_EQ(write_sdp_without_parameter_sets({}, tracks).find("sprop-parameter-sets"), std::string::npos);
}

TEST(Sdp, ForeignTextCannotBeginALine) {
  auto video = packets({.frames = 1});
  const SdpTrack tracks[] = {{video[0].params, 96, "a\r\nm=evil"}};
  auto text = write_sdp({.name = "x\nm=evil", .origin_address = "1.2.3.4\r\nm=evil"}, tracks);
  EXPECT_EQ(text.find("\nm=evil"), std::string::npos);
}

}  // namespace
}  // namespace vigil::media
