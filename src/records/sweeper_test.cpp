#include "records/sweeper.h"

#include <gtest/gtest.h>

#include "records/picture_files.h"
#include "store/memory.h"
#include "store/temp_dir_fake.h"

namespace vigil::records {
namespace {

using namespace std::chrono_literals;

class SweeperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    clock_.advance(24h * 365 * 50);
    keep_.data_dir = dir_.path();
    store::RecordBatch batch;
    for (int day = 0; day < 40; ++day) {
      const auto time = clock_.wall() - 24h * day - 1min;
      const auto id = std::to_string(day);
      model::KeyFrame frame;
      frame.id = id;
      frame.time = time;
      frame.path = picture_path("gate", time, id);
      ASSERT_TRUE(write_picture(dir_.path(), frame.path, "JPEG"));
      batch.key_frames.push_back(frame);
      model::BoxSegment segment;
      segment.id = id;
      segment.from = segment.to = time;
      batch.segments.push_back(segment);
      model::TrackRecord track;
      track.id = id;
      track.first_seen = time - 24h * 20;  // its end counts
      track.last_seen = time;
      batch.tracks.push_back(track);
    }
    ASSERT_TRUE(log().write(batch));
  }
  store::RecordLog& log() { return store_->records().log(); }
  std::size_t pictures() {
    std::size_t count = 0;
    for (const auto& each : std::filesystem::recursive_directory_iterator(dir_.path("pictures"))) {
      if (each.is_regular_file()) ++count;
    }
    return count;
  }
  store::TempDir dir_;
  ManualClock clock_;
  std::unique_ptr<store::Store> store_ = store::make_memory_store(clock_);
  Keep keep_;
};

TEST_F(SweeperTest, WhatIsOlderThanItIsKeptGoesWithItsPictures) {
  auto gone = Sweeper(keep_, log(), clock_).sweep();
  ASSERT_TRUE(gone) << gone.error().message;
  EXPECT_EQ(*gone, 10U + 10U + 33U);
  EXPECT_EQ(*log().count(store::RecordKind::KeyFrame), 30U);
  EXPECT_EQ(*log().count(store::RecordKind::Track), 30U);
  EXPECT_EQ(*log().count(store::RecordKind::Segment), 7U);
  EXPECT_EQ(pictures(), 30U);
  EXPECT_EQ(*Sweeper(keep_, log(), clock_).sweep(), 0U);
}

TEST_F(SweeperTest, PictureThatIsGoneAlreadyDoesNotHoldUpItsRow) {
  std::filesystem::remove_all(dir_.path("pictures"));
  std::filesystem::create_directory(dir_.path("pictures"));
  ASSERT_TRUE(Sweeper(keep_, log(), clock_).sweep());
  EXPECT_EQ(*log().count(store::RecordKind::KeyFrame), 30U);
}

TEST_F(SweeperTest, RowStaysWhileItsPictureCannotBeRemoved) {
  // A folder of the picture's name: unlink() fails, as for a disk that broke.
  const auto path = picture_path("gate", clock_.wall() - 24h * 35 - 1min, "35");
  std::filesystem::remove(dir_.path("pictures/" + path));
  std::filesystem::create_directories(dir_.path("pictures/" + path));
  EXPECT_FALSE(Sweeper(keep_, log(), clock_).sweep().ok());
  auto frame = store_->records().pictures().get("35");
  EXPECT_TRUE(frame.ok());
}

}  // namespace
}  // namespace vigil::records
