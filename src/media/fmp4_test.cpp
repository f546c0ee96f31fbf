#include "media/fmp4.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "media/demuxer.h"
#include "media/h264.h"
#include "media/sample.h"

namespace vigil::media {
namespace {

std::vector<PacketPtr> packets(const SampleOptions& options, int track) {
  auto made = sample_packets(options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  std::vector<PacketPtr> out;
  if (!made.ok()) return out;
  for (auto& packet : *made) {
    packet.track = track;
    packet.params = made->front().params;
    out.push_back(std::make_shared<const Packet>(packet));
  }
  return out;
}

// Decode times from zero, as the fragments are to have them; each packet lasts until the next.
std::vector<fmp4::Sample> samples(const std::vector<PacketPtr>& from) {
  std::vector<fmp4::Sample> out;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto last = i + 1 == from.size();
    out.push_back(
        {from[i], last ? (i > 0 ? from[i]->dts - from[i - 1]->dts : Ticks(3600)) : from[i + 1]->dts - from[i]->dts});
  }
  return out;
}

// A file of an init segment and of fragments of `step` video samples each, with the sound that belongs to them.
std::string write(const std::vector<PacketPtr>& video, const std::vector<PacketPtr>& audio, std::size_t step) {
  std::vector<ParamsPtr> tracks = {video.front()->params};
  if (!audio.empty()) tracks.push_back(audio.front()->params);
  auto init = fmp4::init_segment(tracks);
  EXPECT_TRUE(init.ok()) << (init.ok() ? "" : init.error().message);
  const auto path = testing::TempDir() + "vigil-fmp4-" + std::to_string(::getpid()) + ".mp4";
  std::ofstream file(path, std::ios::binary);
  auto put = [&](std::span<const std::uint8_t> bytes) {
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  };
  put(*init);
  const auto pictures = samples(video), sounds = samples(audio);
  const Ticks zero = video.front()->dts;
  std::size_t heard = 0;
  for (std::size_t i = 0; i < pictures.size(); i += step) {
    const auto end = std::min(i + step, pictures.size());
    fmp4::Run picture{1,
                      true,
                      video[i]->dts - zero,
                      {pictures.begin() + static_cast<long>(i), pictures.begin() + static_cast<long>(end)}};
    fmp4::Run sound{2, false, Ticks(0), {}};
    const auto until = end == pictures.size() ? Ticks::max() : video[end]->dts - zero;
    if (heard < sounds.size()) sound.start = audio[heard]->dts - audio.front()->dts;
    for (; heard < sounds.size() && audio[heard]->dts - audio.front()->dts < until; ++heard)
      sound.samples.push_back(sounds[heard]);
    for (const auto& piece : fmp4::fragment(static_cast<std::uint32_t>(i / step + 1), std::vector{picture, sound}))
      put(piece.view());
  }
  return path;
}

struct Read {
  std::vector<ParamsPtr> tracks;
  std::map<int, std::vector<Packet>> packets;
};

Read read(const std::string& path) {
  DemuxOptions options;
  options.url = Secret(path);
  options.format_whitelist = {"mov", "mp4"};
  options.protocol_whitelist = {"file"};
  options.live = false;
  auto demuxer = make_demuxer(std::move(options));
  Read out;
  auto tracks = demuxer->open();
  EXPECT_TRUE(tracks.ok()) << (tracks.ok() ? "" : tracks.error().message);
  if (!tracks.ok()) return out;
  out.tracks = tracks.value();
  for (;;) {
    auto packet = demuxer->read();
    if (!packet.ok()) {
      EXPECT_EQ(packet.error().fault, DemuxFault::End) << packet.error().message;
      return out;
    }
    out.packets[packet.value().track].push_back(std::move(packet.value()));
  }
}

void expect_same(const std::vector<PacketPtr>& put, const std::vector<Packet>& got) {
  ASSERT_EQ(got.size(), put.size());
  for (std::size_t i = 0; i < put.size(); ++i) {
    EXPECT_EQ(got[i].dts, put[i]->dts - put.front()->dts) << i;
    EXPECT_EQ(got[i].pts - got[i].dts, put[i]->pts - put[i]->dts) << i;
    EXPECT_EQ(got[i].key, put[i]->key) << i;
    EXPECT_TRUE(std::ranges::equal(got[i].data.view(), put[i]->data.view())) << i;
  }
}

void round_trip(const SampleOptions& picture, std::optional<Codec> sound, std::size_t step) {
  auto video = packets(picture, 0);
  std::vector<PacketPtr> audio;
  if (sound) audio = packets({.codec = *sound, .frames = 40}, 1);
  ASSERT_FALSE(video.empty());
  auto path = write(video, audio, step);
  auto got = read(path);
  std::remove(path.c_str());
  ASSERT_EQ(got.tracks.size(), sound ? 2u : 1u);
  EXPECT_EQ(got.packets[0].front().params->extradata, video.front()->params->extradata);
  EXPECT_EQ(got.packets[0].front().params->codec_string, fmp4::codec_string(*video.front()->params));
  EXPECT_EQ(got.packets[0].front().params->width, picture.width);
  EXPECT_EQ(got.packets[0].front().params->height, picture.height);
  expect_same(video, got.packets[0]);
  if (sound) {
    EXPECT_EQ(got.tracks[1]->codec, *sound);
    EXPECT_EQ(got.tracks[1]->sample_rate, 48000);
    EXPECT_EQ(got.tracks[1]->channels, 1);
    expect_same(audio, got.packets[1]);
  }
}

TEST(Fmp4, AFragmentPerPictureGivesH264BackBitForBit) {
  round_trip({.codec = Codec::H264, .frames = 30}, std::nullopt, 1);
}

TEST(Fmp4, ReorderedPicturesKeepBothTheirTimes) {
  round_trip({.codec = Codec::H264, .frames = 30, .b_frames = 2}, std::nullopt, 5);
}

TEST(Fmp4, H265IsHvc1) {
  round_trip({.codec = Codec::H265, .frames = 12}, std::nullopt, 1);
}

TEST(Fmp4, SoundComesWithThePictures) {
  for (auto codec : {Codec::Aac, Codec::Opus, Codec::Flac}) {
    SCOPED_TRACE(codec_name(codec));
    round_trip({.codec = Codec::H264, .frames = 30}, codec, 1);
    round_trip({.codec = Codec::H264, .frames = 30}, codec, 7);
  }
}

TEST(Fmp4, SayWhatTheyAreInTheWordsOfBrowsers) {
  auto name = [](Codec codec) {
    return fmp4::codec_string(*packets({.codec = codec, .frames = 2}, 0).front()->params);
  };
  EXPECT_TRUE(name(Codec::H264).starts_with("avc1.")) << name(Codec::H264);
  EXPECT_TRUE(name(Codec::H265).starts_with("hvc1.")) << name(Codec::H265);
  EXPECT_EQ(name(Codec::Aac), "mp4a.40.2");
  EXPECT_EQ(name(Codec::Opus), "opus");
  EXPECT_EQ(name(Codec::Pcmu), "");
  EXPECT_EQ(name(Codec::Mjpeg), "");
}

TEST(Fmp4, PayloadIsSharedAndNotCopied) {
  auto video = packets({.codec = Codec::H264, .frames = 3}, 0);
  auto pieces = fmp4::fragment(1, std::vector{fmp4::Run{1, true, Ticks(0), samples(video)}});
  ASSERT_EQ(pieces.size(), video.size() + 1);
  for (std::size_t i = 0; i < video.size(); ++i) EXPECT_EQ(pieces[i + 1].data(), video[i]->data.data());
}

TEST(Fmp4, WhatItCannotCarryIsRefused) {
  EXPECT_FALSE(fmp4::init_segment({}).ok());
  CodecParams jpeg;
  jpeg.codec = Codec::Mjpeg;
  auto refused = fmp4::init_segment(std::vector{std::make_shared<const CodecParams>(jpeg)});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "live.codec");
  CodecParams unknown;
  unknown.codec = Codec::H264;
  EXPECT_FALSE(fmp4::supports(unknown));
}

}  // namespace
}  // namespace vigil::media
