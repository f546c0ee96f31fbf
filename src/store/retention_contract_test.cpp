// For how long things are kept, over every store.

#include <gmock/gmock.h>

#include "store/job_contract_fake.h"
#include "store/retention.h"
#include "store/uploads.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class RetentionContract : public JobContractTest {
 protected:
  Expiry& expiry() { return store_->uploads().expiry(); }
  RetentionRepository& retention() { return store_->uploads().retention(); }
  AssetRepository& assets() { return store_->uploads().assets(); }

  void add_asset(const std::string& id, const std::string& owner = "u1") {
    model::Upload upload;
    upload.id = "upload-" + id;
    upload.owner = owner;
    upload.length = upload.received = 100;
    ASSERT_TRUE(store_->uploads().uploads().insert(upload, {}));
    model::Asset asset{id, owner, "sha-" + id, 100, "a.mp4", "video/mp4", "video/mp4", "originals/" + id, {}};
    ASSERT_TRUE(store_->uploads().complete(upload.id, asset, {}));
  }
  // A job of that kind which has ended and made two things.
  std::string ended(const std::string& kind, const std::string& asset, const std::string& owner = "u1",
                    model::JobOutcome outcome = {}) {
    model::Job job;
    job.kind = kind;
    job.asset = asset;
    job.owner = owner;
    job.limits.max_attempts = 1;
    auto queued = jobs().insert(job);
    EXPECT_TRUE(queued);
    auto claimed = queue().claim({"worker", {kind}, 0, ""});
    EXPECT_TRUE(claimed && *claimed);
    const auto key = "frames/" + asset + "/" + queued->job.id;
    EXPECT_TRUE(
        queue().finish(lease(**claimed), outcome,
                       {{"a.jpg", key + "/a.jpg", 10, "image/jpeg"}, {"b.jpg", key + "/b.jpg", 10, "image/jpeg"}}));
    return queued->job.id;
  }
  std::vector<std::string> due(KeptKind kind, seconds everybody) {
    auto found = expiry().due(kind, everybody, clock_.wall(), 100);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found ? *found : std::vector<std::string>();
  }
  std::vector<model::JobLitter> litter() { return *queue().litter(100); }
  std::size_t outputs(const std::string& job) { return log().outputs(job, "", 100)->size(); }
};

TEST_P(RetentionContract, WhatWasSaidOfAnOwnerComesBackAndGoesAway) {
  EXPECT_TRUE(retention().get("u1")->empty());
  const Retention mine{7 * 86400s, 0s, std::nullopt, 60s};
  ASSERT_TRUE(retention().put("u1", mine));
  ASSERT_TRUE(retention().put("u2", {std::nullopt, 5s, std::nullopt, std::nullopt}));
  EXPECT_EQ(*retention().get("u1"), mine);
  ASSERT_TRUE(retention().put("u2", {std::nullopt, 6s, std::nullopt, std::nullopt}));
  const auto all = *retention().list();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].owner, "u1");
  EXPECT_EQ(all[1].keep.pictures, 6s);
  ASSERT_TRUE(retention().put("u2", {}));
  EXPECT_EQ(retention().list()->size(), 1u);
  EXPECT_EQ(resolve({1s, 2s, 3s, 4s}, mine), (KeepFor{7 * 86400s, 0s, 3s, 60s}));
}

TEST_P(RetentionContract, NothingIsDueWhereNothingWasSaid) {
  add_asset("a1");
  ended("extract", "a1");
  ended("analyse", "a1");
  clock_.advance(24h * 365 * 20);
  for (const auto kind : kKeptKinds) EXPECT_THAT(due(kind, 0s), IsEmpty()) << to_string(kind);
}

TEST_P(RetentionContract, EachKindHasItsOwnTime) {
  add_asset("a1");
  const auto pictures = ended("extract", "a1"), findings = ended("analyse", "a1");
  clock_.advance(10s);
  EXPECT_THAT(due(KeptKind::Pictures, 10s), IsEmpty()) << "not before it is over";
  clock_.advance(1s);
  EXPECT_THAT(due(KeptKind::Files, 10s), ElementsAre("a1"));
  EXPECT_THAT(due(KeptKind::Pictures, 10s), ElementsAre(pictures));
  EXPECT_THAT(due(KeptKind::Findings, 10s), ElementsAre(findings));
  EXPECT_THAT(due(KeptKind::Findings, 20s), IsEmpty());
  EXPECT_THAT(due(KeptKind::Jobs, 10s), IsEmpty()) << "what they made is there";
}

TEST_P(RetentionContract, AnOwnersOwnTimeHoldsForThemAlone) {
  add_asset("a1", "u1");
  add_asset("a2", "u2");
  add_asset("a3", "u3");
  ASSERT_TRUE(retention().put("u1", {5s, std::nullopt, std::nullopt, std::nullopt}));
  ASSERT_TRUE(retention().put("u2", {0s, std::nullopt, std::nullopt, std::nullopt}));
  clock_.advance(6s);
  EXPECT_THAT(due(KeptKind::Files, 0s), ElementsAre("a1")) << "also where nothing holds for everybody";
  clock_.advance(100s);
  EXPECT_THAT(due(KeptKind::Files, 50s), ElementsAre("a1", "a3"));
}

