#include "pipeline/camera_pipeline.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "media/sample.h"
#include "pipeline/decoder_fake.h"
#include "pipeline/local_analyst.h"

namespace vigil::pipeline {
namespace {

using namespace std::chrono_literals;
using Phase = model::MotionDetected::Phase;
using std::chrono::milliseconds;

constexpr std::uint8_t kNowhere = 255;

class PipelineTest : public testing::Test {
 protected:
  void SetUp() override {
    motion_.enabled = false;
    auto params = std::make_shared<media::CodecParams>();
    params->codec = media::Codec::H264;
    params->width = 64;
    params->height = 36;
    params_ = params;
    stream_ = std::make_shared<stream::Stream>(limits_);
    events_ = bus_.subscribe("test", 100);
  }
  void TearDown() override {
    decoders_.release();
    if (pipeline_) pipeline_->stop();
  }

  CameraPipeline& start() {
    pipeline_ = std::make_unique<CameraPipeline>(
        "cam", stream_, AnalysisConfig{motion_, {}}, config_, Outlets{bus_, &observations_}, clock_,
        [this](media::FramePtr frame) {
          MutexLock lock(mutex_);
          snapshots_.push_back(frame->sequence);
        },
        analysts_);
    pipeline_->start();
    return *pipeline_;
  }

  // One packet, `step` after the one before. The pipeline's clock goes with it.
  std::uint64_t publish(bool key, std::uint8_t square = kNowhere, milliseconds step = 100ms,
                        std::uint8_t what = FakeDecoders::kPicture, int track = 0) {
    clock_.advance(step);
    media::Packet packet;
    packet.track = track;
    packet.key = key;
    packet.received = clock_.wall();
    packet.params = params_;
    packet.data = media::SharedBytes(std::vector<std::uint8_t>{what, square});
    return stream_->publish(std::move(packet));
  }
  // `groups` groups of ten pictures, ten a second; the last may be shorter.
  void publish_groups(int groups, int last_size = 10) {
    for (int g = 0; g < groups; ++g) {
      for (int i = 0; i < (g + 1 == groups ? last_size : 10); ++i) publish(i == 0);
    }
  }

  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
  std::vector<std::uint64_t> snapshots() {
    MutexLock lock(mutex_);
    return snapshots_;
  }
  std::optional<model::MotionDetected> next_event() {
    auto event = events_->pop({}, 10s);
    if (!event) return std::nullopt;
    EXPECT_EQ((*event)->camera_id, "cam");
    return std::get<model::MotionDetected>((*event)->body);
  }
  bool has(std::uint64_t sequence) {
    const auto all = decoders_.sequences();
    return std::find(all.begin(), all.end(), sequence) != all.end();
  }

  stream::Limits limits_{.max_bytes = 1 << 20, .max_age = 60s};
  ManualClock clock_;
  bus::Bus bus_;
  std::unique_ptr<bus::Subscription> events_;
  bus::Observations observations_;
  FakeDecoders decoders_;
  LocalAnalysts analysts_{clock_, decoders_.factory()};
  Config config_;
  model::MotionSettings motion_;
  media::ParamsPtr params_;
  std::shared_ptr<stream::Stream> stream_;
  std::unique_ptr<CameraPipeline> pipeline_;
  Mutex mutex_;
  std::vector<std::uint64_t> snapshots_ VIGIL_GUARDED_BY(mutex_);
};

TEST_F(PipelineTest, NobodyLooksSoOnlyKeyFramesAreDecodedAndThoseAtThePace) {
  config_.snapshot_interval = 2000ms;
  auto& pipeline = start();
  std::vector<std::uint64_t> expected;
  for (int group = 0; group < 9; ++group) {
    const auto key = publish(true);
    if (group % 2 == 0) {
      expected.push_back(key);
      ASSERT_TRUE(decoders_.wait_for(key)) << key;
    }
    for (int i = 1; i < 10; ++i) publish(false);
  }
  EXPECT_EQ(decoders_.sequences(), expected);
  EXPECT_TRUE(eventually([&] { return snapshots() == expected; }));
  EXPECT_FALSE(pipeline.figures().watching);
  EXPECT_EQ(pipeline.figures().ring_frames, 0U);
}

TEST_F(PipelineTest, AQuestionStartsDecodingAtTheCachedGroup) {
  publish_groups(3, 6);
  auto& pipeline = start();
  const auto frame = pipeline.latest(10s);
  ASSERT_TRUE(frame.ok()) << frame.error().message;
  EXPECT_EQ((*frame)->sequence, 26U);
  EXPECT_FALSE(has(20));
  for (std::uint64_t n = 21; n <= 26; ++n) EXPECT_TRUE(has(n)) << n;
  EXPECT_TRUE(pipeline.figures().watching);
}

TEST_F(PipelineTest, EveryFrameIsDecodedWhileSomebodyLooks) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  const auto last = publish(false);
  const auto frame = pipeline.latest(10s);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->sequence, last);
}

