#include "records/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "records/picture_files.h"
#include "records/sighting_fake.h"
#include "store/memory.h"
#include "store/temp_dir_fake.h"

namespace vigil::records {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::frame;
using testing::frame_with;
using testing::person;

// A database that can be taken away, and that notes what it is given.
class FickleLog final : public store::RecordLog {
 public:
  explicit FickleLog(store::RecordLog& log) : log_(log) {}
  Result<void> write(const store::RecordBatch& batch) override {
    ++asked;
    if (away) return make_error(ErrorKind::Unavailable, "the database is away");
    for (const auto& run : batch.runs) {
      if (run.camera_id == poison) return make_error(ErrorKind::InvalidArgument, "a text is not valid UTF-8");
    }
    auto done = log_.write(batch);
    if (done) ++written;
    // The answer is lost after the work was done.
    if (answer_lost) return make_error(ErrorKind::Unavailable, "the connection broke");
    return done;
  }
  Result<std::vector<std::pair<std::string, std::string>>> older(store::RecordKind kind, WallTime before,
                                                                 int limit) override {
    return log_.older(kind, before, limit);
  }
  Result<void> remove(store::RecordKind kind, const std::vector<std::string>& ids) override {
    return log_.remove(kind, ids);
  }
  Result<std::uint64_t> count(store::RecordKind kind) override { return log_.count(kind); }

  bool away = false, answer_lost = false;
  std::string poison = "none";
  int asked = 0, written = 0;

 private:
  store::RecordLog& log_;
};

class WriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    config_.data_dir = dir_.path();
    make();
  }
  void make() {
    writer_.reset();
    auto pictures = [this](const std::string&, std::uint64_t, WallTime) -> std::optional<Picture> {
      if (!picture_) return std::nullopt;
      return Picture{"JPEG", 640, 480};
    };
    writer_ = std::make_unique<Writer>(config_, topic_->subscribe("records", 10000), log_, pictures, clock_);
  }
  // `from` up to and including `to`, one step of the writer for every two seconds of video.
  void watch(std::uint64_t from, std::uint64_t to, const std::string& camera = "gate") {
    for (auto i = from; i <= to; ++i) {
      topic_->publish(frame_with(i, {7, 8}, camera));
      if (i % 30 == 0) step();
    }
  }
  void step() {
    clock_.advance(2s);
    writer_->step();
  }
  std::uint64_t boxes() {
    std::uint64_t sum = 0;
    auto segments = store_->records().tracks().boxes({});
    for (const auto& segment : segments.value()) sum += segment.boxes;
    return sum;
  }

  store::TempDir dir_;
  ManualClock clock_;
  std::unique_ptr<store::Store> store_ = store::make_memory_store(clock_);
  FickleLog log_{store_->records().log()};
  std::unique_ptr<bus::Observations> topic_ = std::make_unique<bus::Observations>();
  WriterConfig config_;
  bool picture_ = true;
  std::unique_ptr<Writer> writer_;
};

TEST_F(WriterTest, WritesInBatchesAndEverythingAtTheEnd) {
  watch(1, 300);
  EXPECT_LE(log_.asked, 10);
  EXPECT_GE(log_.asked, 2);
  writer_->stop();
  EXPECT_EQ(boxes(), 600U);
  auto runs = store_->records().runs().find({});
  ASSERT_EQ(runs->items.size(), 1U);
  EXPECT_EQ(runs->items[0].frames, 300U);
  EXPECT_TRUE(runs->items[0].ended.has_value());
  EXPECT_EQ(store_->records().tracks().find({})->items.size(), 2U);
  EXPECT_EQ(writer_->figures().observations, 300U);
  EXPECT_EQ(writer_->figures().spooled_bytes, 0U);
  EXPECT_EQ(writer_->figures().spooled, 0U);
  EXPECT_EQ(writer_->figures().writes.count, static_cast<std::uint64_t>(log_.written));
}

TEST_F(WriterTest, DatabaseThatIsAwayForAMinuteLosesNothing) {
  watch(1, 300);
  log_.away = true;
  watch(301, 1200);  // a minute
  EXPECT_TRUE(writer_->figures().away);
  EXPECT_GT(writer_->figures().spooled_bytes, 0U);
  EXPECT_GT(writer_->figures().spooled, 0U);
  const int asked = log_.asked;
  EXPECT_LT(asked, 30);  // it is not hammered
  log_.away = false;
  watch(1201, 1800);
  EXPECT_FALSE(writer_->figures().away);
  EXPECT_EQ(writer_->figures().spooled_bytes, 0U);
  writer_->stop();
  EXPECT_EQ(boxes(), 3600U);
  EXPECT_EQ(store_->records().runs().find({})->items.at(0).frames, 1800U);
  EXPECT_EQ(writer_->figures().lost, 0U);
}

TEST_F(WriterTest, WhatWasSpooledIsWrittenByTheNextProcess) {
  log_.away = true;
  watch(1, 300);
  writer_->stop();
  EXPECT_EQ(boxes(), 0U);
  log_.away = false;
  make();
  step();
  writer_->stop();
  EXPECT_EQ(boxes(), 600U);
  EXPECT_EQ(store_->records().runs().find({})->items.at(0).frames, 300U);
}

TEST_F(WriterTest, LongSpoolIsWrittenOutAtTheEnd) {
  log_.away = true;
  watch(1, 3000);
  log_.away = false;
  clock_.advance(1min);
  writer_->stop();
  EXPECT_EQ(boxes(), 6000U);
}

