// The numbers are those of the catalogue of faults.

#include "jobs/reconciler.h"

#include <gtest/gtest.h>

#include "blob/memory.h"
#include "jobs/workers.h"
#include "store/memory.h"

namespace vigil::jobs {
namespace {

using namespace std::chrono_literals;
using model::JobState;

class ReconcilerTest : public testing::Test {
 protected:
  ReconcilerTest() { clock_.advance(std::chrono::hours(24 * 365 * 50)); }

  std::string add_asset(const std::string& content = "video") {
    model::Asset asset;
    asset.id = new_id();
    asset.owner = "u1";
    asset.sha256 = asset.id;
    asset.key = "originals/" + asset.id;
    asset.size = content.size();
    put(asset.key, content);
    model::Upload upload;
    upload.id = asset.id;
    upload.owner = "u1";
    upload.expires_at = clock_.wall();
    EXPECT_TRUE(store_->uploads().uploads().insert(upload, {}));
    EXPECT_TRUE(store_->uploads().complete(upload.id, asset, {}));
    return asset.id;
  }
  std::string queue(const std::string& asset) {
    model::Job job;
    job.kind = "test";
    job.asset = asset;
    auto queued = store_->jobs().jobs().insert(job);
    EXPECT_TRUE(queued);
    return queued->job.id;
  }
  // As a handler does it: blobs first, then the rows of them.
  void work(const std::string& asset, int pictures = 10) {
    auto job = store_->jobs().queue().claim({"worker", {"test"}, 0});
    ASSERT_TRUE(job && *job);
    std::vector<model::JobOutput> outputs;
    for (int i = 0; i < pictures; ++i) {
      const auto name = "picture" + std::to_string(i) + ".jpg";
      const auto key = "thumbnails/" + asset + "/" + (*job)->id + "/" + name;
      put(key, "bytes");
      outputs.push_back({name, key, 5, "image/jpeg", "{}"});
    }
    ASSERT_TRUE(store_->jobs().queue().finish({(*job)->id, (*job)->lease_token}, {}, outputs));
  }
  void put(const std::string& key, const std::string& bytes) {
    ASSERT_TRUE(blobs_->put(*blob::Key::parse(key), bytes));
  }
  bool there(const std::string& key) { return blobs_->read(*blob::Key::parse(key), 0, 0).ok(); }
  std::vector<blob::Listed> thumbnails() { return *blobs_->list("thumbnails/", "", 1000); }
  JobState state(const std::string& id) { return store_->jobs().jobs().get(id)->state; }
  Reconciled pass() {
    auto found = reconciler_.pass();
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found ? *found : Reconciled();
  }
  static std::string new_id() {
    static int count = 0;
    return "01a200ac-0000-7000-8000-" + std::to_string(100000000000 + count++);
  }

