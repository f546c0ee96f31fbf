#include "rtp/sdp.h"

#include <gtest/gtest.h>

#include "media/sample.h"
#include "media/sdp.h"

namespace vigil::rtp {
namespace {

using media::Codec;
using media::TrackKind;

TEST(Sdp, OurOwnDescriptionIsUnderstood) {
  media::SampleOptions options;
  options.annexb = false;
  options.frames = 1;
  auto sample = media::encode_sample(options);
  ASSERT_TRUE(sample.ok());
  auto params = std::make_shared<const media::CodecParams>(sample->params);
  std::vector<media::SdpTrack> tracks = {{params, 96, "trackID=0"}};
  auto parsed = parse_sdp(media::write_sdp({}, tracks));
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->media.size(), 1u);
  EXPECT_EQ(parsed->control, "*");
  const auto& video = parsed->media[0];
  EXPECT_EQ(video.params.codec, Codec::H264);
  EXPECT_EQ(video.control, "trackID=0");
  EXPECT_EQ(video.payload_type, 96);
  EXPECT_GT(video.params.extradata.size(), 20u);
  EXPECT_EQ(video.params.extradata[3], 1) << "Annex B";
}

TEST(Sdp, WhatCamerasGetWrongIsTaken) {
  auto parsed = parse_sdp(
      "v=0\n"
      "s=no origin line\n"
      " a=control:rtsp://h/base/ \n"
      "m=application 0 RTP/AVP 107\na=rtpmap:107 vnd.onvif.metadata/90000\na=control:meta\n"
      "m=VIDEO  0 RTP/AVP 35 97 \n"
      "a=rtpmap:35 H999/90000\n"
      "a=rtpmap:97   h264/90000   \n"
      "a=fmtp:97 packetization-mode=0; sprop-parameter-sets=!!!,AAAA,Z0IAH5WoFAFugIAAAAMAgAAAGUI= \n"
      "a=x-dimensions: 1280,720\n"
      "a=control: track1 \n"
      "m=audio 0 RTP/AVP 8\n"
      "m=audio 0 RTP/AVP 104\na=rtpmap:104 mpeg4-generic/16000/2\na=fmtp:104 "
      "streamtype=5;Config=1410;SizeLength=13;IndexLength=3\na=control:a2\n");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->control, "rtsp://h/base/");
  ASSERT_EQ(parsed->media.size(), 3u);
  const auto& video = parsed->media[0];
  EXPECT_EQ(video.params.codec, Codec::H264);
  EXPECT_EQ(video.payload_type, 97);
  EXPECT_EQ(video.control, "track1");
  EXPECT_EQ(video.params.width, 1280);
  const auto& g711 = parsed->media[1];
  EXPECT_EQ(g711.params.codec, Codec::Pcma);
  EXPECT_EQ(g711.params.sample_rate, 8000);
  EXPECT_EQ(g711.control, "");
  const auto& aac = parsed->media[2];
  EXPECT_EQ(aac.params.codec, Codec::Aac);
  EXPECT_EQ(aac.params.extradata, (std::vector<std::uint8_t>{0x14, 0x10}));
  EXPECT_EQ(aac.params.sample_rate, 16000);
  EXPECT_EQ(aac.index_delta_length, 3);
}

TEST(Sdp, NonsenseIsRefusedAndBounded) {
  EXPECT_FALSE(parse_sdp("").ok());
  EXPECT_FALSE(parse_sdp("v=0\r\nm=video\r\n").ok()) << "no payload type that says anything";
  std::string many = "v=0\n";
  for (int i = 0; i < 1000; ++i) many += "m=video 0 RTP/AVP 26\n";
  auto parsed = parse_sdp(many);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->media.size(), 16u);
  auto odd = parse_sdp("m=video 0 RTP/AVP 96 128 -5 x\na=rtpmap:96 H265\na=fmtp:96 sprop-vps=;=;;x\n");
  ASSERT_TRUE(odd.ok());
  EXPECT_EQ(odd->media[0].clock_rate, 90000);
}

TEST(Sdp, SoundInAVideoSectionIsNoVideo) {
  auto parsed = parse_sdp("m=video 0 RTP/AVP 0\n");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->media[0].params.codec, Codec::Other);
}

TEST(Sdp, ControlUrlsAreJoinedAsCamerasWantThem) {
  EXPECT_EQ(control_url("rtsp://h/cam", "trackID=0"), "rtsp://h/cam/trackID=0");
  EXPECT_EQ(control_url("rtsp://h/cam/", "trackID=0"), "rtsp://h/cam/trackID=0");
  EXPECT_EQ(control_url("rtsp://h/cam/", "/trackID=0"), "rtsp://h/cam/trackID=0");
  EXPECT_EQ(control_url("rtsp://h/cam", "?ctype=video"), "rtsp://h/cam?ctype=video");
  EXPECT_EQ(control_url("rtsp://h/cam?a=1", "trackID=0"), "rtsp://h/cam?a=1/trackID=0");
  EXPECT_EQ(control_url("rtsp://h/cam", "rtsp://10.0.0.1/x"), "rtsp://10.0.0.1/x");
  EXPECT_EQ(control_url("rtsp://h/cam/", "*"), "rtsp://h/cam/");
  EXPECT_EQ(control_url("rtsp://h/cam", ""), "rtsp://h/cam");
}

TEST(Sdp, ABackChannelIsNoSoundOfTheCamera) {
  const std::string video = "m=video 0 RTP/AVP 26\r\na=control:v\r\n";
  const std::string sound = "m=audio 0 RTP/AVP 0\r\na=control:a\r\n";
  const auto count = [](const std::string& text) { return parse_sdp("v=0\r\n" + text)->media.size(); };
  EXPECT_EQ(count(video + "a=recvonly\r\n" + sound + "a=recvonly\r\n" + sound + "a=sendonly\r\n"), 2u);
  EXPECT_EQ(count(video + "a=recvonly\r\n" + sound + "a=sendonly\r\n"), 1u);
  // A camera that calls what it sends so.
  EXPECT_EQ(count(video + "a=sendonly\r\n" + sound + "a=sendonly\r\n"), 2u);
  EXPECT_EQ(count(video + sound + "a=sendonly\r\n"), 2u);
}

}  // namespace
}  // namespace vigil::rtp