TEST_F(PipelineTest, DecodingEndsAWhileAfterTheLastQuestion) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  const auto still = publish(false, kNowhere, 9000ms);
  ASSERT_TRUE(decoders_.wait_for(still));
  publish(false, kNowhere, 2000ms);
  ASSERT_TRUE(eventually([&] { return !pipeline.figures().watching; }));
  EXPECT_EQ(pipeline.figures().ring_frames, 0U) << "the frames are forgotten";
  const auto unseen = publish(false);
  const auto key = publish(true, kNowhere, 11s);
  ASSERT_TRUE(decoders_.wait_for(key));
  EXPECT_FALSE(has(unseen));
}

TEST_F(PipelineTest, SoundIsNotDecoded) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  const auto sound = publish(true, 0, 10ms, FakeDecoders::kPicture, 1);
  const auto picture = publish(false);
  ASSERT_TRUE(decoders_.wait_for(picture));
  EXPECT_FALSE(has(sound));
}

TEST_F(PipelineTest, NoPictureYetIsUnavailable) {
  auto& pipeline = start();
  const auto frame = pipeline.latest(10ms);
  ASSERT_FALSE(frame.ok());
  EXPECT_EQ(frame.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(pipeline.burst(3).error().kind, ErrorKind::Unavailable);
}

TEST_F(PipelineTest, AQuestionBeforeTheFirstPictureGetsIt) {
  auto& pipeline = start();
  auto answer = std::async(std::launch::async, [&] { return pipeline.latest(10s); });
  ASSERT_TRUE(eventually([&] { return pipeline.figures().watching; }));
  publish(true);
  const auto frame = answer.get();
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->sequence, 1U);
}

TEST_F(PipelineTest, ACameraThatFellSilentIsUnavailable) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  clock_.advance(11s);
  const auto frame = pipeline.latest(10s);
  ASSERT_FALSE(frame.ok());
  EXPECT_EQ(frame.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(frame.error().code, "camera.no_picture");
}

TEST_F(PipelineTest, ASinglePictureIsTheNewestHoweverOld) {
  auto still = std::make_shared<media::CodecParams>(*params_);
  still->codec = media::Codec::Mjpeg;
  params_ = still;
  publish(true);
  auto& pipeline = start();
  clock_.advance(3600s);
  const auto frame = pipeline.latest(10s);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->sequence, 1U);
  clock_.advance(3600s);
  EXPECT_EQ((*pipeline.latest(10s))->sequence, 1U);
}

TEST_F(PipelineTest, NextAfterWaitsForANewFrame) {
  publish_groups(1);
  auto& pipeline = start();
  const auto first = pipeline.next_after(0, 10s, {});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ((*first)->sequence, 10U) << "not a frame from catching up";
  EXPECT_EQ(pipeline.next_after(10, 5ms, {}).error().kind, ErrorKind::DeadlineExceeded);
  auto answer = std::async(std::launch::async, [&] { return pipeline.next_after(10, 10s, {}); });
  const auto next = publish(false);
  const auto frame = answer.get();
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->sequence, next);
}

TEST_F(PipelineTest, ASlowViewerSkipsFramesAndDoesNotFallBehind) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.next_after(0, 10s, {}).ok());
  std::uint64_t last = 0;
  for (int i = 0; i < 10; ++i) last = publish(false);
  ASSERT_TRUE(decoders_.wait_for(last));
  ASSERT_TRUE(eventually([&] { return (*pipeline.latest(10s))->sequence == last; }));
  EXPECT_EQ((*pipeline.next_after(10, 10s, {}))->sequence, last);
}

TEST_F(PipelineTest, AStoppedViewerDoesNotWait) {
  publish_groups(1);
  auto& pipeline = start();
  std::stop_source stop;
  auto answer = std::async(std::launch::async, [&] { return pipeline.next_after(999, 600s, stop.get_token()); });
  ASSERT_TRUE(answer.get().ok());
  const auto newest = (*pipeline.latest(10s))->sequence;
  answer = std::async(std::launch::async, [&] { return pipeline.next_after(newest, 600s, stop.get_token()); });
  stop.request_stop();
  EXPECT_EQ(answer.get().error().kind, ErrorKind::Cancelled);
}

