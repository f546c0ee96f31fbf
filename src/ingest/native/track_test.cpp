#include "ingest/native/track.h"

#include <gtest/gtest.h>

#include <map>

#include "media/rtp.h"
#include "media/sample.h"

namespace vigil::ingest::native {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kFrom1900To1970 = 2208988800u;
const WallTime kToday = WallTime(seconds(1'790'000'000));

rtp::MediaDescription describe(media::Codec codec) {
  rtp::MediaDescription out;
  const bool video = codec == media::Codec::H264;
  out.kind = out.params.kind = video ? media::TrackKind::Video : media::TrackKind::Audio;
  out.params.codec = codec;
  out.clock_rate = video ? 90000 : 8000;
  out.payload_type = 96;
  if (!video) {
    out.params.sample_rate = 8000;
    out.params.channels = 1;
  }
  return out;
}

std::vector<std::vector<std::vector<std::uint8_t>>> rtp_of(int frames, int key_interval) {
  media::SampleOptions options;
  options.frames = frames;
  options.key_interval = key_interval;
  auto packets = media::sample_packets(options);
  VIGIL_ASSERT(packets.ok());
  media::RtpPacketiser packetiser({});
  std::vector<std::vector<std::vector<std::uint8_t>>> out;  // by picture
  for (const auto& packet : *packets) {
    auto rtp = packetiser.packetise(packet);
    VIGIL_ASSERT(rtp.ok());
    auto& unit = out.emplace_back();
    for (auto& one : *rtp) unit.push_back(one.bytes);
  }
  return out;
}

Arrival at(milliseconds time) {
  return {SteadyTime(time), kToday + time};
}

// Which pictures come, when these packets of the stream are lost: {picture, packet of it; -1: the last}.
std::vector<int> shown(int frames, int key_interval, const std::map<int, int>& lost, int every = 0) {
  Track track(0, describe(media::Codec::H264), milliseconds(0), SteadyTime{});
  std::vector<int> out;
  std::vector<media::Packet> fresh;
  auto units = rtp_of(frames, key_interval);
  for (int i = 0; i < frames; ++i) {
    const auto& unit = units[static_cast<std::size_t>(i)];
    for (std::size_t p = 0; p < unit.size(); ++p) {
      auto found = lost.find(i);
      const auto which = static_cast<int>(p);
      const bool last = p + 1 == unit.size();
      if (found != lost.end() && (found->second == which || (found->second < 0 && last))) continue;
      if (every > 0 && i % every == every - 1 && last) continue;
      fresh.clear();
      (void)track.take_rtp(unit[p], at(milliseconds(40 * i)), fresh);
      for (const auto& packet : fresh) out.push_back(packet.key ? -i : i);
    }
  }
  return out;
}

TEST(RtspTrack, ALossLeavesACleanGapUpToTheNextKeyFrame) {
  // Picture 3 is lost; what refers to it is not handed on as if nothing had happened.
  const auto pictures = shown(25, 10, {{3, -1}});
  EXPECT_EQ(pictures, (std::vector<int>{0, 1, 2, -10, 11, 12, 13, 14, 15, 16, 17, 18, 19, -20, 21, 22, 23, 24}));
}

TEST(RtspTrack, SmallPicturesComeAsTheyWereSent) {
  // The lengths of 256 to 511 bytes begin like a start code.
  auto sample = media::sample_packets({.frames = 1});
  ASSERT_TRUE(sample.ok());
  media::RtpPacketiser packetiser({});
  Track track(0, describe(media::Codec::H264), milliseconds(0), SteadyTime{});
  auto send = [&](const media::Packet& packet, int i) {
    std::vector<media::Packet> fresh;
    auto rtp = packetiser.packetise(packet);
    VIGIL_ASSERT(rtp.ok());
    for (const auto& one : *rtp) (void)track.take_rtp(one.bytes, at(milliseconds(40 * i)), fresh);
    return fresh;
  };
  auto packet = sample->front();
  ASSERT_EQ(send(packet, 0).size(), 1u);
  for (int i = 1; i < 30; ++i) {
    const auto size = static_cast<std::size_t>(240 + 10 * i);
    std::vector<std::uint8_t> unit = {0,    0,   static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size),
                                      0x41, 0x9a};
    unit.resize(4 + size, 0x55);
    packet.key = false;
    packet.pts += milliseconds(40);
    packet.dts = packet.pts;
    packet.data = media::SharedBytes(unit);
    auto came = send(packet, i);
    ASSERT_EQ(came.size(), 1u) << size;
    EXPECT_TRUE(std::equal(unit.begin(), unit.end(), came[0].data.view().begin(), came[0].data.view().end())) << size;
  }
}

TEST(RtspTrack, ALostKeyFrameCostsItsGroup) {
  const auto pictures = shown(25, 10, {{10, -1}});
  EXPECT_EQ(pictures, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -20, 21, 22, 23, 24}));
}

