#include "eval/tracking.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "eval/mot_file.h"

namespace vigil::eval {
namespace {

// One object a lane, lanes far apart; `result` with an id per frame, 0: not found.
std::vector<TrackedBox> lane(int number, std::vector<int> ids, float shift = 0) {
  std::vector<TrackedBox> boxes;
  for (int frame = 1; frame <= static_cast<int>(ids.size()); ++frame) {
    if (ids[frame - 1] != 0)
      boxes.push_back({frame, ids[frame - 1], {100.0F * static_cast<float>(number) + shift, 0, 10, 20}, false});
  }
  return boxes;
}

std::vector<TrackedBox> operator+(std::vector<TrackedBox> a, const std::vector<TrackedBox>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(TrackingScores, AreFullForThePerfectResult) {
  auto truth = lane(0, {1, 1, 1, 1}) + lane(1, {2, 2, 2, 2});
  auto sequence = align(truth, lane(0, {7, 7, 7, 7}) + lane(1, {5, 5, 5, 5}));
  auto clear = clear_mot(sequence);
  EXPECT_DOUBLE_EQ(clear.mota, 1);
  EXPECT_DOUBLE_EQ(clear.motp, 1);
  EXPECT_EQ(clear.mostly_tracked, 2);
  EXPECT_DOUBLE_EQ(identity(sequence).f1, 1);
  EXPECT_DOUBLE_EQ(hota(sequence).hota, 1);
  EXPECT_DOUBLE_EQ(hota(sequence).localisation, 1);
}

TEST(TrackingScores, AreNothingWhereNothingIsThere) {
  auto empty = align({}, {});
  EXPECT_EQ(clear_mot(empty).mota, 0);
  EXPECT_EQ(identity(empty).f1, 0);
  EXPECT_EQ(hota(empty).hota, 0);
  auto nothing_found = align(lane(0, {1, 1, 1}), {});
  EXPECT_EQ(clear_mot(nothing_found).misses, 3);
  EXPECT_EQ(clear_mot(nothing_found).mostly_lost, 1);
  EXPECT_DOUBLE_EQ(clear_mot(nothing_found).mota, 0);
  auto nothing_there = align({}, lane(0, {1, 1}));
  EXPECT_EQ(clear_mot(nothing_there).false_positives, 2);
  EXPECT_EQ(identity(nothing_there).false_positives, 2);
}

TEST(ClearMot, CountsASwitchAndWhatIsMissedAndInvented) {
  auto truth = lane(0, {1, 1, 1, 1, 1, 1});
  auto sequence = align(truth, lane(0, {7, 7, 0, 8, 8, 8}) + lane(3, {9}));
  auto clear = clear_mot(sequence);
  EXPECT_EQ(clear.matched, 5);
  EXPECT_EQ(clear.misses, 1);
  EXPECT_EQ(clear.false_positives, 1);
  EXPECT_EQ(clear.switches, 1);
  EXPECT_EQ(clear.fragmentations, 1);
  EXPECT_DOUBLE_EQ(clear.mota, 1 - 3.0 / 6);
  auto ids = identity(sequence);
  EXPECT_EQ(ids.true_positives, 3);  // 8 is its longest part
  EXPECT_DOUBLE_EQ(ids.f1, 2.0 * 3 / (6 + 6));
}

// A pair goes on as long as it overlaps enough, even where another box fits better.
TEST(ClearMot, GoesOnWithThePairOfTheFrameBefore) {
  auto truth = lane(0, {1, 1, 1});
  auto result = lane(0, {7, 7, 7}, 2) + lane(0, {0, 8, 8}, 0);
  auto clear = clear_mot(align(truth, result));
  EXPECT_EQ(clear.switches, 0);
  EXPECT_EQ(clear.false_positives, 2);
  // After a frame without it the better one is taken.
  clear = clear_mot(align(truth, lane(0, {7, 0, 7}, 2) + lane(0, {0, 0, 8}, 0)));
  EXPECT_EQ(clear.switches, 1);
}

TEST(ClearMot, TakesAnOverlapOfExactlyOneHalf) {
  std::vector<TrackedBox> truth = {{1, 1, {0, 0, 10, 10}, false}};
  EXPECT_EQ(clear_mot(align(truth, std::vector<TrackedBox>{{1, 1, {0, 0, 10, 5}, false}})).matched, 1);
  EXPECT_EQ(clear_mot(align(truth, std::vector<TrackedBox>{{1, 1, {0, 0, 10, 4.9F}, false}})).matched, 0);
}

TEST(IgnoredTruth, CountsNeitherWay) {
  auto truth = lane(0, {1, 1}) + lane(1, {2, 2});
  for (auto& each : truth) each.ignored = each.id == 2;
  auto with = align(truth, lane(0, {7, 7}) + lane(1, {8, 8}));
  EXPECT_EQ(with.ignored_boxes, 2);
  EXPECT_DOUBLE_EQ(clear_mot(with).mota, 1);
  auto without = align(truth, lane(0, {7, 7}));
  EXPECT_DOUBLE_EQ(clear_mot(without).mota, 1);
  EXPECT_DOUBLE_EQ(hota(without).hota, 1);
}

// Two halves of one object's way under two ids: found everywhere, joined for half of it.
TEST(Hota, IsTheMeanOfFindingAndJoining) {
  auto score = hota(align(lane(0, {1, 1, 1, 1}), lane(0, {7, 7, 8, 8})));
  EXPECT_DOUBLE_EQ(score.detection, 1);
  EXPECT_DOUBLE_EQ(score.association, 0.5);
  EXPECT_NEAR(score.hota, std::sqrt(0.5), 1e-12);
}

// Overlap 2/3: thresholds up to .65 are met, 13 of 19.
TEST(Hota, LooksAtEveryThreshold) {
  std::vector<TrackedBox> truth = {{1, 1, {0, 0, 10, 10}, false}}, result = {{1, 1, {0, 2, 10, 10}, false}};
  EXPECT_NEAR(hota(align(truth, result)).hota, 13.0 / 19, 1e-12);
}

std::filesystem::path test_data() {
  if (const char* given = std::getenv("VIGIL_TEST_DATA")) return given;
  const char* source = std::getenv("VIGIL_SOURCE_DIR");
  return std::filesystem::path(source != nullptr ? source : ".") / "../shared/data";
}

// What py-motmetrics (and the benchmark's own devkit) gives for a known result; HOTA as TrackEval has it.
TEST(TrackingScores, AreTheReferencesOnes) {
  auto folder = test_data() / "tracking/motmetrics/TUD-Campus";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder << ": set VIGIL_TEST_DATA";
  auto load = [&](const char* name) {
    std::vector<TrackedBox> boxes;
    auto rows = read_mot_file(folder / name, MotIds::Unique);
    EXPECT_TRUE(rows.ok());
    for (const auto& row : *rows) boxes.push_back({row.frame, row.id, row.box, false});
    return boxes;
  };
  auto sequence = align(load("gt.txt"), load("test.txt"));
  auto ids = identity(sequence);
  EXPECT_NEAR(ids.f1, .557659, 5e-7);
  EXPECT_NEAR(ids.precision, .729730, 5e-7);
  EXPECT_NEAR(ids.recall, .451253, 5e-7);
  auto clear = clear_mot(sequence);
  EXPECT_NEAR(clear.recall, .582173, 5e-7);
  EXPECT_NEAR(clear.precision, .941441, 5e-7);
  EXPECT_NEAR(clear.mota, .526462, 5e-7);
  EXPECT_NEAR(1 - clear.motp, .277201, 5e-7);
  EXPECT_EQ(clear.truth_ids, 8);
  EXPECT_EQ(clear.mostly_tracked, 1);
  EXPECT_EQ(clear.partly_tracked, 6);
  EXPECT_EQ(clear.mostly_lost, 1);
  EXPECT_EQ(clear.false_positives, 13);
  EXPECT_EQ(clear.misses, 150);
  EXPECT_EQ(clear.switches, 7);
  EXPECT_EQ(clear.fragmentations, 7);
  EXPECT_NEAR(hota(sequence).hota, .391, 5e-4);
}

}  // namespace
}  // namespace vigil::eval
