#include "media/opus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "media/ffmpeg/av.h"
#include "media/sample.h"

namespace vigil::media {
namespace {

std::vector<Packet> tone(Codec codec, int frames) {
  auto made = sample_packets({.codec = codec, .frames = frames});
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return made.ok() ? std::move(*made) : std::vector<Packet>{};
}

std::unique_ptr<OpusTranscoder> transcoder() {
  auto made = make_opus_transcoder();
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return made.ok() ? std::move(*made) : nullptr;
}

std::vector<Packet> all(OpusTranscoder& opus, const std::vector<Packet>& packets) {
  std::vector<Packet> out;
  for (const auto& packet : packets) {
    auto made = opus.take(packet);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    if (!made.ok()) continue;
    out.insert(out.end(), made->begin(), made->end());
  }
  return out;
}

// What a listener hears: the first channel, at 48 kHz.
std::vector<float> heard(const std::vector<Packet>& packets) {
  ffmpeg::AvCodecContext context(avcodec_alloc_context3(avcodec_find_decoder_by_name("libopus")));
  context->sample_rate = 48000;
  context->request_sample_fmt = AV_SAMPLE_FMT_FLT;
  av_channel_layout_default(&context->ch_layout, packets.front().params->channels);
  EXPECT_EQ(avcodec_open2(context.get(), nullptr, nullptr), 0);
  std::vector<float> out;
  ffmpeg::AvPacket unit(av_packet_alloc());
  ffmpeg::AvFrame frame(av_frame_alloc());
  for (const auto& packet : packets) {
    EXPECT_EQ(av_new_packet(unit.get(), static_cast<int>(packet.data.size())), 0);
    std::copy_n(packet.data.data(), packet.data.size(), unit->data);
    EXPECT_EQ(avcodec_send_packet(context.get(), unit.get()), 0);
    while (avcodec_receive_frame(context.get(), frame.get()) == 0) {
      EXPECT_EQ(frame->nb_samples, 960);
      const auto* samples = reinterpret_cast<const float*>(frame->data[0]);
      const int step = frame->ch_layout.nb_channels;
      for (int i = 0; i < frame->nb_samples; ++i) out.push_back(samples[static_cast<std::ptrdiff_t>(i) * step]);
    }
    av_packet_unref(unit.get());
  }
  return out;
}

// Goertzel's algorithm: which share of the power is at that frequency.
double share_at(const std::vector<float>& samples, double frequency) {
  const double step = 2 * std::cos(2 * 3.14159265358979 * frequency / 48000);
  double before = 0, last = 0, power = 0;
  for (const float sample : samples) {
    const double next = sample + step * last - before;
    before = last;
    last = next;
    power += static_cast<double>(sample) * sample;
  }
  const auto count = static_cast<double>(samples.size());
  return 2 * (before * before + last * last - step * before * last) / (count * std::max(power, 1e-9));
}

void expect_steady(const std::vector<Packet>& packets) {
  for (std::size_t i = 1; i < packets.size(); ++i) EXPECT_EQ(packets[i].pts - packets[i - 1].pts, kOpusStep) << i;
}

TEST(Opus, TheToneIsHeardAsItWas) {
  for (const auto codec : {Codec::Aac, Codec::Flac, Codec::Pcmu, Codec::Pcma}) {
    SCOPED_TRACE(codec_name(codec));
    const auto in = tone(codec, codec == Codec::Flac ? 20 : 100);
    const auto out = all(*transcoder(), in);
    ASSERT_GT(out.size(), 50u);
    expect_steady(out);
    EXPECT_EQ(*out.front().params, opus_params(1));
    EXPECT_TRUE(std::all_of(out.begin(), out.end(), [&](const auto& p) { return p.params == out.front().params; }));
    auto samples = heard(out);
    samples.erase(samples.begin(), samples.begin() + 9600);  // until both codecs are in their stride
    EXPECT_GT(share_at(samples, 440), 0.9);
    EXPECT_LT(share_at(samples, 880), 0.05);
  }
}

TEST(Opus, ItStandsWhereTheSoundStood) {
  auto in = tone(Codec::Aac, 100);
  for (auto& packet : in) {
    packet.pts += std::chrono::hours(2);
    packet.dts = packet.pts;
  }
  const auto out = all(*transcoder(), in);
  ASSERT_FALSE(out.empty());
  EXPECT_LE(out.front().pts, in.front().pts);
  EXPECT_GT(out.front().pts, in.front().pts - kOpusStep) << "but for what the encoder looks ahead";
  const auto end = in.back().pts + Ticks(1920);
  EXPECT_GT(out.back().pts + 3 * kOpusStep, end) << "but for a frame that is not full";
  EXPECT_LE(out.back().pts, end);
  EXPECT_TRUE(out.front().discontinuity);
  EXPECT_FALSE(out.back().discontinuity);
  EXPECT_TRUE(out.back().key);
  EXPECT_EQ(out.front().received, in.front().received);
}

TEST(Opus, AGapStaysAGap) {
  auto in = tone(Codec::Aac, 100);
  for (std::size_t i = 50; i < in.size(); ++i) in[i].pts += std::chrono::seconds(3);
  const auto out = all(*transcoder(), in);
  const auto jump = std::adjacent_find(out.begin(), out.end(),
                                       [](const auto& a, const auto& b) { return b.pts - a.pts > 2 * kOpusStep; });
  ASSERT_NE(jump, out.end());
  EXPECT_LE((jump + 1)->pts, in[50].pts);
  EXPECT_GT((jump + 1)->pts, in[50].pts - kOpusStep);
  EXPECT_FALSE((jump + 1)->discontinuity);
}

TEST(Opus, AClockThatRunsFasterOrSlowerIsFollowedWithoutAJump) {
  for (const double speed : {1.003, 0.997}) {
    SCOPED_TRACE(speed);
    auto in = tone(Codec::Aac, 2800);  // a minute: 180 ms apart in the end
    const auto first = in.front().pts;
    for (auto& packet : in) {
      packet.pts = first + Ticks(std::llround(static_cast<double>((packet.pts - first).count()) * speed));
    }
    const auto out = all(*transcoder(), in);
    expect_steady(out);
    EXPECT_LT(std::chrono::abs(out.back().pts - in.back().pts), Ticks(std::chrono::milliseconds(80)));
    auto samples = heard(out);
    samples.erase(samples.begin(), samples.end() - 48000);
    EXPECT_GT(share_at(samples, 440 / speed) + share_at(samples, 440), 0.5) << "a little higher or lower";
  }
}

TEST(Opus, TimeGoesBackOnlyWhenItIsSaid) {
  const auto in = tone(Codec::Aac, 60);
  const auto opus = transcoder();
  const auto first = all(*opus, in);
  ASSERT_FALSE(first.empty());
  auto again = in;
  for (auto& packet : again) packet.discontinuity = false;
  const auto held = all(*opus, again);
  for (const auto& packet : held) EXPECT_GT(packet.pts, first.back().pts);
  again.front().discontinuity = true;
  const auto told = all(*opus, again);
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(told.front().discontinuity);
  EXPECT_LE(told.front().pts, in.front().pts);
}

TEST(Opus, OtherParametersAreFollowed) {
  const auto opus = transcoder();
  auto in = tone(Codec::Aac, 50), later = tone(Codec::Pcma, 100);
  ASSERT_FALSE(all(*opus, in).empty());
  for (auto& packet : later) packet.pts += in.back().pts + Ticks(1920);
  later.front().discontinuity = false;
  const auto out = all(*opus, later);
  ASSERT_GT(out.size(), 50u);
  auto samples = heard(out);
  samples.erase(samples.begin(), samples.begin() + 9600);
  EXPECT_GT(share_at(samples, 440), 0.9);
}

TEST(Opus, BrokenSoundCostsItselfOnly) {
  const auto opus = transcoder();
  auto in = tone(Codec::Aac, 60);
  in[20].data = SharedBytes(std::vector<std::uint8_t>(in[20].data.size(), 0xff));
  std::size_t failed = 0, made = 0;
  for (const auto& packet : in) {
    auto out = opus->take(packet);
    if (out.ok()) {
      made += out->size();
    } else {
      ++failed;
      EXPECT_EQ(out.error().kind, ErrorKind::DataLoss);
    }
  }
  EXPECT_LE(failed, 2u);
  EXPECT_GT(made, 55u);
}

TEST(Opus, AfterAnInterruptionItBeginsAnew) {
  const auto opus = transcoder();
  auto in = tone(Codec::Aac, 60);
  ASSERT_FALSE(all(*opus, {in.begin(), in.begin() + 20}).empty());
  opus->interrupt();
  const auto out = all(*opus, {in.begin() + 30, in.end()});
  ASSERT_FALSE(out.empty());
  EXPECT_GT(out.front().pts, in[30].pts - kOpusStep);
  EXPECT_LE(out.front().pts, in[30].pts);
}

TEST(Opus, WhatIsNoSoundIsRefused) {
  EXPECT_FALSE(can_become_opus(opus_params(1)));
  EXPECT_FALSE(can_become_opus({.codec = Codec::H264}));
  const auto opus = transcoder();
  const auto video = tone(Codec::H264, 1);
  EXPECT_EQ(opus->take(video.front()).error().kind, ErrorKind::InvalidArgument);
  EXPECT_EQ(opus->take(tone(Codec::Opus, 1).front()).error().kind, ErrorKind::InvalidArgument);
  ASSERT_FALSE(all(*opus, tone(Codec::Aac, 20)).empty());
}

}  // namespace
}  // namespace vigil::media