TEST_F(WriterTest, BatchWhoseAnswerWasLostIsWrittenAgainAndIsThereOnce) {
  log_.answer_lost = true;
  watch(1, 300);
  log_.answer_lost = false;
  watch(301, 600);
  clock_.advance(15s);
  step();
  writer_->stop();
  EXPECT_EQ(boxes(), 1200U);
  EXPECT_EQ(store_->records().tracks().find({})->items.size(), 2U);
  EXPECT_EQ(store_->records().runs().find({})->items.size(), 1U);
}

TEST_F(WriterTest, WhatTheDatabaseRefusesDoesNotHoldUpTheRest) {
  log_.poison = "bad";
  for (std::uint64_t i = 1; i <= 60; ++i) {
    topic_->publish(frame_with(i, {1}, "bad"));
    topic_->publish(frame_with(i, {1}, "gate"));
  }
  writer_->step();
  writer_->stop();
  auto figures = writer_->figures();
  EXPECT_GE(figures.refused, 1U);
  EXPECT_EQ(figures.spooled_bytes, 0U);
  EXPECT_EQ(store_->records().runs().find({})->items.size(), 1U);
  EXPECT_EQ(boxes(), 120U);
}

TEST_F(WriterTest, FullSpoolIsCountedAndDoesNotGrow) {
  config_.spool_bytes = 3000;
  make();
  log_.away = true;
  watch(1, 1500);
  EXPECT_GT(writer_->figures().lost, 0U);
  EXPECT_LE(writer_->figures().spooled_bytes, 3000U);
}

TEST_F(WriterTest, KeyFramesLieInFilesThatTheirRowsName) {
  watch(1, 60);
  writer_->stop();
  auto frames = store_->records().pictures().find({});
  ASSERT_FALSE(frames->items.empty());
  for (const auto& each : frames->items) {
    EXPECT_EQ(*read_picture(dir_.path(), each.path), "JPEG");
    EXPECT_EQ(each.bytes, 4U);
  }
  EXPECT_EQ(writer_->figures().pictures, frames->items.size());
}

TEST_F(WriterTest, WithoutAPictureTheTrackIsRecordedAllTheSame) {
  picture_ = false;
  watch(1, 60);
  writer_->stop();
  EXPECT_TRUE(store_->records().pictures().find({})->items.empty());
  auto tracks = store_->records().tracks().find({});
  ASSERT_EQ(tracks->items.size(), 2U);
  EXPECT_EQ(tracks->items[0].key_frame_id, "");
}

TEST_F(WriterTest, ChannelThatFallsSilentHasItsRunEnded) {
  watch(1, 30);
  clock_.advance(2min);
  writer_->step();
  auto runs = store_->records().runs().find({});
  ASSERT_EQ(runs->items.size(), 1U);
  EXPECT_TRUE(runs->items[0].ended.has_value());
  watch(31, 60);
  EXPECT_EQ(store_->records().runs().find({})->items.size(), 2U);
}

TEST_F(WriterTest, WhatOthersAddGetsItsCamerasRun) {
  watch(1, 30);
  store::RecordBatch added;
  added.scenes.push_back({"s1", "", "gate", "", testing::kBegin, "outdoor day", "A yard.", 0.9F, "words"});
  ASSERT_TRUE(writer_->add(added));
  step();
  auto scenes = store_->records().pictures().scenes({});
  ASSERT_EQ(scenes->items.size(), 1U);
  EXPECT_EQ(scenes->items[0].run_id, store_->records().runs().find({})->items.at(0).id);
}

TEST_F(WriterTest, RunsInAThreadOfItsOwn) {
  config_.interval = 1ms;
  make();
  ASSERT_TRUE(writer_->start());
  for (std::uint64_t i = 1; i <= 100; ++i) topic_->publish(frame_with(i, {7}));
  topic_->close();
  writer_->stop();
  EXPECT_EQ(boxes(), 100U);
}

TEST(PictureFiles, PathsThatLeadElsewhereAreRefused) {
  store::TempDir dir;
  for (const char* path :
       {"", "a", "a/b", "../b/c.jpg", "a/../c.jpg", "a/b/.c", "/a/b/c", "a/b/c/d", "a//c.jpg", "a/b/c\n"}) {
    EXPECT_FALSE(write_picture(dir.path(), path, "x").ok()) << path;
    EXPECT_FALSE(read_picture(dir.path(), path).ok()) << path;
    EXPECT_FALSE(remove_picture(dir.path(), path).ok()) << path;
  }
  EXPECT_EQ(picture_path("../x", testing::kBegin, "r-1"), "other/2023-11-14/r-1.jpg");
}

TEST(PictureFiles, FoldersGoWithTheirLastPicture) {
  store::TempDir dir;
  for (const char* path : {"a/b/1.jpg", "a/b/2.jpg"}) ASSERT_TRUE(write_picture(dir.path(), path, "x"));
  ASSERT_TRUE(remove_picture(dir.path(), "a/b/1.jpg"));
  EXPECT_TRUE(read_picture(dir.path(), "a/b/2.jpg"));
  ASSERT_TRUE(remove_picture(dir.path(), "a/b/2.jpg"));
  ASSERT_TRUE(remove_picture(dir.path(), "a/b/2.jpg"));
  EXPECT_FALSE(std::filesystem::exists(dir.path("pictures/a")));
}

}  // namespace
}  // namespace vigil::records