TEST(RtspTrack, AWholePictureThatIsLostIsALossToo) {
  Track track(0, describe(media::Codec::H264), milliseconds(0), SteadyTime{});
  std::vector<media::Packet> fresh;
  auto units = rtp_of(12, 10);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (i == 4) continue;
    for (const auto& packet : units[i]) (void)track.take_rtp(packet, at(milliseconds(40 * static_cast<int>(i))), fresh);
  }
  EXPECT_EQ(fresh.size(), 6u) << "0 to 3, then 10 and 11";
}

TEST(RtspTrack, WhereSomethingIsLostAllTheTimeAPictureKeepsComing) {
  // Key frames ten seconds apart, and every fifth picture is lost.
  const auto pictures = shown(500, 250, {}, 5);
  EXPECT_GT(pictures.size(), 200u);
  // But the gaps come first, as long as they are allowed.
  EXPECT_EQ(pictures[3], 3);
  EXPECT_GE(pictures[4], 4 + 20);
  EXPECT_LT(pictures[4], 4 + 30);
}

TEST(RtspTrack, AfterALongTimeWithoutLossAGapMayLastFourSeconds) {
  // Half a minute is well; then the gap could last until the next key frame, six seconds later.
  const auto pictures = shown(900, 450, {{750, -1}});
  ASSERT_GT(pictures.size(), 750u);
  EXPECT_EQ(pictures[749], 749);
  EXPECT_GE(pictures[750], 751 + 95);
  EXPECT_LE(pictures[750], 751 + 105);
}

// Sender reports of the two tracks of one camera.
class Duet {
 public:
  Duet()
      : video(0, describe(media::Codec::H264), milliseconds(0), SteadyTime{}),
        sound(1, describe(media::Codec::Pcmu), milliseconds(0), SteadyTime{}) {}

