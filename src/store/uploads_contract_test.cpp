// What every store must do with uploads and assets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "store/store_fake.h"
#include "store/uploads.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class UploadContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    clock_.advance(std::chrono::hours(24 * 365 * 50));
    auto opened = store_for_test(GetParam(), dir_, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  UploadRepository& uploads() { return store_->uploads().uploads(); }
  AssetRepository& assets() { return store_->uploads().assets(); }

  model::Upload upload(const std::string& id, std::optional<std::uint64_t> length = 100,
                       const std::string& owner = "u1") {
    model::Upload made;
    made.id = id;
    made.owner = owner;
    made.length = length;
    made.name = "a'b.mp4";
    made.type = "video/mp4";
    made.expires_at = clock_.wall() + 1h;
    return made;
  }
  static model::Asset asset(const std::string& id, const std::string& sha256 = "aa", const std::string& owner = "u1") {
    return {id, owner, sha256, 100, "a'b.mp4", "video/mp4", "video/mp4", "originals/" + id, {}};
  }
  static std::vector<model::Job> job() {
    model::Job made;
    made.kind = "verify";
    return {made};
  }

  TempDir dir_;
  ManualClock clock_;
  std::unique_ptr<Store> store_;
};

TEST_P(UploadContract, AnUploadComesBackAsItWas) {
  auto wanted = upload("one");
  wanted.sha256 = "ab";
  auto stored = uploads().insert(wanted, {});
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->created_at, clock_.wall());
  EXPECT_THAT(*uploads().find({.id = "one"}), ElementsAre(*stored));
  EXPECT_TRUE(uploads().find({.id = "none"})->empty());
  ASSERT_TRUE(uploads().insert(upload("two", std::nullopt, "u2"), {}));
  EXPECT_EQ(uploads().find({.owner = "u2"})->front().length, std::nullopt);
  EXPECT_EQ(uploads().find({})->size(), 2u);
  ASSERT_TRUE(uploads().remove("one"));
  EXPECT_TRUE(uploads().remove("one"));
  EXPECT_EQ(uploads().find({})->size(), 1u);
}

TEST_P(UploadContract, ReceivedOnlyGrowsAndALengthStays) {
  auto mine = *uploads().insert(upload("one", std::nullopt), {});
  mine.received = 50;
  mine = *uploads().advance(mine, {});
  auto wrong = mine;
  wrong.received = 49;
  EXPECT_EQ(uploads().advance(wrong, {}).error().kind, ErrorKind::Conflict);
  mine.length = 80;
  mine = *uploads().advance(mine, {});
  wrong = mine;
  wrong.length = 90;
  EXPECT_EQ(uploads().advance(wrong, {}).error().kind, ErrorKind::Conflict);
  wrong = mine;
  wrong.received = 81;
  EXPECT_EQ(uploads().advance(wrong, {}).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(uploads().find({.id = "one"})->front(), mine);
  EXPECT_EQ(uploads().advance(upload("none"), {}).error().kind, ErrorKind::NotFound);
}

// 69
TEST_P(UploadContract, WhatIsOverQuotaIsRefusedBeforeAByteComes) {
  const UploadQuota quota{150, 0};
  ASSERT_TRUE(uploads().insert(upload("one"), quota));
  auto refused = uploads().insert(upload("two"), quota);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "upload.quota");
  EXPECT_EQ(refused.error().kind, ErrorKind::PayloadTooLarge);
  EXPECT_TRUE(uploads().insert(upload("three", 100, "u2"), quota));
  auto deferred = *uploads().insert(upload("four", std::nullopt), quota);
  deferred.length = 60;
  EXPECT_EQ(uploads().advance(deferred, quota).error().code, "upload.quota");
  deferred.length = 50;
  EXPECT_TRUE(uploads().advance(deferred, quota));
  EXPECT_EQ(uploads().insert(upload("five", ~std::uint64_t{0} / 2), quota).error().code, "upload.quota");
  // What was given up is free again.
  ASSERT_TRUE(uploads().remove("one"));
  EXPECT_TRUE(uploads().insert(upload("six"), quota));
  EXPECT_EQ(uploads().insert(upload("seven", 0), {0, 2}).error().code, "upload.open");
}

// 69
TEST_P(UploadContract, OfManyThatComeAtOnceOnlyAsManyAsFitAreTaken) {
  std::atomic<int> taken{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 5; ++i) {
          if (uploads().insert(upload(std::to_string(t) + "-" + std::to_string(i)), {750, 0})) ++taken;
        }
      });
    }
  }
  EXPECT_EQ(taken, 7);
  EXPECT_EQ(store_->uploads().usage("u1")->reserved, 700u);
}

