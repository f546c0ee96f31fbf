#include "live/webrtc/negotiation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live/webrtc.h"
#include "live/webrtc/offer_fake.h"

namespace vigil::live::webrtc {
namespace {

using media::Codec;
using testing::HasSubstr;
using testing::Not;

media::ParamsPtr video(Codec codec, std::uint8_t profile = 0x42, std::uint8_t constraints = 0xe0, int reorder = 0) {
  media::CodecParams params;
  params.codec = codec;
  params.extradata = codec == Codec::H264 ? std::vector<std::uint8_t>{1, profile, constraints, 30}
                                          : std::vector<std::uint8_t>(23, profile);
  params.reorder_depth = reorder;
  return std::make_shared<const media::CodecParams>(params);
}

media::ParamsPtr audio(Codec codec, int rate, int channels = 1) {
  media::CodecParams params;
  params.kind = media::TrackKind::Audio;
  params.codec = codec;
  params.sample_rate = rate;
  params.channels = channels;
  return std::make_shared<const media::CodecParams>(params);
}

Offer offer_of(const std::string& text) {
  auto offer = parse_offer(text);
  EXPECT_TRUE(offer.ok()) << (offer.ok() ? "" : offer.error().message);
  return offer.ok() ? *offer : Offer{};
}

std::string without(std::string text, const std::string& what) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what)) text.erase(at, what.size());
  return text;
}

TEST(SdpOffer, ABrowsersOfferIsUnderstood) {
  const auto offer = offer_of(browser_offer());
  ASSERT_EQ(offer.sections.size(), 2u);
  EXPECT_EQ(offer.bundle, (std::vector<std::string>{"0", "1"}));
  const auto& section = offer.sections[0];
  EXPECT_EQ(section.kind, "video");
  EXPECT_EQ(section.ufrag, "clnt");
  EXPECT_EQ(section.setup, "actpass");
  EXPECT_TRUE(section.wants_media && section.rtcp_mux && !section.off);
  ASSERT_EQ(section.formats.size(), 9u);
  EXPECT_EQ(section.formats[1].encoding, "h264");
  EXPECT_EQ(section.formats[1].parameter("profile-level-id"), "42001f");
  EXPECT_TRUE(section.formats[1].nack && section.formats[1].pli && section.formats[1].fir);
  EXPECT_EQ(section.extensions.at(5), "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay");
  EXPECT_EQ(offer.sections[1].formats[0].channels, 2);
}

TEST(SdpOffer, WhatIsNoOfferSaysWhichLine) {
  EXPECT_EQ(parse_offer("").error().kind, ErrorKind::MalformedRequest);
  EXPECT_THAT(parse_offer("hello\r\n").error().message, HasSubstr("line 1"));
  EXPECT_THAT(parse_offer("v=0\r\nm=video x\r\n").error().message, HasSubstr("line 2"));
  EXPECT_FALSE(parse_offer("v=0\r\ns=-\r\n").ok());
  EXPECT_EQ(parse_offer(std::string(70000, 'a')).error().kind, ErrorKind::PayloadTooLarge);
  EXPECT_FALSE(parse_offer("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 \x01/90000\r\n").ok());
}

TEST(SdpOffer, NumbersOfEverythingAreBounded) {
  std::string sections = "v=0\r\n", formats = "v=0\r\nm=video 9 X", names = "v=0\r\nm=video 9 X 96\r\na=fmtp:96 a=1";
  for (int i = 0; i < 17; ++i) sections += "m=video 9 X 96\r\n";
  for (int i = 0; i < 65; ++i) formats += " 96";
  for (int i = 0; i < 41; ++i) names += ";n" + std::to_string(i) + "=1";
  EXPECT_FALSE(parse_offer(sections).ok());
  EXPECT_FALSE(parse_offer(formats).ok());
  EXPECT_FALSE(parse_offer(names).ok());
}