  void report(Track& track, std::uint32_t ssrc, WallTime camera, std::uint32_t rtp_time, milliseconds arrived) {
    const auto micros = static_cast<std::uint64_t>(camera.time_since_epoch().count());
    report_ntp(track, ssrc, (micros / 1000000 + kFrom1900To1970) << 32 | ((micros % 1000000) << 32) / 1000000, rtp_time,
               arrived);
  }
  void report_ntp(Track& track, std::uint32_t ssrc, std::uint64_t ntp, std::uint32_t rtp_time, milliseconds arrived) {
    std::vector<std::uint8_t> bytes = {0x80, 200, 0, 6};
    auto put = [&](std::uint64_t value, int size) {
      for (int i = size - 1; i >= 0; --i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    };
    put(ssrc, 4);
    put(ntp, 8);
    put(rtp_time, 4);
    put(0, 8);
    track.take_rtcp(bytes, at(arrived));
    if (&track == &sound) sound.follow(video);
  }
  // A sound of 20 ms at that time of the camera; its pts in milliseconds.
  std::int64_t hear(std::uint32_t rtp_time, milliseconds arrived) {
    std::vector<std::uint8_t> bytes = {0x80, 96};
    for (int shift : {8, 0}) bytes.push_back(static_cast<std::uint8_t>(sequence_ >> shift));
    ++sequence_;
    for (int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(rtp_time >> shift));
    bytes.insert(bytes.end(), {0, 0, 0, 78});
    bytes.insert(bytes.end(), 160, 0xff);
    std::vector<media::Packet> fresh;
    EXPECT_TRUE(sound.take_rtp(bytes, at(arrived), fresh));
    EXPECT_EQ(fresh.size(), 1u);
    captured = fresh.front().captured;
    return fresh.front().pts.count() / 90;
  }
  std::int64_t see(std::size_t picture, milliseconds arrived) {
    std::vector<media::Packet> fresh;
    for (const auto& packet : units_[picture]) (void)video.take_rtp(packet, at(arrived), fresh);
    EXPECT_EQ(fresh.size(), 1u);
    captured = fresh.front().captured;
    return fresh.front().pts.count() / 90;
  }

  Track video, sound;
  std::optional<WallTime> captured;

 private:
  std::uint16_t sequence_ = 0;
  std::vector<std::vector<std::vector<std::uint8_t>>> units_ = rtp_of(300, 10);
};

TEST(RtspTrack, SoundIsBroughtInLineWithThePictureByTheReports) {
  Duet duet;
  // The first sound comes 300 ms after the first picture, but was taken with it: the camera is slow with sound. Its
  // clock says 1999, which is no matter.
  const WallTime camera = WallTime(seconds(930'000'000));
  EXPECT_EQ(duet.see(0, milliseconds(0)), 0);
  EXPECT_EQ(duet.hear(700, milliseconds(300)), 300);
  duet.report(duet.video, 77, camera, 0, milliseconds(310));
  duet.report(duet.sound, 78, camera, 700, milliseconds(320));
  // Times do not go back: those that were too late are caught up with first.
  EXPECT_EQ(duet.hear(700 + 160, milliseconds(320)), 300);
  EXPECT_EQ(duet.see(1, milliseconds(340)), 40);
  EXPECT_EQ(duet.hear(700 + 3200, milliseconds(700)), 400);
}

TEST(RtspTrack, WhileTheCamerasClockIsBeingSetNothingIsMoved) {
  Duet duet;
  WallTime camera = WallTime(seconds(930'000'000));
  EXPECT_EQ(duet.see(0, milliseconds(0)), 0);
  EXPECT_EQ(duet.hear(0, milliseconds(0)), 0);
  duet.report(duet.video, 77, camera, 0, milliseconds(1));
  duet.report(duet.sound, 78, camera, 0, milliseconds(1));
  // Between the report of the picture and that of the sound the clock is set by two seconds, and back in line then.
  duet.report(duet.video, 77, camera + seconds(5), 450000, milliseconds(5000));
  camera += seconds(2);
  duet.report(duet.sound, 78, camera + seconds(5), 40000, milliseconds(5000));
  EXPECT_NEAR(static_cast<double>(duet.hear(40160, milliseconds(5020))), 5020, 1);
  duet.report(duet.video, 77, camera + seconds(10), 900000, milliseconds(10000));
  duet.report(duet.sound, 78, camera + seconds(10), 80000, milliseconds(10000));
  EXPECT_NEAR(static_cast<double>(duet.hear(80160, milliseconds(10020))), 10020, 1);
  // A difference that stays is one.
  for (int i = 3; i < 6; ++i) {
    duet.report(duet.video, 77, camera + seconds(5 * i), 450000u * static_cast<unsigned>(i), milliseconds(5000 * i));
    duet.report(duet.sound, 78, camera + seconds(5 * i) - milliseconds(500), 40000u * static_cast<unsigned>(i),
                milliseconds(5000 * i));
  }
  EXPECT_NEAR(static_cast<double>(duet.hear(200160, milliseconds(25020))), 24520, 1);
}

TEST(RtspTrack, AReportTellsWhenAPictureWasTaken) {
  Duet duet;
  (void)duet.see(0, milliseconds(200));
  EXPECT_EQ(duet.captured, std::nullopt);
  // This camera's clock is right: pictures are 200 ms under way.
  duet.report(duet.video, 77, kToday, 0, milliseconds(210));
  (void)duet.see(1, milliseconds(240));
  ASSERT_TRUE(duet.captured);
  EXPECT_LE(std::chrono::abs(*duet.captured - (kToday + milliseconds(40))), milliseconds(1));
  // Nonsense does not change it: a report cut short, and one of zero.
  duet.video.take_rtcp(std::vector<std::uint8_t>{0x80, 200, 0, 6, 0, 0}, at(milliseconds(250)));
  duet.report_ntp(duet.video, 77, 0, 0, milliseconds(250));
  (void)duet.see(2, milliseconds(280));
  ASSERT_TRUE(duet.captured);
  EXPECT_LE(std::chrono::abs(*duet.captured - (kToday + milliseconds(80))), milliseconds(1));
  // A time that cannot be is no reason to believe that the picture is from 1968.
  duet.report_ntp(duet.video, 77, std::uint64_t{1} << 63, 14400, milliseconds(290));
  (void)duet.see(3, milliseconds(320));
  ASSERT_TRUE(duet.captured);
  EXPECT_LE(std::chrono::abs(*duet.captured - (kToday + milliseconds(320))), milliseconds(1)) << "when it arrived";
}

}  // namespace
}  // namespace vigil::ingest::native