TEST_F(PipelineTest, ASlowDecoderGoesOnAtTheNewestKeyFrame) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  decoders_.block_at(11);
  publish_groups(1);
  ASSERT_TRUE(decoders_.wait_for(11));
  publish_groups(9, 4);  // up to 104; keys at 21, 31, … 101
  decoders_.release();
  const auto frame = pipeline.latest(10s);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->sequence, 104U);
  EXPECT_TRUE(has(101));
  EXPECT_FALSE(has(50));
  EXPECT_EQ(pipeline.figures().lagged_packets, 89U) << "12 to 100 were passed over";
}

TEST_F(PipelineTest, ADecoderThatWasOvertakenByTheRingGoesOnAtTheNewestKeyFrame) {
  stream_ = std::make_shared<stream::Stream>(stream::Limits{.max_bytes = 40, .max_age = 60s});
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  decoders_.block_at(11);
  publish_groups(1);
  ASSERT_TRUE(decoders_.wait_for(11));
  publish_groups(4, 4);
  decoders_.release();
  const auto frame = pipeline.latest(10s);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->sequence, 54U);
  EXPECT_GT(pipeline.figures().lagged_packets, 0U);
}

TEST_F(PipelineTest, BrokenPicturesAreCountedAndSurvived) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  publish(false, 0, 100ms, FakeDecoders::kBroken);
  publish(false, 0, 100ms, FakeDecoders::kBroken);
  const auto good = publish(false);
  const auto frame = pipeline.latest(10s);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->sequence, good);
  EXPECT_EQ(pipeline.figures().decode_errors, 2U);
}

TEST_F(PipelineTest, PicturesThatNobodyCanDecodeAreUnavailable) {
  decoders_.refuse(true);
  publish_groups(1);
  auto& pipeline = start();
  const auto frame = pipeline.latest(20ms);
  ASSERT_FALSE(frame.ok());
  EXPECT_EQ(frame.error().kind, ErrorKind::Unavailable);
  EXPECT_FALSE(pipeline.at(clock_.wall()).ok());
  decoders_.refuse(false);
  publish(true);
  EXPECT_TRUE(pipeline.latest(10s).ok()) << "it goes on at the next key frame";
}

TEST_F(PipelineTest, AFrameOfThePastComesFromTheDecodedOnes) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  const auto made = decoders_.made();
  const auto frame = pipeline.at(clock_.wall() - 250ms);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->sequence, 7U);
  EXPECT_EQ(decoders_.made(), made) << "nothing was decoded for it";
}

TEST_F(PipelineTest, AFrameOfThePastComesFromThePacketsOtherwise) {
  publish_groups(3);
  auto& pipeline = start();
  const auto frame = pipeline.at(clock_.wall() - 1550ms);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->sequence, 14U);
  EXPECT_FALSE(pipeline.figures().watching) << "one look at the past is no reason to decode the present";
  const auto early = pipeline.at(clock_.wall() - 60s);
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().kind, ErrorKind::NotFound);
}

TEST_F(PipelineTest, AFrameThatTheDecoderHoldsBackIsFlushedOut) {
  publish(true, kNowhere, 100ms, FakeDecoders::kHeld);
  publish(false, kNowhere, 100ms, FakeDecoders::kHeld);
  auto& pipeline = start();
  ASSERT_TRUE(eventually([&] { return snapshots().size() == 1; })) << "the key frame alone";
  EXPECT_EQ((*pipeline.at(clock_.wall()))->sequence, 2U);
}

TEST_F(PipelineTest, ABurstIsTheLastFramesOldestFirst) {
  publish_groups(3, 4);
  auto& pipeline = start();
  const auto frames = pipeline.burst(7);
  ASSERT_TRUE(frames.ok());
  ASSERT_EQ(frames->size(), 7U);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ((*frames)[i]->sequence, 18 + i);
  EXPECT_FALSE(pipeline.figures().watching);
  EXPECT_EQ(pipeline.burst(1000)->size(), 24U) << "all there are";
  EXPECT_EQ(pipeline.burst(0).error().kind, ErrorKind::InvalidArgument);
  EXPECT_EQ(pipeline.burst(100000).error().kind, ErrorKind::InvalidArgument);
}