TEST(Negotiation, TheNearestH264ProfileIsChosen) {
  const auto offer = offer_of(browser_offer());
  auto chosen = [&](std::uint8_t profile, std::uint8_t constraints) {
    auto agreed = negotiate(offer, {{0, video(Codec::H264, profile, constraints)}});
    EXPECT_TRUE(agreed.ok());
    return agreed.ok() ? agreed->video->format.parameter("profile-level-id") : "";
  };
  EXPECT_EQ(chosen(0x42, 0xe0), "42e01f");
  EXPECT_EQ(chosen(0x42, 0x00), "42001f");
  EXPECT_EQ(chosen(0x4d, 0x40), "4d001f");
  EXPECT_EQ(chosen(0x64, 0x00), "f4001f") << "the profile above decodes High too";
  EXPECT_EQ(chosen(0x58, 0x00), "42e01f") << "the guess that works";
}

TEST(Negotiation, RetransmissionAndPlayoutDelayAreTakenWhereTheyAreOffered) {
  const auto offer = offer_of(browser_offer());
  auto agreed = negotiate(offer, {{0, video(Codec::H264, 0x42, 0x00)}, {1, audio(Codec::Pcma, 8000)}});
  ASSERT_TRUE(agreed.ok());
  EXPECT_EQ(agreed->video->rtx, 104);
  EXPECT_EQ(agreed->video->playout_delay, 5);
  ASSERT_TRUE(agreed->audio);
  EXPECT_EQ(agreed->audio->format.payload_type, 8);
  EXPECT_FALSE(agreed->audio->rtx);
  EXPECT_EQ(agreed->ufrag, "clnt");
  EXPECT_EQ(to_text(agreed->fingerprint), kFakeFingerprint);
}

TEST(Negotiation, StreamsThatWebRtcCannotCarrySayWhy) {
  const auto offer = offer_of(browser_offer());
  auto why = [&](const std::map<int, media::ParamsPtr>& tracks) { return negotiate(offer, tracks).error().code; };
  EXPECT_EQ(why({{0, video(Codec::H264, 0x4d, 0, 2)}}), "webrtc.b_frames");
  EXPECT_EQ(why({{0, video(Codec::H265, 1)}}), "webrtc.codec");
  EXPECT_EQ(why({{0, video(Codec::Mjpeg)}}), "webrtc.no_track");
  EXPECT_EQ(why({}), "webrtc.no_track");
}

TEST(Negotiation, WhatGoesOutIsKnownBeforeThereIsAnOffer) {
  EXPECT_TRUE(carries(*video(Codec::H264)));
  EXPECT_TRUE(carries(*video(Codec::H265, 1)));
  EXPECT_FALSE(carries(*video(Codec::H264, 0x4d, 0, 2)));
  EXPECT_FALSE(carries(*video(Codec::Mjpeg)));
  EXPECT_TRUE(carries(*audio(Codec::Opus, 48000, 2)));
  EXPECT_TRUE(carries(*audio(Codec::Pcma, 8000)));
  EXPECT_FALSE(carries(*audio(Codec::Pcma, 16000)));
  EXPECT_FALSE(carries(*audio(Codec::Aac, 48000)));
}

TEST(Negotiation, H265NeedsTheStreamsProfile) {
  const auto codecs =
      std::string("a=rtpmap:49 H265/90000\r\na=fmtp:49 level-id=180;profile-id=1;tier-flag=0;tx-mode=SRST\r\n");
  const auto offer = offer_of(browser_offer(codecs));
  auto agreed = negotiate(offer, {{0, video(Codec::H265, 1)}});
  ASSERT_TRUE(agreed.ok());
  EXPECT_EQ(agreed->video->format.payload_type, 49);
  EXPECT_EQ(negotiate(offer, {{0, video(Codec::H265, 2)}}).error().code, "webrtc.codec");
}