TEST_P(UploadContract, WhatWasFoundOutAboutAnAssetStaysWithIt) {
  ASSERT_TRUE(uploads().insert(upload("one"), {}));
  ASSERT_TRUE(store_->uploads().complete("one", asset("a1"), {}));
  EXPECT_EQ(assets().get("a1")->look, model::AssetLook{});
  const model::AssetLook look{"{\"codec\":\"h264\"}", "thumbnails/a1/poster.jpg", "media.too_long", "It's too long."};
  const auto described = assets().describe("a1", look);
  ASSERT_TRUE(described) << described.error().message;
  EXPECT_EQ(described->look, look);
  EXPECT_EQ(assets().get("a1")->look, look);
  EXPECT_EQ(assets().find({})->items.front().look, look);
  ASSERT_TRUE(assets().describe("a1", {}));
  EXPECT_EQ(assets().get("a1")->look, model::AssetLook{});
  ASSERT_TRUE(assets().bury("a1"));
  EXPECT_EQ(assets().describe("a1", look).error().kind, ErrorKind::NotFound);
}

TEST_P(UploadContract, AllJobsOfANewAssetAreQueuedWithIt) {
  auto direct = upload("one");
  direct.direct = "parts";
  auto stored = uploads().insert(direct, {});
  ASSERT_TRUE(stored) << stored.error().message;
  stored->direct = "an id of theirs";
  ASSERT_TRUE(uploads().advance(*stored, {}));
  EXPECT_EQ(uploads().find({.id = "one"})->front().direct, "an id of theirs");
  std::vector<model::Job> wanted(2);
  wanted[0].kind = "verify";
  wanted[1].kind = "probe";
  const auto done = store_->uploads().complete("one", asset("a1"), wanted);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(store_->jobs().jobs().get(done->job_id)->kind, "verify");
  EXPECT_EQ(store_->jobs().jobs().find({})->items.size(), 2u);
}

// 74, U11
TEST_P(UploadContract, CompletingMakesOneAssetAndOneJobHoweverOftenItIsTried) {
  ASSERT_TRUE(uploads().insert(upload("one"), {}));
  auto done = store_->uploads().complete("one", asset("a1"), job());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_FALSE(done->duplicate);
  EXPECT_EQ(done->asset.created_at, clock_.wall());
  const auto queued = store_->jobs().jobs().get(done->job_id);
  ASSERT_TRUE(queued);
  EXPECT_EQ(queued->asset, "a1");
  EXPECT_EQ(queued->owner, "u1");
  EXPECT_EQ(store_->jobs().log().unsent(10)->front().type, "job.queued");
  auto again = store_->uploads().complete("one", asset("a1"), job());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_FALSE(again->duplicate);
  EXPECT_EQ(again->asset, done->asset);
  EXPECT_EQ(store_->jobs().jobs().find({})->items.size(), 1u);
  EXPECT_EQ(assets().find({})->items.size(), 1u);
  const auto upload_row = uploads().find({.id = "one"})->front();
  EXPECT_EQ(upload_row.state, model::UploadState::Complete);
  EXPECT_EQ(upload_row.asset, "a1");
  EXPECT_EQ(uploads().advance(upload_row, {}).error().code, "upload.complete");
  EXPECT_EQ(store_->uploads().complete("none", asset("a2"), {}).error().kind, ErrorKind::NotFound);
}

// 75
TEST_P(UploadContract, TheSameContentOfOneOwnerIsOneAsset) {
  std::set<std::string> ids;
  std::atomic<int> fresh{0};
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 5; ++i) {
          const auto name = std::to_string(t) + "-" + std::to_string(i);
          ASSERT_TRUE(uploads().insert(upload(name), {}));
          auto done = store_->uploads().complete(name, asset("asset-" + name), job());
          ASSERT_TRUE(done) << done.error().message;
          if (!done->duplicate) ++fresh;
          std::lock_guard lock(mutex);
          ids.insert(done->asset.id);
        }
      });
    }
  }
  EXPECT_EQ(ids.size(), 1u);
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(store_->jobs().jobs().find({})->items.size(), 1u);
  ASSERT_TRUE(uploads().insert(upload("other", 100, "u2"), {}));
  EXPECT_FALSE(store_->uploads().complete("other", asset("theirs", "aa", "u2"), {})->duplicate);
  EXPECT_EQ(assets().find({})->items.size(), 2u);
  EXPECT_EQ(assets().find({.owner = "u2", .sha256 = "aa"})->items.front().id, "theirs");
  const auto usage = *store_->uploads().usage("u1");
  EXPECT_EQ(usage.bytes, 100u);
  EXPECT_EQ(usage.open_uploads, 0u);
}