TEST_F(PipelineTest, ABurstWhileSomebodyLooksComesFromTheDecodedOnes) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  const auto made = decoders_.made();
  const auto frames = pipeline.burst(4);
  ASSERT_TRUE(frames.ok());
  ASSERT_EQ(frames->size(), 4U);
  EXPECT_EQ(frames->front()->sequence, 7U);
  EXPECT_EQ(decoders_.made(), made);
}

TEST_F(PipelineTest, FramesAreBoundedInBytes) {
  config_.frame_ring_bytes = 64 * 36 * 5;
  publish_groups(3);
  auto& pipeline = start();
  EXPECT_EQ(pipeline.burst(30)->size(), 5U);
  ASSERT_TRUE(pipeline.latest(10s).ok());
  for (int i = 0; i < 20; ++i) publish(false);
  ASSERT_TRUE(pipeline.latest(10s).ok());
  EXPECT_LE(pipeline.figures().ring_bytes, config_.frame_ring_bytes);
  EXPECT_EQ(pipeline.burst(30)->size(), 5U);
}

TEST_F(PipelineTest, ANewPictureSizeIsFollowed) {
  motion_.enabled = true;
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  auto larger = std::make_shared<media::CodecParams>(*params_);
  larger->width = 128;
  larger->height = 72;
  params_ = larger;
  publish_groups(2);
  const auto frame = pipeline.latest(10s);
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ((*frame)->width, 128);
}

class PipelineMotionTest : public PipelineTest {
 protected:
  void SetUp() override {
    PipelineTest::SetUp();
    motion_.enabled = true;
    config_.snapshot_interval = 3'600'000ms;
  }
  // Key frames only, one a second, each looked at.
  void key(std::uint8_t square) {
    const auto sequence = publish(true, square, 1000ms);
    ASSERT_TRUE(decoders_.wait_for(sequence));
    publish(false, square, 10ms);
  }
};

TEST_F(PipelineMotionTest, MotionStartsGoesOnAndEnds) {
  auto& pipeline = start();
  for (int i = 0; i < 4; ++i) key(kNowhere);
  key(20);
  const auto began = clock_.wall() - 10ms;
  auto event = next_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->phase, Phase::Start);
  EXPECT_GT(event->score, 0.01);
  EXPECT_FALSE(event->boxes.empty());
  EXPECT_EQ(event->began, began) << "the time of the picture, not of the analysis";
  const auto id = event->event_id;
  key(120);
  event = next_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->phase, Phase::Update);
  EXPECT_EQ(event->event_id, id);
  EXPECT_TRUE(eventually([&] { return pipeline.figures().motion; }));
  for (int i = 0; i < 8; ++i) key(kNowhere);
  do {
    event = next_event();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->event_id, id);
  } while (event->phase != Phase::End);
  EXPECT_TRUE(eventually([&] { return !pipeline.figures().motion; }));
  for (const auto& call : decoders_.calls()) EXPECT_TRUE(call.options.key_frames_only);
}

TEST_F(PipelineMotionTest, StoppingEndsAnOpenEvent) {
  auto& pipeline = start();
  for (int i = 0; i < 4; ++i) key(kNowhere);
  key(20);
  ASSERT_EQ(next_event()->phase, Phase::Start);
  pipeline.stop();
  const auto event = next_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->phase, Phase::End);
}

TEST_F(PipelineMotionTest, SwitchingMotionOffEndsAnOpenEvent) {
  auto& pipeline = start();
  for (int i = 0; i < 4; ++i) key(kNowhere);
  key(20);
  ASSERT_EQ(next_event()->phase, Phase::Start);
  auto off = motion_;
  off.enabled = false;
  pipeline.set_motion(off);
  EXPECT_EQ(next_event()->phase, Phase::End);
}

TEST_F(PipelineMotionTest, ACameraThatFallsSilentEndsItsEvent) {
  start();
  for (int i = 0; i < 4; ++i) key(kNowhere);
  key(20);
  ASSERT_EQ(next_event()->phase, Phase::Start);
  clock_.advance(30s);
  EXPECT_EQ(next_event()->phase, Phase::End);
}

TEST_F(PipelineMotionTest, FastKeyFramesAreNotAllLookedAt) {
  start();
  std::vector<std::uint64_t> sent;
  for (int i = 0; i < 10; ++i) {
    const auto sequence = publish(true, kNowhere, 250ms);
    if (i % 2 == 0) {
      ASSERT_TRUE(decoders_.wait_for(sequence)) << i;
      sent.push_back(sequence);
    }
  }
  EXPECT_EQ(decoders_.sequences(), sent);
}