TEST(Negotiation, SoundThatDoesNotFitDoesNotCostThePicture) {
  const auto offer = offer_of(browser_offer());
  auto agreed = negotiate(offer, {{0, video(Codec::H264)}, {1, audio(Codec::Aac, 48000)}});
  ASSERT_TRUE(agreed.ok());
  EXPECT_FALSE(agreed->audio);
  EXPECT_THAT(agreed->why_no_audio, HasSubstr("aac"));
  agreed = negotiate(offer, {{0, video(Codec::H264)}, {1, audio(Codec::Pcmu, 16000)}});
  ASSERT_TRUE(agreed.ok());
  EXPECT_FALSE(agreed->audio);
  agreed = negotiate(offer, {{1, audio(Codec::Opus, 48000, 2)}});
  ASSERT_TRUE(agreed.ok());
  EXPECT_FALSE(agreed->video);
  EXPECT_EQ(agreed->audio->format.payload_type, 111);
}

TEST(Negotiation, OffersThatCannotBeAnsweredAreRefused) {
  const std::map<int, media::ParamsPtr> tracks = {{0, video(Codec::H264)}};
  auto why = [&](const std::string& text) {
    auto agreed = negotiate(offer_of(text), tracks);
    EXPECT_FALSE(agreed.ok());
    return agreed.ok() ? "" : agreed.error().code;
  };
  EXPECT_EQ(why(without(browser_offer(), "a=ice-pwd:clientpasswordclientpass\r\n")), "webrtc.offer");
  EXPECT_EQ(why(without(browser_offer(), "a=fingerprint:" + kFakeFingerprint + "\r\n")), "webrtc.offer");
  EXPECT_EQ(why(without(browser_offer(), "a=rtcp-mux\r\n")), "webrtc.offer");
  EXPECT_EQ(why(without(browser_offer(), "a=group:BUNDLE 0 1\r\n")), "webrtc.offer");
  EXPECT_EQ(why(browser_offer("", "sha-1 AA:BB")), "webrtc.offer");
  EXPECT_EQ(why("v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"), "webrtc.offer");
}

TEST(SdpAnswer, SaysWhatIsSentAndWhere) {
  const auto offer = offer_of(browser_offer() + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n");
  auto agreed = negotiate(offer, {{0, video(Codec::H264, 0x42, 0)}, {1, audio(Codec::Opus, 48000, 2)}});
  ASSERT_TRUE(agreed.ok());
  agreed->video->ssrc = 1111;
  agreed->video->rtx_ssrc = 2222;
  agreed->audio->ssrc = 3333;
  Local local;
  local.ufrag = "ours";
  local.password = "ourpasswordourpassword";
  local.fingerprint = "sha-256 00:11";
  local.cname = "vigil";
  local.udp = {*parse_endpoint("192.0.2.1", 8189), *parse_endpoint("2001:db8::1", 8189)};
  local.tcp = {*parse_endpoint("192.0.2.1", 8189)};
  const auto answer = write_answer(offer, *agreed, local);
  EXPECT_THAT(answer, HasSubstr("a=ice-lite\r\n"));
  EXPECT_THAT(answer, HasSubstr("a=group:BUNDLE 0 1\r\n"));
  EXPECT_THAT(answer, HasSubstr("m=video 9 UDP/TLS/RTP/SAVPF 103 104\r\n"));
  EXPECT_THAT(answer, HasSubstr("a=ssrc-group:FID 1111 2222\r\n"));
  EXPECT_THAT(answer, HasSubstr("a=rtpmap:103 H264/90000\r\n"));
  EXPECT_THAT(answer,
              HasSubstr("a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f\r\n"));
  EXPECT_THAT(answer, HasSubstr("a=fmtp:104 apt=103\r\n"));
  EXPECT_THAT(answer, HasSubstr("a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n"));
  EXPECT_THAT(answer, HasSubstr("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"));
  EXPECT_THAT(answer, HasSubstr("a=rtpmap:111 opus/48000/2\r\n"));
  EXPECT_THAT(answer, HasSubstr("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
  EXPECT_THAT(answer, HasSubstr("a=setup:passive\r\n"));
  EXPECT_THAT(answer, HasSubstr(" udp 2130706431 192.0.2.1 8189 typ host\r\n"));
  EXPECT_THAT(answer, HasSubstr(" 2001:db8::1 8189 typ host\r\n"));
  EXPECT_THAT(answer, HasSubstr("typ host tcptype passive\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("recvonly")));
}

}  // namespace
}  // namespace vigil::live::webrtc
