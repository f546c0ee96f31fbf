#include "records/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/sighting_fake.h"

namespace vigil::records {
namespace {

using namespace std::chrono_literals;
using testing::frame;
using testing::frame_with;
using ::testing::IsEmpty;
using testing::kBegin;
using testing::person;
using ::testing::SizeIs;

class ChannelTest : public ::testing::Test {
 protected:
  store::RecordBatch finished() {
    store::RecordBatch batch;
    channel_.finish(batch);
    return batch;
  }
  ChannelConfig config_;
  std::vector<std::uint64_t> asked_;  // frames of which a picture was wanted
  std::function<bool(std::uint64_t)> has_picture_ = [](std::uint64_t) { return true; };
  Channel channel_{"gate", config_, [this](const model::Observation& seen, const std::string& id) {
                     asked_.push_back(seen.sequence);
                     if (!has_picture_(seen.sequence)) return std::optional<FiledPicture>();
                     return std::optional(FiledPicture{"gate/day/" + id + ".jpg", 100, 640, 480});
                   }};
};

TEST_F(ChannelTest, OneWalkIsOneTrackWithAllItsBoxes) {
  for (std::uint64_t i = 1; i <= 150; ++i) channel_.observe(frame_with(i, {7}));
  auto batch = finished();
  ASSERT_THAT(batch.tracks, SizeIs(1));
  const auto& track = batch.tracks[0];
  EXPECT_EQ(track.id, model::track_key(batch.runs.at(0).id, 7));
  EXPECT_EQ(track.frames, 150U);
  EXPECT_EQ(track.first_seen, frame(1).captured);
  EXPECT_EQ(track.last_seen, frame(150).captured);
  EXPECT_TRUE(track.ended);
  EXPECT_LE(track.path.size(), model::kPathPoints);
  EXPECT_GE(track.path.size(), 15U);
  EXPECT_LT(track.path.front().x, track.path.back().x);
  ASSERT_THAT(batch.segments, SizeIs(1));
  auto boxes = model::decode_boxes(batch.segments[0].coded);
  ASSERT_TRUE(boxes);
  ASSERT_THAT(*boxes, SizeIs(150));
  EXPECT_EQ(boxes->back().sequence, 150U);
  EXPECT_EQ(boxes->back().box, person(7, 150).box);
}

TEST_F(ChannelTest, RunTellsWhatWasLookedAt) {
  for (std::uint64_t i = 1; i <= 100; ++i) {
    auto seen = i % 2 == 0 ? frame_with(i, {1, 2}) : frame(i);
    seen.detected = i % 2 == 0;
    seen.times.total = i == 100 ? 500ms : 20ms;
    channel_.observe(seen);
  }
  channel_.lost(3);
  const auto run = finished().runs.at(0);
  EXPECT_EQ(run.camera_id, "gate");
  EXPECT_EQ(run.model, "yolox-nano@1");
  EXPECT_EQ(run.frames, 100U);
  EXPECT_EQ(run.detected, 50U);
  EXPECT_EQ(run.lost, 3U);
  EXPECT_EQ(run.tracks, 2U);
  EXPECT_EQ(run.detections, (std::map<std::string, std::uint64_t>{{"person", 100}}));
  EXPECT_EQ(run.ended, frame(100).captured);
  EXPECT_NEAR(run.latency_mean_ms, 24.8, 0.01);
  EXPECT_NEAR(run.latency_p50_ms, 20, 1);
  EXPECT_NEAR(run.latency_p99_ms, 20, 1);
}

TEST_F(ChannelTest, WhatWasNeverConfirmedIsNoRecord) {
  for (std::uint64_t i = 1; i <= 20; ++i) {
    auto seen = frame_with(i, {7});
    seen.objects[0].state = model::TrackState::Tentative;
    channel_.observe(seen);
  }
  auto batch = finished();
  EXPECT_THAT(batch.tracks, IsEmpty());
  EXPECT_THAT(batch.segments, IsEmpty());
  EXPECT_THAT(batch.objects, IsEmpty());
  EXPECT_EQ(batch.runs.at(0).tracks, 0U);
}

TEST_F(ChannelTest, AMaskIsKeptWithTheBoxThatItCovers) {
  for (std::uint64_t i = 1; i <= 20; ++i) {
    auto seen = frame_with(i, {7});
    auto& object = seen.objects[0];
    object.detected = model::Box{object.box.x + 2, object.box.y + 3, object.box.width, object.box.height};
    object.mask = model::Mask{2, 2, {0, 1, 3}};
    channel_.observe(seen);
  }
  const auto batch = finished();
  ASSERT_FALSE(batch.objects.empty());
  for (const auto& object : batch.objects) {
    ASSERT_TRUE(object.mask.has_value());
    EXPECT_EQ(object.mask->runs, (std::vector<std::uint32_t>{0, 1, 3}));
    EXPECT_EQ(object.box.y, person(7, 1).box.y + 3);
  }
}

TEST_F(ChannelTest, TrackThatIsLostOrNotMentionedAnyMoreHasEnded) {
  channel_.observe(frame_with(1, {7, 8}));
  auto gone = frame_with(2, {7});
  gone.objects[0].state = model::TrackState::Lost;
  channel_.observe(gone);
  store::RecordBatch batch;
  channel_.collect(batch);
  auto ended = [&](std::uint64_t number) {
    return std::any_of(batch.tracks.begin(), batch.tracks.end(),
                       [&](const auto& track) { return track.number == number && track.ended; });
  };
  EXPECT_TRUE(ended(7));
  EXPECT_FALSE(ended(8));
  channel_.observe(frame(1 + 15 * 6));
  channel_.collect(batch);
  EXPECT_TRUE(ended(8));
}

TEST_F(ChannelTest, LooksOfATrackAreOneEmbeddingTheNewest) {
  auto look = [](float x) {
    return std::make_shared<const model::Appearance>(model::Appearance{"osnet@1", {x, 1 - x}});
  };
  store::RecordBatch batch;
  for (std::uint64_t i = 1; i <= 15 * 30; ++i) {
    auto seen = frame_with(i, {7, 8});
    if (i == 2) seen.objects[0].appearance = look(0.25F);
    if (i == 5) seen.objects[0].appearance = look(0.75F);
    seen.objects[0].subject_id = 3;
    channel_.observe(seen);
    channel_.collect(batch);
  }
  channel_.finish(batch);
  ASSERT_THAT(batch.embeddings, SizeIs(1)) << "nothing new is nothing to write";
  const auto& embedding = batch.embeddings[0];
  EXPECT_EQ(embedding.id, model::track_key(batch.runs.at(0).id, 7));
  EXPECT_EQ(embedding.run_id, batch.runs[0].id);
  EXPECT_EQ(embedding.camera_id, "gate");
  EXPECT_EQ(embedding.label, "person");
  EXPECT_EQ(embedding.model, "osnet@1");
  EXPECT_THAT(embedding.values, ::testing::ElementsAre(0.75F, 0.25F));
  EXPECT_EQ(batch.tracks.back().subject + batch.tracks[batch.tracks.size() - 2].subject, 3U);
}

TEST_F(ChannelTest, WhatNobodyConfirmedHasNoLook) {
  auto seen = frame_with(1, {7});
  seen.objects[0].state = model::TrackState::Tentative;
  seen.objects[0].appearance = std::make_shared<const model::Appearance>(model::Appearance{"osnet@1", {1}});
  channel_.observe(seen);
  EXPECT_THAT(finished().embeddings, IsEmpty());
}

TEST_F(ChannelTest, ASceneIsRecordedWithItsPicture) {
  auto seen = frame(1);
  seen.scene = model::Scene{"outdoor day", "A street.", 0.8F, "rules"};
  channel_.observe(seen);
  channel_.observe(frame(2));
  auto batch = finished();
  ASSERT_THAT(batch.scenes, SizeIs(1));
  const auto& scene = batch.scenes[0];
  EXPECT_EQ(scene.id, model::frame_key(batch.runs.at(0).id, 1));
  EXPECT_EQ(scene.key_frame_id, scene.id);
  EXPECT_EQ(scene.camera_id, "gate");
  EXPECT_EQ(scene.time, frame(1).captured);
  EXPECT_EQ(scene.type, "outdoor day");
  EXPECT_EQ(scene.description, "A street.");
  EXPECT_EQ(scene.model, "rules");
  ASSERT_THAT(batch.key_frames, SizeIs(1));
  EXPECT_EQ(batch.key_frames[0].id, scene.key_frame_id);
}

TEST_F(ChannelTest, APictureOfATrackShowsTheSceneToo) {
  auto seen = frame_with(1, {7});
  seen.scene = model::Scene{"day", "A person.", 1, ""};
  channel_.observe(seen);
  auto batch = finished();
  ASSERT_THAT(batch.key_frames, SizeIs(1));
  EXPECT_EQ(batch.scenes.at(0).key_frame_id, batch.key_frames[0].id);
  EXPECT_THAT(asked_, SizeIs(1));
}

TEST_F(ChannelTest, ScenesThatComeTooFastAreThinned) {
  for (std::uint64_t i = 1; i <= 15 * 10; ++i) {
    auto seen = frame(i);
    seen.scene = model::Scene{"day", "number " + std::to_string(i) + std::string(5000, '\xC3'), 1, ""};
    channel_.observe(seen);
  }
  auto batch = finished();
  EXPECT_THAT(batch.scenes, SizeIs(5));
  EXPECT_LE(batch.scenes[0].description.size(), 2000U);
  EXPECT_EQ(batch.scenes[0].description.rfind("number 1", 0), 0U);
}

TEST_F(ChannelTest, LongTracksAreWrittenInPiecesWhileTheyLast) {
  store::RecordBatch batch;
  for (std::uint64_t i = 1; i <= 15 * 100; ++i) {
    channel_.observe(frame_with(i, {7}));
    channel_.collect(batch);
  }
  EXPECT_EQ(batch.segments.size(), 3U);  // of 30 s
  EXPECT_LE(batch.tracks.size(), 11U);   // every 10 s
  EXPECT_GE(batch.tracks.size(), 9U);
  EXPECT_FALSE(batch.tracks.back().ended);
  channel_.finish(batch);
  std::uint64_t boxes = 0;
  for (std::size_t i = 0; i < batch.segments.size(); ++i) {
    EXPECT_EQ(batch.segments[i].id, model::segment_key(batch.tracks[0].id, i));
    boxes += batch.segments[i].boxes;
  }
  EXPECT_EQ(boxes, 1500U);
  EXPECT_LE(batch.tracks.back().path.size(), model::kPathPoints);
  EXPECT_GE(batch.tracks.back().path.size(), model::kPathPoints / 2);
}

TEST_F(ChannelTest, OfWhatStandsStillOneBoxASecondIsKept) {
  for (std::uint64_t i = 1; i <= 300; ++i) {
    auto seen = frame_with(i, {7});
    seen.objects[0].box = {100, 100, 50, 50};
    seen.objects[0].stationary = i > 15;
    channel_.observe(seen);
  }
  auto batch = finished();
  EXPECT_TRUE(batch.tracks.at(0).stationary);
  EXPECT_EQ(batch.tracks.at(0).frames, 300U);
  EXPECT_GE(batch.segments.at(0).boxes, 15U + 18U);
  EXPECT_LE(batch.segments.at(0).boxes, 15U + 21U);
}

TEST_F(ChannelTest, PictureIsKeptWhenATrackIsConfirmedAndWhenItIsSeenMuchBetter) {
  for (std::uint64_t i = 1; i <= 90; ++i) {
    auto seen = frame_with(i, {7});
    auto& box = seen.objects[0].box;
    box = {200, 100, 20 + static_cast<float>(i), 100};
    channel_.observe(seen);
  }
  auto batch = finished();
  ASSERT_EQ(asked_.size(), 3U);  // no more of one track
  EXPECT_EQ(asked_[0], 1U);
  EXPECT_GE(asked_[1] - asked_[0], 15U);  // a second
  ASSERT_THAT(batch.key_frames, SizeIs(3));
  ASSERT_THAT(batch.objects, SizeIs(3));
  EXPECT_EQ(batch.objects[2].key_frame_id, batch.key_frames[2].id);
  EXPECT_EQ(batch.objects[2].track_id, batch.tracks[0].id);
  EXPECT_EQ(batch.tracks[0].key_frame_id, batch.key_frames[2].id);
  EXPECT_EQ(batch.tracks[0].best_box, batch.objects[2].box);
  EXPECT_NEAR(batch.objects[0].foot_y, 200.0 / 480, 1e-4);
}

TEST_F(ChannelTest, OnePictureShowsAllWhoAreInIt) {
  channel_.observe(frame_with(1, {7, 8, 9}));
  auto batch = finished();
  EXPECT_THAT(batch.key_frames, SizeIs(1));
  EXPECT_THAT(batch.objects, SizeIs(3));
  for (const auto& track : batch.tracks) EXPECT_EQ(track.key_frame_id, batch.key_frames[0].id);
}

TEST_F(ChannelTest, WhoeverComesRightAfterAPictureHasOneSoon) {
  for (std::uint64_t i = 1; i <= 30; ++i) {
    channel_.observe(i >= 3 && i <= 8 ? frame_with(i, {7, 8}) : frame_with(i, {7}));
  }
  auto batch = finished();
  ASSERT_THAT(asked_, SizeIs(2));
  EXPECT_LE(asked_[1], 5U);
  ASSERT_THAT(batch.tracks, SizeIs(2));
  EXPECT_EQ(batch.tracks[1].key_frame_id, batch.key_frames.at(1).id);
}

TEST_F(ChannelTest, ATrackOfWhichNoPictureCouldBeHadGetsOneWhenItEnds) {
  bool had = false;
  has_picture_ = [&](std::uint64_t) { return had; };
  for (std::uint64_t i = 1; i <= 10; ++i) channel_.observe(frame_with(i, {7}));
  had = true;
  for (std::uint64_t i = 11; i <= 100; ++i) channel_.observe(frame_with(i, {}));
  auto batch = finished();
  ASSERT_THAT(batch.tracks, SizeIs(1));
  ASSERT_THAT(batch.key_frames, SizeIs(1));
  EXPECT_EQ(batch.tracks[0].key_frame_id, batch.key_frames[0].id);
  EXPECT_EQ(batch.key_frames[0].sequence, 1U);  // the moment in which it was seen best
  ASSERT_THAT(batch.objects, SizeIs(1));
  EXPECT_EQ(batch.objects[0].box, batch.tracks[0].best_box);
  EXPECT_EQ(batch.objects[0].label, batch.tracks[0].label);
}

// Each attempt may last as long as a decoder that does not answer, and all cameras wait for it.
TEST_F(ChannelTest, PicturesThatCannotBeHadAreAskedForOnceASecond) {
  has_picture_ = [](std::uint64_t) { return false; };
  for (std::uint64_t i = 1; i <= 60; ++i) channel_.observe(frame_with(i, {7, i < 30 ? 8U : 9U}));
  for (std::uint64_t i = 61; i <= 150; ++i) channel_.observe(frame_with(i, {}));  // all of them end at about one time
  for (std::size_t i = 1; i < asked_.size() && asked_[i] > asked_[i - 1]; ++i)
    EXPECT_GE(asked_[i] - asked_[i - 1], 15U);
  EXPECT_LE(asked_.size(), 10U);
  EXPECT_GE(asked_.size(), 5U);
}

TEST_F(ChannelTest, PlateOfAVehicleIsReadOffItsAttributes) {
  for (std::uint64_t i = 1; i <= 40; ++i) {
    auto seen = frame_with(i, {7});
    seen.objects[0].label = "car";
    seen.objects[0].attributes = {{"vehicle_type", "van", 0.9F, "v@1"},
                                  {"plate",
                                   i < 10   ? "unknown"
                                   : i < 20 ? "M-AB 128"
                                            : "M-AB 123",
                                   0.6F, "p@1"},
                                  {"plate_region", "de", 0.9F, "p@1"}};
    channel_.observe(seen);
  }
  auto batch = finished();
  ASSERT_FALSE(batch.plates.empty());
  const auto& read = batch.plates.back();
  EXPECT_EQ(read.text, "M-AB 123");
  EXPECT_EQ(read.plain, "MAB123");
  EXPECT_EQ(read.region, "de");
  EXPECT_EQ(read.track_id, batch.tracks.back().id);
  EXPECT_FALSE(read.key_frame_id.empty());
  EXPECT_EQ(batch.tracks.back().specific_type, "van");
}

TEST_F(ChannelTest, AnotherModelIsAnotherRun) {
  for (std::uint64_t i = 1; i <= 20; ++i) {
    auto seen = frame_with(i, {7});
    if (i > 10) seen.model = "pico@2";
    channel_.observe(seen);
  }
  auto batch = finished();
  ASSERT_THAT(batch.runs, SizeIs(2));
  EXPECT_NE(batch.runs[0].id, batch.runs[1].id);
  EXPECT_EQ(batch.runs[0].frames, 10U);
  EXPECT_TRUE(batch.runs[0].ended.has_value());
  EXPECT_THAT(batch.tracks, SizeIs(2));
}

TEST_F(ChannelTest, TimesAndNumbersThatMakeNoSenseDoNoHarm) {
  auto mad = frame_with(1, {7});
  mad.captured = WallTime::max();
  channel_.observe(mad);
  mad.captured = WallTime::min();
  channel_.observe(mad);
  EXPECT_EQ(channel_.run(), nullptr);
  mad = frame_with(2, {7});
  mad.width = mad.height = 0;
  mad.objects[0].box = {std::nanf(""), 1e30F, -5, std::nanf("")};
  channel_.observe(mad);
  for (std::uint64_t i = 0; i < 3000; ++i) mad.objects.push_back(person(100 + i, 1));
  channel_.observe(mad);
  auto batch = finished();
  EXPECT_LE(batch.tracks.size(), 2000U);
}

}  // namespace
}  // namespace vigil::records
