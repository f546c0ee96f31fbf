// The numbers are those of the catalogue of faults.

#include "jobs/job_sweeper.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "blob/memory.h"
#include "store/memory.h"

namespace vigil::jobs {
namespace {

using namespace std::chrono_literals;
using Kind = model::JobOutcome::Kind;

// A storage that is away for those of one job.
class Flaky final : public blob::Store {
 public:
  explicit Flaky(blob::Store& under) : under_(under) {}
  Result<void> put(const blob::Key& key, std::string_view bytes) override { return under_.put(key, bytes); }
  Result<void> adopt(const blob::Key& key, const std::string& path) override { return under_.adopt(key, path); }
  Result<blob::Piece> read(const blob::Key& key, std::uint64_t offset, std::uint64_t size) override {
    return under_.read(key, offset, size);
  }
  Result<void> remove(const blob::Key& key) override {
    if (!away.empty() && key.text().find(away) != std::string::npos)
      return make_error(ErrorKind::Unavailable, "the storage is away");
    return under_.remove(key);
  }
  Result<std::vector<blob::Listed>> list(const std::string& folder, const std::string& after, int limit) override {
    return under_.list(folder, after, limit);
  }
  std::string away;

 private:
  blob::Store& under_;
};

class JobSweeperTest : public testing::Test {
 protected:
  JobSweeperTest() { clock_.advance(std::chrono::hours(24 * 365 * 50)); }

  model::Job begin(const std::string& asset) {
    model::Job job;
    job.kind = "test";
    job.asset = asset;
    EXPECT_TRUE(store_->jobs().jobs().insert(job));
    return **store_->jobs().queue().claim({"worker", {"test"}, 0});
  }
  void put(const std::string& key) { ASSERT_TRUE(blobs_->put(*blob::Key::parse(key), "bytes")); }
  void cancel(const model::Job& job) {
    ASSERT_TRUE(store_->jobs().jobs().order(job.id, model::JobOrder::Cancel));
    ASSERT_TRUE(store_->jobs().queue().finish({job.id, job.lease_token}, {Kind::Stopped}, {}));
  }
  std::size_t left() {
    std::size_t out = 0;
    for (const char* folder : {"originals/", "frames/", "thumbnails/", "metadata/", "logs/"})
      out += blobs_->list(folder, "", 1000)->size();
    return out;
  }

  ManualClock clock_;
  std::unique_ptr<store::Store> store_ = store::make_memory_store(clock_);
  std::unique_ptr<blob::Store> blobs_ = blob::make_memory_store(clock_);
  Flaky flaky_{*blobs_};
  JobSweeper sweeper_{store_->jobs().queue(), flaky_, clock_};
};

// 84
TEST_F(JobSweeperTest, WhatACancelledJobMadeIsRemovedAndNothingElse) {
  const auto job = begin("a1"), other = begin("a1");
  put("originals/a1");
  put("thumbnails/a1/poster.jpg");
  put("frames/a1/" + other.id + "/frame_000000000.jpg");
  for (const char* prefix : {"frames", "thumbnails", "metadata", "logs"})
    for (const auto& folder : {model::common_folder(job), model::attempt_folder(job)})
      put(std::string(prefix) + "/a1/" + folder + "/x");
  EXPECT_EQ(*sweeper_.sweep(), 0u) << "it is at work";
  cancel(job);
  // Tried again before anybody swept: what it makes now stays.
  ASSERT_TRUE(store_->jobs().jobs().order(job.id, model::JobOrder::Retry));
  const auto again = **store_->jobs().queue().claim({"worker", {"test"}, 0});
  put("frames/a1/" + model::common_folder(again) + "/x");
  put("metadata/a1/" + model::attempt_folder(again) + "/x");
  EXPECT_EQ(*sweeper_.sweep(), 8u);
  EXPECT_EQ(left(), 5u);
  EXPECT_EQ(*sweeper_.sweep(), 0u);
  EXPECT_TRUE(store_->jobs().queue().litter(10)->empty());
}

TEST_F(JobSweeperTest, WhatCannotBeRemovedIsTriedAgainAndKeepsNobodyElseWaiting) {
  const auto first = begin("a1"), second = begin("a2");
  put("frames/a1/" + first.id + "/x");
  put("frames/a2/" + second.id + "/x");
  cancel(first);
  cancel(second);
  flaky_.away = first.id;
  EXPECT_EQ(sweeper_.sweep().error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(left(), 1u);
  flaky_.away.clear();
  EXPECT_EQ(*sweeper_.sweep(), 1u);
  EXPECT_EQ(left(), 0u);
}

TEST_F(JobSweeperTest, TheThreadRemovesItByItself) {
  JobSweeper sweeper(store_->jobs().queue(), *blobs_, system_clock(), 5ms);
  const auto job = begin("a1");
  put("frames/a1/" + job.id + "/x");
  cancel(job);
  sweeper.start();
  for (int i = 0; i < 20000 && !store_->jobs().queue().litter(1)->empty(); ++i)
    system_clock().sleep(1ms, std::stop_token());
  EXPECT_EQ(left(), 0u);
}

}  // namespace
}  // namespace vigil::jobs
