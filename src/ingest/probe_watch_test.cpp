#include "ingest/probe_watch.h"

#include <gmock/gmock.h>

namespace vigil::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

media::ParamsPtr params_of(media::Codec codec, int width = 1280, int height = 720) {
  media::CodecParams params;
  params.codec = codec;
  params.width = width;
  params.height = height;
  if (codec == media::Codec::Aac) {
    params.kind = media::TrackKind::Audio;
    params.sample_rate = 48000;
    params.channels = 2;
  }
  return std::make_shared<const media::CodecParams>(params);
}

// A camera's stream of `seconds`: 25 pictures a second of 1000 bytes, a key frame every `gop` pictures, whose time
// stamps run at `speed`.
ProbeWatch watch(media::ParamsPtr params, double seconds, int gop, double speed = 1.0) {
  ProbeWatch measured(SourceInfo{"tcp", {params}});
  SteadyTime start{};
  for (int i = 0; i <= static_cast<int>(seconds * 25); ++i) {
    media::Packet packet;
    packet.dts = packet.pts = Ticks(static_cast<std::int64_t>(i * 3600 * speed));
    packet.key = i % gop == 0;
    packet.params = params;
    packet.data = media::SharedBytes(std::vector<std::uint8_t>(1000));
    measured.add(packet, start + std::chrono::milliseconds(40 * i));
  }
  return measured;
}

TEST(ProbeWatch, MeasuresFrameRateKeyFramesAndBitRate) {
  auto measured = watch(params_of(media::Codec::H264), 3, 50);
  ASSERT_EQ(measured.tracks().size(), 1u);
  auto track = measured.tracks()[0];
  EXPECT_EQ(track.kind, "video");
  EXPECT_EQ(track.codec, "h264");
  EXPECT_EQ(track.width, 1280);
  EXPECT_DOUBLE_EQ(track.fps, 25);
  EXPECT_DOUBLE_EQ(track.gop_seconds, 2);
  EXPECT_DOUBLE_EQ(measured.bits_per_second(), 200000);
  EXPECT_THAT(measured.advice(model::Transport::Auto, "tcp"), IsEmpty());
}

TEST(ProbeWatch, ListsAnnouncedTracksThatStayedSilent) {
  ProbeWatch measured(SourceInfo{"tcp", {params_of(media::Codec::H264), params_of(media::Codec::Aac)}});
  ASSERT_EQ(measured.tracks().size(), 2u);
  EXPECT_EQ(measured.tracks()[1].kind, "audio");
  EXPECT_EQ(measured.tracks()[1].sample_rate, 48000);
  EXPECT_EQ(measured.bits_per_second(), 0);
}

TEST(ProbeWatch, AdvisesAboutRareKeyFrames) {
  EXPECT_THAT(watch(params_of(media::Codec::H264), 6, 125).advice(model::Transport::Auto, "tcp"),
              ElementsAre(HasSubstr("key frames come every 5 s")));
  EXPECT_THAT(watch(params_of(media::Codec::H264), 3, 250).advice(model::Transport::Auto, "tcp"),
              ElementsAre(HasSubstr("fewer than two key frames came in 3 s")));
  EXPECT_THAT(watch(params_of(media::Codec::H264), 1, 250).advice(model::Transport::Auto, "tcp"), IsEmpty());
  EXPECT_THAT(watch(params_of(media::Codec::Mjpeg), 3, 1).advice(model::Transport::Auto, ""), IsEmpty());
}

TEST(ProbeWatch, AdvisesAboutTransportSizeAndCodec) {
  EXPECT_THAT(watch(params_of(media::Codec::H264), 3, 25).advice(model::Transport::Auto, "udp"),
              ElementsAre(HasSubstr("UDP only")));
  EXPECT_THAT(watch(params_of(media::Codec::H264), 3, 25).advice(model::Transport::Udp, "udp"), IsEmpty());
  EXPECT_THAT(watch(params_of(media::Codec::H264), 3, 25).advice(model::Transport::Udp, "tcp"),
              ElementsAre(HasSubstr("nothing came over UDP")));
  EXPECT_THAT(watch(params_of(media::Codec::H265, 3840, 2160), 3, 25).advice(model::Transport::Auto, "tcp"),
              ElementsAre(HasSubstr("H.265"), HasSubstr("3840 x 2160")));
}

TEST(ProbeWatch, AdvisesAboutAClockThatRunsWrong) {
  EXPECT_THAT(watch(params_of(media::Codec::H264), 3, 25, 0.5).advice(model::Transport::Auto, "tcp"),
              ElementsAre(HasSubstr("50 % of real time")));
  EXPECT_THAT(watch(params_of(media::Codec::H264), 3, 25, 1.1).advice(model::Transport::Auto, "tcp"), IsEmpty());
}

}  // namespace
}  // namespace vigil::ingest
