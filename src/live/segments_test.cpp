#include "live/segments.h"

#include <gtest/gtest.h>

#include "live/packets_fake.h"
#include "live/playlist.h"

namespace vigil::live {
namespace {

double seconds(Ticks time) {
  return std::chrono::duration<double>(time).count();
}

class SegmentsTest : public testing::Test {
 protected:
  void pictures(int count) {
    for (int i = 0; i < count; ++i) push(camera.picture());
  }
  void push(media::Packet packet) {
    if (auto fragment = fragmenter.push(std::make_shared<const media::Packet>(std::move(packet))))
      segments.push(fragment);
  }
  std::string playlist(MediaPlaylistOptions options = {.run = "0123abcd"}) { return media_playlist(segments, options); }

  CameraFake camera;
  Fragmenter fragmenter;
  Segments segments;
};

int count(const std::string& text, const std::string& what) {
  int found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST_F(SegmentsTest, SegmentsAreGroupsOfPictures) {
  pictures(25 * 6 + 1);
  ASSERT_EQ(segments.complete().size(), 6u);
  std::uint64_t number = 0;
  for (const auto& segment : segments.complete()) {
    EXPECT_EQ(segment.number, number++);
    EXPECT_EQ(segment.duration, std::chrono::seconds(1));
    EXPECT_TRUE(segment.independent);
    EXPECT_FALSE(segment.discontinuity);
    EXPECT_TRUE(segment.parts.front().independent);
    EXPECT_TRUE(segment.parts.front().fragments.front()->key);
  }
  EXPECT_EQ(segments.open().number, 6u);
  EXPECT_TRUE(segments.open().parts.empty());
}

TEST_F(SegmentsTest, ShortGroupsArePutTogether) {
  camera = CameraFake(40, 5);
  pictures(201);
  for (const auto& segment : segments.complete()) EXPECT_EQ(segment.duration, std::chrono::seconds(1));
}

// "MUST be at least 85 % of the Part Target Duration, with the exception of … the final Partial Segment".
void expect_fill(const Segments& segments) {
  const auto target = segments.part_target();
  for (const auto& segment : segments.complete()) {
    Ticks sum{0};
    for (std::size_t i = 0; i < segment.parts.size(); ++i) {
      const auto length = segment.parts[i].duration;
      sum += length;
      EXPECT_LE(length, target);
      if (i + 1 < segment.parts.size()) {
        EXPECT_GE(seconds(length), 0.85 * seconds(target)) << segment.number << "." << i;
      }
    }
    EXPECT_EQ(sum, segment.duration);
  }
}

TEST_F(SegmentsTest, PartsFillTheirTarget) {
  for (int step : {17, 20, 33, 40, 67, 100, 200, 1000}) {
    SCOPED_TRACE(step);
    camera = CameraFake(step, 30);
    fragmenter = Fragmenter();
    Segments fresh;
    for (int i = 0; i < 301; ++i) fresh.push(fragmenter.push(std::make_shared<const media::Packet>(camera.picture())));
    ASSERT_GE(fresh.complete().size(), 2u);
    expect_fill(fresh);
    EXPECT_LE(fresh.part_target(), std::max(Ticks(std::chrono::milliseconds(230)), Ticks(step * 90 * 11 / 10)));
  }
}

TEST_F(SegmentsTest, PartsFillTheirTargetThoughPicturesComeUnevenly) {
  for (int i = 0; i < 500; ++i) {
    auto packet = camera.picture();
    const int shift = i % 7 - 3;  // up to 3 ms early or late
    packet.dts += std::chrono::milliseconds(shift);
    packet.pts = packet.dts;
    push(packet);
  }
  ASSERT_GE(segments.complete().size(), 15u);
  expect_fill(segments);
}

TEST_F(SegmentsTest, OneLatePictureDoesNotMakeAllPartsLonger) {
  pictures(30);
  const auto target = segments.part_target();
  for (int i = 0; i < 200; ++i) {
    if (i % 23 == 0) camera.now += 25;
    pictures(1);
  }
  EXPECT_EQ(segments.part_target(), target);
  for (const auto& segment : segments.complete()) {
    Ticks sum{0};
    for (const auto& part : segment.parts) {
      EXPECT_LE(part.duration, target);
      EXPECT_TRUE(part.fragments.front()->pictures > 0);
      sum += part.duration;
    }
    EXPECT_EQ(sum, segment.duration);
  }
}

TEST_F(SegmentsTest, KeepsTheNewestOnly) {
  pictures(25 * 60);
  EXPECT_LE(segments.complete().size(), 32u);
  EXPECT_GE(segments.complete().size(), 29u);
  EXPECT_EQ(segments.complete().back().number, segments.open().number - 1);
}

TEST_F(SegmentsTest, KeepsNoMoreBytesThanItMay) {
  SegmentConfig config;
  config.max_bytes = 100'000;
  Segments small(config);
  for (int i = 0; i < 25 * 30; ++i)
    small.push(fragmenter.push(std::make_shared<const media::Packet>(camera.picture())));
  EXPECT_LE(small.complete().size(), 4u);
}

TEST_F(SegmentsTest, AnEndlessGroupIsCutWithoutAKeyFrame) {
  camera = CameraFake(40, 100000);
  pictures(25 * 40);
  ASSERT_GE(segments.complete().size(), 2u);
  EXPECT_TRUE(segments.complete()[0].independent);
  EXPECT_FALSE(segments.complete()[1].independent);
  EXPECT_LE(segments.complete()[0].duration, std::chrono::seconds(16));
  EXPECT_EQ(count(playlist(), "#EXT-X-INDEPENDENT-SEGMENTS"), 0);
}

TEST_F(SegmentsTest, OtherParametersBeginASegment) {
  pictures(35);
  camera.video = video_params(1280, 720, "avc1.64001f");
  camera.restart_group();
  pictures(26);
  ASSERT_EQ(segments.complete().size(), 3u);
  EXPECT_EQ(segments.complete()[1].duration, std::chrono::milliseconds(400));
  EXPECT_TRUE(segments.complete()[2].discontinuity);
  const auto text = playlist();
  EXPECT_EQ(count(text, "#EXT-X-DISCONTINUITY\n"), 1);
  EXPECT_EQ(count(text, "#EXT-X-MAP:URI=\"0123abcd-init1.mp4\""), 1);
  EXPECT_EQ(count(text, "#EXT-X-MAP:URI=\"0123abcd-init2.mp4\""), 1);
  EXPECT_LT(text.find("#EXT-X-DISCONTINUITY\n"), text.find("init2"));
}

TEST_F(SegmentsTest, DiscontinuitiesThatAreGoneAreCounted) {
  pictures(35);
  camera.camera_clock += 100'000;
  camera.restart_group();
  pictures(25 * 60);
  EXPECT_EQ(segments.discontinuities(), 1u);
  EXPECT_EQ(count(playlist(), "#EXT-X-DISCONTINUITY-SEQUENCE:1\n"), 1);
  EXPECT_EQ(count(playlist(), "#EXT-X-DISCONTINUITY\n"), 0);
}

TEST_F(SegmentsTest, ALowLatencyPlaylistSaysAllThatPlayersNeed) {
  pictures(25 * 4 + 13);
  const auto text = playlist({.run = "0123abcd", .query = "?ticket=x"});
  EXPECT_TRUE(text.starts_with("#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:1\n"));
  EXPECT_EQ(count(text, "CAN-BLOCK-RELOAD=YES"), 1);
  EXPECT_EQ(count(text, "#EXT-X-PART-INF:PART-TARGET=0.21600\n"), 1) << text;
  EXPECT_EQ(count(text, "PART-HOLD-BACK=0.64800"), 1);
  EXPECT_EQ(count(text, "#EXTINF:1.00000,"), 4);
  EXPECT_EQ(count(text, "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z"), 1);
  EXPECT_EQ(count(text, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"0123abcd-4.2.m4s?ticket=x\""), 1) << text;
  EXPECT_EQ(count(text, "INDEPENDENT=YES"), 4) << "the parts of the last three segments, and of the open one";
  EXPECT_EQ(count(text, "m4s"), count(text, "m4s?ticket=x"));
  EXPECT_EQ(count(text, "mp4"), count(text, "mp4?ticket=x"));
}

TEST_F(SegmentsTest, APlainPlaylistHasWholeSegmentsOnly) {
  pictures(25 * 4 + 13);
  const auto text = playlist({.run = "0123abcd", .low_latency = false});
  EXPECT_EQ(count(text, "#EXT-X-PART"), 0);
  EXPECT_EQ(count(text, "#EXT-X-PRELOAD-HINT"), 0);
  EXPECT_EQ(count(text, "#EXT-X-SERVER-CONTROL"), 0);
  EXPECT_EQ(count(text, "#EXTINF"), 4);
}

// What a player makes of a delta update together with what it has must be the full playlist.
TEST_F(SegmentsTest, ADeltaUpdateIsTheEndOfTheFullPlaylist) {
  pictures(25 * 10);
  camera.video = video_params(1280, 720, "avc1.64001f");
  camera.restart_group();
  pictures(25 * 12 + 7);
  const auto full = playlist(), delta = playlist({.run = "0123abcd", .skip = true});
  const auto at = delta.find("#EXT-X-SKIP:SKIPPED-SEGMENTS=");
  ASSERT_NE(at, std::string::npos);
  const auto skipped = std::stoi(delta.substr(at + 29));
  EXPECT_GT(skipped, 5);
  const auto rest = delta.substr(delta.find('\n', at) + 1);
  ASSERT_TRUE(full.ends_with(rest));
  EXPECT_EQ(full.substr(0, at), delta.substr(0, at));
  EXPECT_EQ(count(full.substr(at, full.size() - rest.size() - at), "#EXTINF"), skipped);
}

TEST_F(SegmentsTest, AShortPlaylistIsNotShortened) {
  pictures(25 * 3);
  EXPECT_EQ(playlist({.run = "0123abcd", .skip = true}), playlist());
}

TEST_F(SegmentsTest, ReportsTellWhereTheOtherStreamStands) {
  pictures(60);
  MediaPlaylistOptions options{.run = "0123abcd"};
  options.reports = {{"../sub/index.m3u8", 7, 2}, {"../other/index.m3u8", 9, std::nullopt}};
  const auto text = playlist(options);
  EXPECT_EQ(count(text, "#EXT-X-RENDITION-REPORT:URI=\"../sub/index.m3u8\",LAST-MSN=7,LAST-PART=2\n"), 1);
  EXPECT_EQ(count(text, "#EXT-X-RENDITION-REPORT:URI=\"../other/index.m3u8\",LAST-MSN=9\n"), 1);
}

TEST_F(SegmentsTest, WhatIsAwaitedIsThereOrComesOrNeverWill) {
  pictures(25 * 4 + 13);  // segments 0 to 3, two parts of segment 4
  ASSERT_EQ(segments.open().parts.size(), 2u);
  auto is = [&](std::uint64_t segment, std::optional<std::size_t> part) {
    return availability(segments, {segment, part});
  };
  EXPECT_EQ(is(0, std::nullopt), Availability::There);
  EXPECT_EQ(is(3, 4), Availability::There);
  EXPECT_EQ(is(4, 1), Availability::There);
  EXPECT_EQ(is(4, 2), Availability::Later);
  EXPECT_EQ(is(4, std::nullopt), Availability::Later);
  EXPECT_EQ(is(5, 0), Availability::Later);
  EXPECT_EQ(is(6, 0), Availability::Never);
  EXPECT_EQ(is(UINT64_MAX, std::nullopt), Availability::Never);
  EXPECT_EQ(is(4, 1001), Availability::Never);
  EXPECT_EQ(is(3, 9), Availability::There) << "beyond the end of segment 3 is the beginning of segment 4";
  pictures(12 + 1);  // segment 4 is complete, segment 5 has no part
  ASSERT_TRUE(segments.open().parts.empty());
  EXPECT_EQ(is(4, 9), Availability::Later);
  EXPECT_EQ(is(4, std::nullopt), Availability::There);
}

TEST(MediaName, OnlyWhatWasOfferedIsUnderstood) {
  using Kind = MediaName::Kind;
  for (const auto& name : {MediaName{Kind::Init, "0123abcd", 1, 0}, MediaName{Kind::Segment, "ffffffff", 0, 0},
                           MediaName{Kind::Part, "00000000", 12345678901, 42}}) {
    EXPECT_EQ(parse_media_name(to_text(name)), name) << to_text(name);
  }
  for (auto text : {"",
                    "0123abcd",
                    "0123abcd-",
                    "0123abcd-1",
                    "0123abcd-1.mp4",
                    "0123abcd-init1.m4s",
                    "0123ABCD-1.m4s",
                    "0123abcd-01.m4s",
                    "0123abcd--1.m4s",
                    "0123abcd-+1.m4s",
                    "0123abcd-1.2.3.m4s",
                    "0123abcd-1..m4s",
                    "0123abcd-1.m4s ",
                    " 0123abcd-1.m4s",
                    "../etc/passwd",
                    "0123abcd-1.m4s/..",
                    "0123abcd-1.m4s\0",
                    "0123abcd-99999999999999999999.m4s",
                    "0123abcd-init.mp4",
                    "0123abc/-1.m4s"}) {
    if (std::string_view(text) == "0123abcd-1.m4s") continue;  // the literal ends at its zero
    EXPECT_EQ(parse_media_name(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_media_name(std::string_view("0123abcd-1.m4s\0", 15)), std::nullopt);
}

TEST(Multivariant, NamesCodecsSizeAndRate) {
  auto text = multivariant_playlist({{"main/index.m3u8", 2'500'000.4, "avc1.64001f,mp4a.40.2", 1280, 720, 25},
                                     {"sub/index.m3u8", 0, "avc1.42e01e", 640, 360, 0}});
  EXPECT_EQ(
      text,
      "#EXTM3U\n#EXT-X-VERSION:9\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1280x720,FRAME-RATE=25.000\n"
      "main/index.m3u8\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"avc1.42e01e\",RESOLUTION=640x360\n"
      "sub/index.m3u8\n");
}

}  // namespace
}  // namespace vigil::live