  ManualClock clock_;
  std::unique_ptr<store::Store> store_ = store::make_memory_store(clock_);
  std::unique_ptr<blob::Store> blobs_ = blob::make_memory_store(clock_);
  ReconcilerConfig config_{.pause = 0ms};
  Reconciler reconciler_{config_, store_->jobs(), store_->uploads().assets(), *blobs_, clock_};
};

TEST_F(ReconcilerTest, WhereAllIsWellNothingHappens) {
  const auto asset = add_asset();
  const auto job = queue(asset);
  work(asset);
  clock_.advance(48h);
  const auto found = pass();
  EXPECT_EQ(found.jobs, 1u);
  EXPECT_EQ(found.blobs, 10u);
  EXPECT_EQ(found.missing + found.orphans + found.lost + found.cancelled + found.removed, 0u);
  EXPECT_EQ(state(job), JobState::Done);
  EXPECT_EQ(reconciler_.last()->blobs, 10u);
}

// 91
TEST_F(ReconcilerTest, TenThumbnailsThatWereDeletedAreNoticedAndMadeAgainOnce) {
  const auto asset = add_asset();
  const auto job = queue(asset);
  work(asset, 30);
  const auto before = thumbnails();
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(blobs_->remove(*blob::Key::parse(before[static_cast<std::size_t>(i)].key)));
  put(before[9].key, "cut");
  EXPECT_EQ(pass().missing, 0u) << "what ended just now settles by itself";
  clock_.advance(1h);
  auto found = pass();
  EXPECT_EQ(found.missing, 10u);
  EXPECT_EQ(found.remade, 1u);
  EXPECT_EQ(pass().remade, 0u) << "it is queued already";
  const auto last = store_->jobs().log().events(job, 0, 100)->back();
  EXPECT_EQ(last.type, "job.queued");
  EXPECT_EQ(last.code, "remake");
  work(asset, 30);
  EXPECT_EQ(thumbnails().size(), 30u);
  EXPECT_EQ(store_->jobs().log().outputs(job, "", 100)->size(), 30u);
  clock_.advance(1h);
  EXPECT_EQ(pass().missing, 0u);
  // Something removes them again and again: it is said, and left to people.
  ASSERT_TRUE(blobs_->remove(*blob::Key::parse(before[0].key)));
  found = pass();
  EXPECT_EQ(found.missing, 1u);
  EXPECT_EQ(found.remade, 0u);
  EXPECT_EQ(state(job), JobState::Done);
}

TEST_F(ReconcilerTest, WhatNoRowKnowsIsRemovedWhenItIsOldEnough) {
  const auto asset = add_asset();
  const auto kept = queue(asset);
  work(asset);
  const auto removed = queue(asset);
  work(asset, 3);
  ASSERT_TRUE(store_->jobs().jobs().remove(removed));
  put("frames/" + new_id() + "/" + new_id() + "/frame.jpg", "of an asset that is gone");
  put("metadata/" + asset + "/note.json", "of the asset itself");
  put("metadata/" + asset + "/by-hand/note.json", "of no job");
  put("originals/" + new_id(), "an original");
  clock_.advance(23h);
  auto found = pass();
  EXPECT_EQ(found.orphans, 4u);
  EXPECT_EQ(found.removed, 0u) << "nothing young is touched";
  clock_.advance(2h);
  found = pass();
  EXPECT_EQ(found.removed, 4u);
  EXPECT_EQ(found.orphan_bytes, 15u + 24u);
  EXPECT_EQ(thumbnails().size(), 10u);
  EXPECT_EQ(blobs_->list("metadata/", "", 10)->size(), 2u);
  EXPECT_EQ(blobs_->list("originals/", "", 10)->size(), 2u) << "nobody could make it again";
  EXPECT_EQ(state(kept), JobState::Done);
}

TEST_F(ReconcilerTest, TheWrongDatabaseRemovesNothing) {
  for (int i = 0; i < 30; ++i) put("frames/" + new_id() + "/" + new_id() + "/frame.jpg", "somebody's");
  clock_.advance(48h);
  const auto found = pass();
  EXPECT_TRUE(found.refused);
  EXPECT_EQ(found.orphans, 30u);
  EXPECT_EQ(found.removed, 0u);
  EXPECT_EQ(blobs_->list("frames/", "", 100)->size(), 30u);
}

TEST_F(ReconcilerTest, AFileThatIsGoneIsReportedAndItsWaitingJobsAreCancelledWhenTheAssetIs) {
  const auto asset = add_asset();
  ASSERT_TRUE(blobs_->remove(*blob::Key::parse("originals/" + asset)));
  EXPECT_EQ(pass().lost, 1u);
  const auto job = queue(asset);
  ASSERT_TRUE(store_->jobs().jobs().order(job, model::JobOrder::Pause));
  ASSERT_TRUE(store_->uploads().assets().bury(asset));
  clock_.advance(1h);
  const auto found = pass();
  EXPECT_EQ(found.lost, 0u);
  EXPECT_EQ(found.cancelled, 1u);
  EXPECT_EQ(state(job), JobState::Cancelled);
}

// 91
TEST_F(ReconcilerTest, AThumbnailThatIsGoneIsMadeAgainOnce) {
  config_.thumbnail_job = [](const model::Asset& asset) {
    model::Job job;
    job.kind = "look";
    job.unique_key = "look/" + asset.id;
    return job;
  };
  Reconciler reconciler(config_, store_->jobs(), store_->uploads().assets(), *blobs_, clock_);
  const auto asset = add_asset();
  const auto key = "thumbnails/" + asset + "/poster.jpg";
  put(key, "picture");
  model::AssetLook look;
  look.thumbnail = key;
  ASSERT_TRUE(store_->uploads().assets().describe(asset, look));
  EXPECT_EQ(reconciler.pass()->missing, 0u);
  for (int time = 0; time < 3; ++time) {
    ASSERT_TRUE(blobs_->remove(*blob::Key::parse(key)));
    const auto found = *reconciler.pass();
    EXPECT_EQ(found.missing, 1u);
    EXPECT_EQ(found.remade, time < 2 ? 1u : 0u);
    EXPECT_EQ(reconciler.pass()->remade, 0u) << "it is queued already";
    const auto job = *store_->jobs().queue().claim({"worker", {"look"}, 0});
    if (job) {
      EXPECT_EQ(job->asset, asset);
      EXPECT_EQ(job->owner, "u1");
      ASSERT_TRUE(store_->jobs().queue().finish({job->id, job->lease_token}, {}, {}));
    }
    put(key, "picture");
  }
}

TEST_F(ReconcilerTest, WhoOnlyReportsChangesNothing) {
  config_.mode = ReconcilerConfig::Mode::Report;
  Reconciler reporter(config_, store_->jobs(), store_->uploads().assets(), *blobs_, clock_);
  const auto asset = add_asset();
  const auto job = queue(asset);
  work(asset);
  ASSERT_TRUE(blobs_->remove(*blob::Key::parse(thumbnails()[0].key)));
  put("frames/" + new_id() + "/" + new_id() + "/frame.jpg", "orphan");
  clock_.advance(48h);
  const auto found = *reporter.pass();
  EXPECT_EQ(found.missing, 1u);
  EXPECT_EQ(found.orphans, 1u);
  EXPECT_EQ(found.removed + found.remade, 0u);
  EXPECT_EQ(state(job), JobState::Done);
}

TEST_F(ReconcilerTest, APassEndsWhenItIsStopped) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(reconciler_.pass(stop.get_token()).error().kind, ErrorKind::Cancelled);
}

TEST_F(ReconcilerTest, BeginsWhenAskedTo) {
  Reconciler running(config_, store_->jobs(), store_->uploads().assets(), *blobs_, system_clock());
  running.start();
  running.hurry();
  const auto end = system_clock().steady() + 20s;
  while (!running.last() && system_clock().steady() < end) std::this_thread::yield();
  EXPECT_TRUE(running.last());
}

// 84
TEST_F(ReconcilerTest, WhatASleepingWorkerStillMadeOfACancelledJobIsRemoved) {
  const auto asset = add_asset();
  const auto id = queue(asset);
  const auto job = **store_->jobs().queue().claim({"worker", {"test"}, 0});
  ASSERT_TRUE(store_->jobs().jobs().order(id, model::JobOrder::Cancel));
  clock_.advance(2min);
  ASSERT_EQ(*store_->jobs().queue().look_after(), 1);
  ASSERT_EQ(state(id), JobState::Cancelled);
  const auto noted = *store_->jobs().queue().litter(10);
  ASSERT_EQ(noted.size(), 1u);
  ASSERT_TRUE(store_->jobs().queue().swept(noted[0]));
  // It wakes up, and does not know yet.
  const auto early = "frames/" + asset + "/" + model::common_folder(job) + "/x";
  put(early, "bytes");
  ASSERT_TRUE(store_->jobs().jobs().order(id, model::JobOrder::Retry));
  const auto again = **store_->jobs().queue().claim({"worker", {"test"}, 0});
  const auto late = "frames/" + asset + "/" + model::common_folder(again) + "/x";
  put(late, "bytes");
  EXPECT_EQ(pass().orphans, 1u);
  EXPECT_TRUE(there(early)) << "it is too young";
  clock_.advance(25h);
  EXPECT_EQ(pass().removed, 1u);
  EXPECT_FALSE(there(early));
  EXPECT_TRUE(there(late));
}

}  // namespace
}  // namespace vigil::jobs
