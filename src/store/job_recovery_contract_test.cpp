// Jobs whose worker is dead, whose output is gone, or that take very long; over every store. The numbers are those of
// the catalogue of faults.

#include <gmock/gmock.h>

#include "store/job_contract_fake.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using model::JobState;
using testing::ElementsAre;
using Kind = model::JobOutcome::Kind;

class JobRecovery : public JobContractTest {};

// 77, J3
TEST_P(JobRecovery, ASuccessorTakesOverWhatTheDeadHeldAndNothingElse) {
  const auto mine = add(), theirs = add(), nobodys = add(), waiting = add();
  model::Job held[3] = {*claim("seat"), *claim("other"), *claim("")};
  EXPECT_EQ(held[0].id, mine);
  EXPECT_EQ(*queue().take_over(""), 0) << "who has no seat has no predecessor";
  EXPECT_EQ(*queue().take_over("seat"), 1);
  EXPECT_EQ(*queue().take_over("seat"), 0);
  EXPECT_EQ(get(mine).state, JobState::Queued);
  EXPECT_EQ(get(mine).errors.back().fault, model::JobFault::Lost);
  EXPECT_THAT(types(mine), ElementsAre("job.queued", "job.processing", "job.lost"));
  EXPECT_EQ(get(theirs).state, JobState::Processing);
  EXPECT_EQ(get(nobodys).state, JobState::Processing);
  EXPECT_EQ(get(waiting).state, JobState::Queued);
  // Whatever the dead one still had under way changes nothing.
  EXPECT_EQ(queue().report(lease(held[0]), {0.5, {}, {}}, {}).error().code, "job.lease_lost");
  EXPECT_EQ(queue().finish(lease(held[0]), {Kind::Done}, {}).error().code, "job.lease_lost");
  ASSERT_TRUE(queue().finish(lease(held[1]), {Kind::Done}, {}));
  // At once, not after the lease or a pause.
  const auto again = claim("seat");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, mine);
  EXPECT_EQ(again->attempt, 2);
  EXPECT_GT(again->lease_token, held[0].lease_token);
}

// 81
TEST_P(JobRecovery, AJobThatEndsEveryProcessIsPoisonAlsoWhereEachIsReplacedAtOnce) {
  const auto id = add();
  const auto other = add();
  for (int life = 1; life <= model::kMaxLosses; ++life) {
    clock_.advance(1h);
    auto job = claim("seat");
    ASSERT_TRUE(job);
    if (job->id == other) {
      ASSERT_TRUE(queue().finish(lease(*job), {Kind::Done}, {}));
      job = claim("seat");
    }
    ASSERT_TRUE(job && job->id == id);
    EXPECT_EQ(*queue().take_over("seat"), 1);
    if (life == 2) {
      EXPECT_GT(get(id).run_at, clock_.wall()) << "not again without a pause";
    }
  }
  EXPECT_EQ(get(id).state, JobState::Failed);
  EXPECT_EQ(get(id).reason, "poison");
}

TEST_P(JobRecovery, ACancelledJobOfTheDeadStaysCancelled) {
  const auto id = add();
  ASSERT_TRUE(claim("seat"));
  ASSERT_TRUE(jobs().order(id, model::JobOrder::Cancel));
  EXPECT_EQ(*queue().take_over("seat"), 1);
  EXPECT_EQ(get(id).state, JobState::Cancelled);
}

// 88
TEST_P(JobRecovery, AJobOfMoreThanHalfAnHourStaysWithItsWorker) {
  const auto id = add();
  const auto mine = *claim();
  for (auto at = 0s; at < 35min; at += 10s) {
    clock_.advance(10s);
    const double done = static_cast<double>(at.count()) / 3000;
    ASSERT_TRUE(queue().report(lease(mine), {done, "at work", {}}, {}));
    ASSERT_EQ(*queue().look_after(), 0);
    ASSERT_FALSE(claim()) << "nobody else gets it";
  }
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Done}, {}));
  EXPECT_EQ(get(id).attempt, 1);
  EXPECT_THAT(types(id), ElementsAre("job.queued", "job.processing", "job.done"));
}

// 91
TEST_P(JobRecovery, WhatIsDoneCanBeMadeAgainFromTheBeginning) {
  model::Job wanted;
  wanted.unique_key = "same";
  wanted.limits.max_attempts = 1;
  const auto id = add(wanted);
  EXPECT_EQ(jobs().remake(id, "gone").error().code, "job.state");
  auto mine = *claim();
  ASSERT_TRUE(queue().report(lease(mine), {0.5, "half", "{\"at\":1}"}, {{"a", "frames/x", 1, "", "{}"}}));
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Done, "{}"}, {}));
  const auto again = jobs().remake(id, "2 of its files are gone");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->state, JobState::Queued);
  EXPECT_EQ(again->cursor, "");
  EXPECT_EQ(again->progress, 0);
  EXPECT_FALSE(again->finished_at);
  EXPECT_EQ(jobs().remake(id, "gone").error().code, "job.state") << "once is enough";
  EXPECT_EQ(log().events(id, 0, 100)->back().detail, "2 of its files are gone");
  EXPECT_EQ(jobs().insert(get(id))->duplicate, true);
  mine = *claim();
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Done, "{}"}, {{"a", "frames/y", 1, "", "{}"}}));
  const auto outputs = *log().outputs(id, "", 10);
  ASSERT_EQ(outputs.size(), 1u);
  EXPECT_EQ(outputs[0].key, "frames/y");
  EXPECT_EQ(jobs().remake("none", "gone").error().kind, ErrorKind::NotFound);
}

TEST_P(JobRecovery, NothingIsMadeAgainWhileAnotherJobDoesTheSame) {
  model::Job wanted;
  wanted.unique_key = "same";
  const auto id = add(wanted);
  ASSERT_TRUE(queue().finish(lease(*claim()), {Kind::Done}, {}));
  add(wanted);
  EXPECT_EQ(jobs().remake(id, "gone").error().code, "job.duplicate");
  EXPECT_EQ(get(id).state, JobState::Done);
}

INSTANTIATE_TEST_SUITE_P(Stores, JobRecovery, every_store(), [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace vigil::store