TEST_F(PipelineMotionTest, EveryFrameMeansEveryFrameWithoutTheLoopFilter) {
  motion_.every_frame = true;
  auto& pipeline = start();
  publish_groups(1);
  ASSERT_TRUE(decoders_.wait_for(1));
  publish_groups(1);
  ASSERT_TRUE(decoders_.wait_for(20));
  const auto calls = decoders_.calls();
  EXPECT_EQ(calls.size(), 20U);
  for (const auto& call : calls) EXPECT_TRUE(call.options.skip_loop_filter);
  ASSERT_TRUE(pipeline.latest(10s).ok());
  const auto last = decoders_.calls().back();
  EXPECT_EQ(last.sequence, 20U);
  EXPECT_FALSE(last.options.skip_loop_filter) << "who looks gets good pictures";
  // Nobody looks any more: the filter goes with the next key frame.
  publish(false, kNowhere, 15s);
  ASSERT_TRUE(eventually([&] { return !pipeline.figures().watching; }));
  publish(false);
  const auto key_frame = publish(true);
  ASSERT_TRUE(decoders_.wait_for(key_frame));
  EXPECT_TRUE(decoders_.calls().back().options.skip_loop_filter);
  EXPECT_TRUE(has(22)) << "and nothing is missed meanwhile";
}

TEST_F(PipelineTest, StopWakesWhoeverWaits) {
  auto& pipeline = start();
  auto first = std::async(std::launch::async, [&] { return pipeline.latest(600s); });
  auto second = std::async(std::launch::async, [&] { return pipeline.next_after(0, 600s, {}); });
  ASSERT_TRUE(eventually([&] { return pipeline.figures().watching; }));
  pipeline.stop();
  EXPECT_EQ(first.get().error().kind, ErrorKind::Cancelled);
  EXPECT_EQ(second.get().error().kind, ErrorKind::Cancelled);
}

TEST_F(PipelineTest, AClosedStreamKeepsItsLastPictureForThoseWhoLook) {
  publish_groups(1);
  auto& pipeline = start();
  ASSERT_TRUE(pipeline.latest(10s).ok());
  stream_->close();
  EXPECT_EQ((*pipeline.latest(10s))->sequence, 10U);
  pipeline.stop();
}

TEST_F(PipelineTest, ManyAskAtOnce) {
  publish_groups(3);
  auto& pipeline = start();
  std::vector<std::jthread> askers;
  for (int i = 0; i < 6; ++i) {
    askers.emplace_back([&, i] {
      for (int n = 0; n < 20; ++n) {
        switch ((i + n) % 4) {
          case 0:
            EXPECT_TRUE(pipeline.latest(10s).ok());
            break;
          case 1:
            EXPECT_TRUE(pipeline.at(clock_.wall() - 500ms).ok());
            break;
          case 2:
            EXPECT_TRUE(pipeline.burst(5).ok());
            break;
          default:
            EXPECT_TRUE(pipeline.next_after(0, 10s, {}).ok());
        }
      }
    });
  }
  for (int i = 0; i < 50; ++i) publish(i % 10 == 0, kNowhere, 10ms);
}

// A stream with B-frames that stops: what waits for its turn in the decoder is looked at all the same.
class ReorderedTest : public PipelineTest {
 protected:
  void SetUp() override {
    PipelineTest::SetUp();
    auto params = *params_;
    params.reorder_depth = 1;
    params_ = std::make_shared<const media::CodecParams>(std::move(params));
    motion_.enabled = motion_.every_frame = true;
    seen_ = observations_.subscribe("test", 100);
  }
  std::uint64_t next_seen() {
    const auto seen = seen_->pop({}, 10s);
    return seen ? (*seen)->sequence : 0;
  }
  std::unique_ptr<bus::TopicSubscription<model::Observation>> seen_;
};

TEST_F(ReorderedTest, TheLastPictureOfAStreamThatFallsSilentIsSeen) {
  start();
  publish(true);
  EXPECT_EQ(next_seen(), 1U);
  publish(false, kNowhere, 1000ms, FakeDecoders::kHeld);
  ASSERT_TRUE(decoders_.wait_for(2));
  clock_.advance(3s);
  EXPECT_EQ(next_seen(), 2U);
  publish(false, kNowhere, 1000ms);
  publish(true, kNowhere, 1000ms);
  EXPECT_EQ(next_seen(), 4U) << "it goes on with the next key frame";
}