TEST_P(RetentionContract, WhatIsHeldIsKeptWhateverTheTimesSay) {
  add_asset("a1");
  const auto job = ended("extract", "a1");
  ASSERT_TRUE(assets().hold("a1", true));
  clock_.advance(1h);
  for (const auto kind : kKeptKinds) EXPECT_THAT(due(kind, 10s), IsEmpty()) << to_string(kind);
  // Also when it is held after somebody saw that it is due.
  EXPECT_EQ(expiry().end(KeptKind::Files, "a1").error().code, "asset.held");
  EXPECT_EQ(expiry().end(KeptKind::Pictures, job).error().code, "asset.held");
  EXPECT_EQ(expiry().end(KeptKind::Jobs, job).error().code, "asset.held");
  EXPECT_EQ(outputs(job), 2u);
  ASSERT_TRUE(assets().hold("a1", false));
  EXPECT_THAT(due(KeptKind::Pictures, 10s), ElementsAre(job));
}

TEST_P(RetentionContract, EndedOutputsAreGoneAtOnceAndTheirBytesAreLitter) {
  add_asset("a1");
  const auto job = ended("extract", "a1");
  const auto before = get(job);
  EXPECT_FALSE(before.cleared_at);
  EXPECT_THAT(litter(), IsEmpty());
  ASSERT_TRUE(expiry().end(KeptKind::Pictures, job));
  EXPECT_EQ(outputs(job), 0u);
  EXPECT_EQ(get(job).cleared_at, clock_.wall());
  EXPECT_GT(get(job).version, before.version);
  EXPECT_EQ(types(job).back(), "outputs.removed");
  EXPECT_THAT(due(KeptKind::Pictures, 1s), IsEmpty());
  // Whoever was to remove them may die: they stay noted until somebody did.
  ASSERT_EQ(litter().size(), 1u);
  EXPECT_TRUE(model::is_litter(litter()[0], "frames/a1/" + job + "/a.jpg"));
  EXPECT_TRUE(model::is_litter(litter()[0], "frames/a1/" + job + "/1/b.jpg"));
  clock_.advance(1h);
  EXPECT_THAT(due(KeptKind::Jobs, 60s), ElementsAre(job)) << "nothing that it made is there any more";
  ASSERT_TRUE(expiry().end(KeptKind::Jobs, job));
  EXPECT_EQ(jobs().get(job).error().kind, ErrorKind::NotFound);
  EXPECT_THAT(types(job), IsEmpty());
  EXPECT_EQ(expiry().end(KeptKind::Jobs, job).error().kind, ErrorKind::NotFound);
}

TEST_P(RetentionContract, AJobThatIsDoneAgainBeginsAnewAndKeepsWhatItMakes) {
  add_asset("a1");
  const auto job =
      ended("extract", "a1", "u1", {.kind = model::JobOutcome::Kind::Failed, .fault = model::JobFault::Permanent});
  ASSERT_TRUE(expiry().end(KeptKind::Pictures, job));
  const auto old = litter();
  ASSERT_TRUE(jobs().order(job, model::JobOrder::Retry));
  EXPECT_EQ(expiry().end(KeptKind::Pictures, job).error().code, "job.state");
  auto claimed = queue().claim({"worker", {"extract"}, 0, ""});
  ASSERT_TRUE(claimed && *claimed);
  EXPECT_EQ((*claimed)->cursor, "");
  EXPECT_FALSE((*claimed)->cleared_at);
  const auto folder = "frames/a1/" + model::common_folder(**claimed);
  ASSERT_TRUE(queue().finish(lease(**claimed), {}, {{"a.jpg", folder + "/a.jpg", 10, "image/jpeg"}}));
  EXPECT_EQ(outputs(job), 1u);
  ASSERT_EQ(old.size(), 1u);
  EXPECT_FALSE(model::is_litter(old[0], folder + "/a.jpg")) << "it lies elsewhere";
  EXPECT_TRUE(model::is_litter(old[0], "frames/a1/" + job + "/a.jpg"));
}

TEST_P(RetentionContract, JobsStayWhileSomebodyIsToBeToldOfThem) {
  add_asset("a1");
  model::Job wanted;
  wanted.kind = "verify";
  wanted.asset = "a1";
  const auto job = jobs().insert(wanted)->job.id;
  ASSERT_TRUE(webhooks().attach(job, {Secret("https://hooks.example/x"), Secret(), "https://hooks.example"}));
  ASSERT_TRUE(jobs().order(job, model::JobOrder::Cancel));
  clock_.advance(1h);
  EXPECT_THAT(due(KeptKind::Jobs, 60s), IsEmpty());
  while (auto delivery = *webhooks().next({}, 60s)) {
    ASSERT_TRUE(webhooks().settle(*delivery, {WebhookOutcome::Kind::Delivered, "204"}));
  }
  // What is due has no event any more: that is noticed when somebody looks.
  EXPECT_THAT(due(KeptKind::Jobs, 60s), ElementsAre(job));
}

TEST_P(RetentionContract, WhatWasMadeOfAFileThatIsGoneKeepsNoJob) {
  add_asset("a1");
  const auto job = ended("extract", "a1");
  ASSERT_TRUE(assets().bury("a1"));
  clock_.advance(1h);
  EXPECT_THAT(due(KeptKind::Jobs, 60s), ElementsAre(job));
}

INSTANTIATE_TEST_SUITE_P(Stores, RetentionContract, every_store(),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace vigil::store