// 72
TEST_P(UploadContract, AnExpiredOneIsFoundAndClosedAndGivesItsQuotaBack) {
  ASSERT_TRUE(uploads().insert(upload("one"), {}));
  ASSERT_TRUE(uploads().insert(upload("two"), {}));
  ASSERT_TRUE(store_->uploads().complete("two", asset("a1"), {}));
  EXPECT_TRUE(uploads().find({.expired_before = clock_.wall()})->empty());
  clock_.advance(2h);
  const auto expired = *uploads().find({.states = {model::UploadState::Open}, .expired_before = clock_.wall()});
  ASSERT_EQ(expired.size(), 1u);
  EXPECT_EQ(expired[0].id, "one");
  ASSERT_TRUE(uploads().close("one", {}));
  ASSERT_TRUE(uploads().close("two", {}));  // an asset by now: nothing happens
  EXPECT_EQ(uploads().find({.id = "one"})->front().state, model::UploadState::Closed);
  EXPECT_EQ(uploads().find({.id = "two"})->front().state, model::UploadState::Complete);
  EXPECT_EQ(store_->uploads().usage("u1")->reserved, 0u);
  EXPECT_EQ(uploads().advance(expired[0], {}).error().code, "upload.closed");
  EXPECT_EQ(store_->uploads().complete("one", asset("a2", "bb"), {}).error().kind, ErrorKind::NotFound);
}

TEST_P(UploadContract, ABuriedAssetIsGoneForEverybodyButTheSweeper) {
  ASSERT_TRUE(uploads().insert(upload("one"), {}));
  ASSERT_TRUE(store_->uploads().complete("one", asset("a1"), {}));
  ASSERT_TRUE(assets().bury("a1"));
  EXPECT_EQ(assets().bury("a1").error().kind, ErrorKind::NotFound);
  EXPECT_EQ(assets().get("a1").error().kind, ErrorKind::NotFound);
  EXPECT_TRUE(assets().find({})->items.empty());
  EXPECT_EQ(assets().buried(10)->front().key, "originals/a1");
  EXPECT_EQ(store_->uploads().usage("u1")->bytes, 100u);
  ASSERT_TRUE(uploads().insert(upload("two"), {}));
  EXPECT_FALSE(store_->uploads().complete("two", asset("a2"), {})->duplicate);
  ASSERT_TRUE(assets().remove("a2"));  // not buried: nothing happens
  EXPECT_TRUE(assets().get("a2"));
  ASSERT_TRUE(assets().remove("a1"));
  EXPECT_TRUE(assets().buried(10)->empty());
  EXPECT_EQ(store_->uploads().usage("u1")->bytes, 100u);
}

TEST_P(UploadContract, AHeldAssetCannotBeBuried) {
  ASSERT_TRUE(uploads().insert(upload("one"), {}));
  ASSERT_TRUE(store_->uploads().complete("one", asset("a1"), {}));
  EXPECT_FALSE(assets().get("a1")->held);
  EXPECT_TRUE(assets().hold("a1", true)->held);
  EXPECT_EQ(assets().bury("a1").error().code, "asset.held");
  EXPECT_TRUE(assets().get("a1")->held);
  const auto later = clock_.wall() + 1s;
  EXPECT_TRUE(assets().find({.before = later, .held = false})->items.empty());
  EXPECT_EQ(assets().find({.before = later, .held = true})->items.size(), 1u);
  EXPECT_FALSE(assets().hold("a1", false)->held);
  EXPECT_EQ(assets().find({.before = later, .held = false})->items.size(), 1u);
  EXPECT_TRUE(assets().find({.before = clock_.wall() - 1s})->items.empty());
  EXPECT_TRUE(assets().bury("a1"));
  EXPECT_EQ(assets().hold("a1", true).error().kind, ErrorKind::NotFound);
}

TEST_P(UploadContract, AssetsArePagedNewestFirst) {
  for (int i = 0; i < 5; ++i) {
    const auto name = std::to_string(i);
    ASSERT_TRUE(uploads().insert(upload(name), {}));
    ASSERT_TRUE(store_->uploads().complete(name, asset("a" + name, "digest" + name), {}));
    clock_.advance(1s);
  }
  auto page = *assets().find({.page = {.limit = 3}});
  ASSERT_EQ(page.items.size(), 3u);
  EXPECT_EQ(page.items[0].id, "a4");
  ASSERT_TRUE(page.next);
  page = *assets().find({.page = {.after = page.next, .limit = 3}});
  ASSERT_EQ(page.items.size(), 2u);
  EXPECT_EQ(page.items[1].id, "a0");
  EXPECT_FALSE(page.next);
}

INSTANTIATE_TEST_SUITE_P(Stores, UploadContract, every_store(), [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace vigil::store