TEST_F(ReorderedTest, TheLastPictureOfAStreamThatEndsIsSeen) {
  start();
  publish(true);
  EXPECT_EQ(next_seen(), 1U);
  publish(false, kNowhere, 1000ms, FakeDecoders::kHeld);
  ASSERT_TRUE(decoders_.wait_for(2));
  stream_->close();
  EXPECT_EQ(next_seen(), 2U);
}

TEST_F(PipelineTest, RealPicturesWithBFramesComeOut) {
  auto packets = media::sample_packets({.codec = media::Codec::H264, .frames = 30, .key_interval = 10, .b_frames = 2});
  if (!packets.ok() && packets.error().kind == ErrorKind::Unavailable) GTEST_SKIP() << packets.error().message;
  ASSERT_TRUE(packets.ok()) << packets.error().message;
  for (auto& packet : *packets) {
    clock_.advance(40ms);
    packet.received = clock_.wall();
    stream_->publish(packet);
  }
  LocalAnalysts analysts(clock_);
  CameraPipeline pipeline("cam", stream_, AnalysisConfig{motion_, {}}, config_, Outlets{bus_}, clock_, nullptr,
                          analysts);
  pipeline.start();
  const auto frame = pipeline.latest(10s);
  ASSERT_TRUE(frame.ok()) << frame.error().message;
  EXPECT_EQ((*frame)->width, 320);
  const auto frames = pipeline.burst(12);
  ASSERT_TRUE(frames.ok());
  ASSERT_GE(frames->size(), 10U);
  for (std::size_t i = 1; i < frames->size(); ++i) EXPECT_LT((*frames)[i - 1]->pts, (*frames)[i]->pts);
}

TEST_F(PipelineTest, ARenditionIsMadeAsLongAsSomebodyHoldsIt) {
  auto& pipeline = start();
  std::int64_t frame = 0;
  const auto play = [&](int pictures, bool key) {
    for (int i = 0; i < pictures; ++i) {
      clock_.advance(100ms);
      media::Packet packet;
      packet.key = key && i == 0;
      packet.received = clock_.wall();
      packet.pts = packet.dts = Ticks(100ms) * ++frame;
      packet.params = params_;
      packet.data = media::SharedBytes(std::vector<std::uint8_t>{FakeDecoders::kPicture, kNowhere});
      stream_->publish(packet);
      packet.track = 1;
      stream_->publish(std::move(packet));
    }
  };
  play(10, true);
  auto held = pipeline.rendition(model::Rendition::H264);
  ASSERT_TRUE(eventually([&] { return has(19); })) << "the pictures before it are needed to decode";
  play(5, false);
  auto cursor = held.stream->open(stream::Start::OldestKeyFrame);
  std::vector<media::PacketPtr> packets;
  while (packets.size() < 10) {
    auto next = cursor.next({}, 10s);
    ASSERT_TRUE(std::holds_alternative<media::PacketPtr>(next)) << packets.size();
    packets.push_back(std::get<media::PacketPtr>(next));
  }
  EXPECT_EQ(packets[0]->pts, Ticks(100ms) * 10) << "but what was long ago is not encoded";
  EXPECT_TRUE(packets[0]->key);
  EXPECT_EQ(packets[0]->params->codec, media::Codec::H264);
  EXPECT_FALSE(packets[0]->params->extradata.empty());
  EXPECT_EQ(std::count_if(packets.begin(), packets.end(), [](const auto& p) { return p->track == 1; }), 5)
      << "with the sound";
  EXPECT_TRUE(pipeline.figures().renditions.h264);
  EXPECT_FALSE(pipeline.figures().renditions.annotated);

  held.hold.reset();
  clock_.advance(1min);
  play(5, true);
  ASSERT_TRUE(eventually([&] { return !pipeline.figures().renditions.any(); }));
  play(3, false);
  const auto last = stream_->newest_video()->sequence;
  // The first of these may come while it still goes over to key frames.
  ASSERT_TRUE(eventually([&] {
    clock_.advance(1min);
    play(1, true);
    std::this_thread::sleep_for(1ms);
    const auto all = decoders_.sequences();
    return std::any_of(all.begin(), all.end(), [&](auto sequence) { return sequence > last; });
  })) << "for the snapshot";
  EXPECT_FALSE(has(last)) << "nobody looks";
}

}  // namespace
}  // namespace vigil::pipeline
