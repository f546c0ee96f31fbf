#include "footage/findings.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "blob/memory.h"

namespace vigil::footage {
namespace {

WallTime at(double seconds) {
  return WallTime(std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
}

// `count` persons side by side who walk to the right, ten pictures a second.
model::Observation picture(int number, int count, double step = 0.1) {
  model::Observation seen;
  seen.sequence = static_cast<std::uint64_t>(number + 1);
  seen.captured = at(number * step);
  seen.width = 640;
  seen.height = 360;
  seen.model = "fake@1";
  seen.detected = true;
  for (int i = 0; i < count; ++i) {
    model::SeenObject object;
    object.track_id = static_cast<std::uint64_t>(i + 1);
    object.state = number < 2 ? model::TrackState::Tentative : model::TrackState::Confirmed;
    object.label = "person";
    object.confidence = 0.75F;
    object.box = {static_cast<float>(number + 20 * i), 100, 15, 40};
    object.detected = object.box;
    seen.objects.push_back(object);
  }
  return seen;
}

class FindingsTest : public testing::Test {
 protected:
  std::vector<model::JobOutput> write(int pictures, int count, double step = 0.1) {
    FindingsWriter writer(*blobs_, "a1", "a1/j1/1");
    for (int i = 0; i < pictures; ++i) EXPECT_TRUE(writer.add(picture(i, count, step)).ok());
    auto outputs = writer.finish();
    EXPECT_TRUE(outputs.ok());
    return *outputs;
  }
  std::unique_ptr<blob::Store> blobs_ = blob::make_memory_store();
};

TEST_F(FindingsTest, WhatWasSeenComesBack) {
  const auto outputs = write(100, 2);
  const auto found = read_findings(*blobs_, outputs);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->run.frames, 100u);
  EXPECT_EQ(found->run.model, "fake@1");
  EXPECT_EQ(found->run.camera_id, "a1");
  ASSERT_EQ(found->tracks.size(), 2u);
  EXPECT_EQ(found->tracks[1].number, 2u);
  EXPECT_EQ(found->tracks[1].frames, 100u);
  EXPECT_EQ(found->tracks[1].last_seen, at(9.9));
  EXPECT_TRUE(found->tracks[1].ended);
  const auto seen = read_frames(*blobs_, outputs, at(0), at(100), 100000);
  ASSERT_TRUE(seen.ok()) << seen.error().message;
  ASSERT_EQ(seen->frames.size(), 100u);
  EXPECT_FALSE(seen->cut);
  const auto& frame = seen->frames[50];
  EXPECT_EQ(frame.sequence, 51u);
  EXPECT_EQ(frame.time, at(5));
  ASSERT_EQ(frame.objects.size(), 2u);
  EXPECT_EQ(frame.objects[1].track, 2u);
  EXPECT_EQ(frame.objects[1].label, "person");
  EXPECT_EQ(frame.objects[1].box.box, (model::Box{70, 100, 15, 40}));
}

TEST_F(FindingsTest, WhatStandsStillKeepsItsBoxesToo) {
  FindingsWriter writer(*blobs_, "a1", "a1/j1/1");
  for (int i = 0; i < 50; ++i) {
    auto seen = picture(i, 1);
    seen.objects[0].box.x = 10;
    seen.objects[0].stationary = true;
    ASSERT_TRUE(writer.add(seen).ok());
  }
  const auto outputs = writer.finish();
  EXPECT_EQ(read_frames(*blobs_, *outputs, at(0), at(100), 1000)->frames.size(), 50u);
}

TEST_F(FindingsTest, APartIsReadWithoutTheOthers) {
  // Twenty minutes of forty persons: more than a megabyte of boxes.
  const auto outputs = write(6000, 40, 0.2);
  const auto parts = static_cast<std::size_t>(std::count_if(
      outputs.begin(), outputs.end(), [](const auto& output) { return output.name.starts_with("boxes_"); }));
  ASSERT_GE(parts, 2u);
  const auto seen = read_frames(*blobs_, outputs, at(600), at(602), 100000);
  ASSERT_TRUE(seen.ok());
  ASSERT_EQ(seen->frames.size(), 10u);
  EXPECT_EQ(seen->frames.front().time, at(600));
  for (const auto& frame : seen->frames) EXPECT_EQ(frame.objects.size(), 40u);
  // What lies elsewhere in time is not even opened.
  const auto& last = outputs[parts - 1];
  ASSERT_TRUE(last.name.starts_with("boxes_"));
  ASSERT_TRUE(blobs_->remove(*blob::Key::parse(last.key)).ok());
  EXPECT_TRUE(read_frames(*blobs_, outputs, at(10), at(12), 100000).ok());
  EXPECT_FALSE(read_frames(*blobs_, outputs, at(0), at(1200), 1000000).ok());
}

TEST_F(FindingsTest, TooManyAreGivenInParts) {
  const auto outputs = write(100, 5);
  std::size_t frames = 0;
  WallTime from = at(0);
  for (int i = 0; i < 100; ++i) {
    const auto seen = read_frames(*blobs_, outputs, from, at(100), 23);
    ASSERT_TRUE(seen.ok());
    frames += seen->frames.size();
    ASSERT_LE(seen->frames.size(), 4u);
    if (!seen->cut) break;
    from = seen->frames.back().time + std::chrono::milliseconds(1);
  }
  EXPECT_EQ(frames, 100u);
  EXPECT_EQ(read_frames(*blobs_, outputs, at(0), at(100), 1)->frames.size(), 1u) << "one is given whole";
}

TEST_F(FindingsTest, NothingSeenIsAFindingToo) {
  const auto outputs = write(10, 0);
  const auto found = read_findings(*blobs_, outputs);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->run.frames, 10u);
  EXPECT_TRUE(found->tracks.empty());
  EXPECT_TRUE(read_frames(*blobs_, outputs, at(0), at(100), 10)->frames.empty());
  EXPECT_TRUE(read_findings(*blobs_, write(0, 0)).ok()) << "not one picture was looked at";
}

TEST_F(FindingsTest, WhatIsDamagedIsSaidSo) {
  const auto outputs = write(10, 1);
  for (const auto& output : outputs) ASSERT_TRUE(blobs_->put(*blob::Key::parse(output.key), "nonsense").ok());
  EXPECT_EQ(read_findings(*blobs_, outputs).error().code, "found.broken");
  EXPECT_EQ(read_frames(*blobs_, outputs, at(0), at(100), 10).error().code, "found.broken");
  EXPECT_EQ(read_findings(*blobs_, {}).error().code, "found.broken");
}

}  // namespace
}  // namespace vigil::footage
