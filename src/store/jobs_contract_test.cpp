// What every store must do with jobs: the same tests over each database and over the fake. The numbers are those of the
// catalogue of faults.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "store/job_contract_fake.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using model::JobOrder;
using model::JobState;
using testing::ElementsAre;
using Kind = model::JobOutcome::Kind;

class JobContract : public JobContractTest {
 protected:
  static model::Job job(const std::string& owner = "u1", int priority = 5) {
    model::Job made;
    made.kind = "test";
    made.owner = owner;
    made.priority = priority;
    return made;
  }
  std::string add(const model::Job& job) {
    auto queued = jobs().insert(job);
    EXPECT_TRUE(queued) << (queued ? "" : queued.error().message);
    return queued ? queued->job.id : "";
  }
  std::optional<model::Job> claim(int max_per_owner = 0, const std::vector<std::string>& kinds = {"test"}) {
    auto claimed = queue().claim({"worker", kinds, max_per_owner});
    EXPECT_TRUE(claimed) << (claimed ? "" : claimed.error().message);
    return claimed ? *claimed : std::nullopt;
  }
  static model::JobOutcome failure(model::JobFault fault, const std::string& code = "code") {
    return {Kind::Failed, "", fault, code, "message", {}};
  }
};

TEST_P(JobContract, AJobComesBackAsItWas) {
  auto wanted = job("owner'; DROP TABLE jobs;--", 0);
  wanted.asset = "asset";
  wanted.unique_key = "k\"1";
  wanted.payload = R"({"a":[1,2.5,"ü"]})";
  wanted.limits = {1s, 2s, 3s, 4s, 5s, 6s, 7s, 3};
  auto queued = jobs().insert(wanted);
  ASSERT_TRUE(queued) << queued.error().message;
  EXPECT_FALSE(queued->duplicate);
  EXPECT_EQ(queued->job.created_at, clock_.wall());
  EXPECT_EQ(get(queued->job.id), queued->job);
  auto claimed = claim();
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->payload, wanted.payload);
  EXPECT_EQ(claimed->limits, wanted.limits);
  EXPECT_EQ(get(claimed->id), *claimed);
  ASSERT_TRUE(queue().report(lease(*claimed), {0.25, "step", "{\"at\":1}"}, {}));
  ASSERT_TRUE(queue().finish(lease(*claimed), failure(model::JobFault::Transient), {}));
  const auto after = get(claimed->id);
  EXPECT_EQ(after.progress, 0.25);
  EXPECT_EQ(after.cursor, "{\"at\":1}");
  ASSERT_EQ(after.errors.size(), 1u);
  EXPECT_EQ(after.errors[0].message, "message");
  EXPECT_EQ(after.errors[0].time, clock_.wall());
  EXPECT_EQ(jobs().get("none").error().kind, ErrorKind::NotFound);
}

TEST_P(JobContract, WhatMakesNoSenseIsRefused) {
  auto wrong = job();
  wrong.kind = "";
  EXPECT_EQ(jobs().insert(wrong).error().kind, ErrorKind::InvalidArgument);
  wrong = job("u1", 10);
  EXPECT_EQ(jobs().insert(wrong).error().kind, ErrorKind::InvalidArgument);
  EXPECT_TRUE(jobs().find({})->items.empty());
}

TEST_P(JobContract, OneOwnersJobsComeByPriorityThenByAge) {
  const auto late = add(job("u1", 5));
  clock_.advance(1s);
  const auto later = add(job("u1", 5));
  const auto urgent = add(job("u1", 0));
  auto other = job("u1", 0);
  other.kind = "other";
  add(other);
  auto future = job("u1", 0);
  future.run_at = clock_.wall() + 1h;
  const auto in_an_hour = add(future);
  EXPECT_EQ(claim()->id, urgent);
  EXPECT_EQ(claim()->id, late);
  EXPECT_EQ(claim()->id, later);
  EXPECT_FALSE(claim());
  clock_.advance(1h);
  EXPECT_EQ(claim()->id, in_an_hour);
  EXPECT_FALSE(claim(0, {}));
}

// 78: who lost the lease changes nothing, neither the row nor what is published.
TEST_P(JobContract, AWorkerThatLostItsLeaseChangesNothing) {
  add(job());
  const auto old = *claim();
  clock_.advance(60s);
  EXPECT_EQ(*queue().look_after(), 1);
  EXPECT_EQ(*queue().look_after(), 0);
  clock_.advance(1min);
  const auto mine = *claim();
  EXPECT_EQ(mine.id, old.id);
  EXPECT_GT(mine.lease_token, old.lease_token);
  EXPECT_EQ(queue().report(lease(old), {0.9, {}, {}}, {{"late", "frames/late", 1, "", "{}"}}).error().code,
            "job.lease_lost");
  EXPECT_EQ(queue().finish(lease(old), {Kind::Done}, {{"late", "frames/late", 1, "", "{}"}}).error().code,
            "job.lease_lost");
  EXPECT_EQ(get(mine.id), mine);
  EXPECT_TRUE(log().outputs(mine.id, "", 10)->empty());
  EXPECT_TRUE(queue().finish(lease(mine), {Kind::Done}, {{"right", "frames/right", 1, "", "{}"}}));
  EXPECT_EQ(log().outputs(mine.id, "", 10)->size(), 1u);
  EXPECT_EQ(queue().report(lease(mine), {}, {}).error().kind, ErrorKind::Conflict);
}

// 79: what was made is published together with the cursor that stands behind it.
TEST_P(JobContract, OutputsComeWithTheirCursorAndReplaceThoseOfTheSameName) {
  const auto id = add(job());
  auto mine = *claim();
  ASSERT_TRUE(
      queue().report(lease(mine), {0.5, {}, "{\"at\":2}"},
                     {{"f2", "frames/a/2", 20, "image/jpeg", "{\"t\":2}"}, {"f1", "frames/a/1", 10, "", "{}"}}));
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Released}, {}));
  mine = *claim();
  EXPECT_EQ(mine.cursor, "{\"at\":2}");
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Done, "{\"n\":2}"}, {{"f2", "frames/b/2", 21, "image/jpeg", "{}"}}));
  EXPECT_EQ(get(id).result, "{\"n\":2}");
  const auto outputs = *log().outputs(id, "", 10);
  ASSERT_EQ(outputs.size(), 2u);
  EXPECT_EQ(outputs[0], (model::JobOutput{"f1", "frames/a/1", 10, "", "{}"}));
  EXPECT_EQ(outputs[1], (model::JobOutput{"f2", "frames/b/2", 21, "image/jpeg", "{}"}));
  EXPECT_EQ(log().outputs(id, "f1", 10)->size(), 1u);
  EXPECT_EQ(log().outputs(id, "", 1)->front().name, "f1");
}

// J14: each change and what is said about it are one; told once, in their order.
TEST_P(JobContract, EveryChangeIsSaidOnceAndInOrder) {
  const auto id = add(job());
  auto mine = *claim();
  ASSERT_TRUE(queue().finish(lease(mine), failure(model::JobFault::Transient, "busy"), {}));
  clock_.advance(1min);
  mine = *claim();
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Done}, {}));
  EXPECT_THAT(types(id), ElementsAre("job.queued", "job.processing", "job.retry", "job.processing", "job.done"));
  auto unsent = *log().unsent(3);
  ASSERT_EQ(unsent.size(), 3u);
  EXPECT_EQ(unsent[2].code, "busy");
  EXPECT_EQ(unsent[2].owner, "u1");
  EXPECT_EQ(unsent[1].attempt, 1);
  ASSERT_TRUE(log().mark_sent({unsent[0].sequence, unsent[1].sequence, unsent[2].sequence}));
  unsent = *log().unsent(10);
  ASSERT_EQ(unsent.size(), 2u);
  EXPECT_EQ(unsent[1].type, "job.done");
  EXPECT_EQ(unsent[1].state, JobState::Done);
  EXPECT_EQ(log().events(id, unsent[0].sequence, 10)->size(), 1u);
}

// 84
TEST_P(JobContract, CancellingReachesTheWorkerAndIsFinal) {
  const auto queued = add(job());
  EXPECT_EQ(jobs().order(queued, JobOrder::Cancel)->state, JobState::Cancelled);
  EXPECT_FALSE(claim());
  const auto id = add(job());
  const auto mine = *claim();
  ASSERT_TRUE(jobs().order(id, JobOrder::Cancel));
  EXPECT_TRUE(queue().report(lease(mine), {}, {})->cancel);
  EXPECT_EQ(queue().finish(lease(mine), {Kind::Stopped}, {})->state, JobState::Cancelled);
  EXPECT_EQ(jobs().order(id, JobOrder::Cancel).error().code, "job.state");
  EXPECT_EQ(types(id).back(), "job.cancelled");
  EXPECT_EQ(jobs().order("none", JobOrder::Cancel).error().kind, ErrorKind::NotFound);
}

TEST_P(JobContract, PausedIsNotTakenUntilItIsResumed) {
  const auto id = add(job());
  ASSERT_TRUE(jobs().order(id, JobOrder::Pause));
  EXPECT_FALSE(claim());
  ASSERT_TRUE(jobs().order(id, JobOrder::Resume));
  const auto mine = *claim();
  ASSERT_TRUE(jobs().order(id, JobOrder::Pause));
  EXPECT_TRUE(queue().report(lease(mine), {}, {})->pause);
  EXPECT_TRUE(queue().finish(lease(mine), {Kind::Stopped}, {})->paused);
  EXPECT_FALSE(claim());
}

// 85
TEST_P(JobContract, OneUniqueKeyIsOneJobHoweverManyAskAtOnce) {
  auto wanted = job();
  wanted.unique_key = "asset-1/extract";
  std::set<std::string> ids;
  std::atomic<int> fresh{0};
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i) {
          auto queued = jobs().insert(wanted);
          ASSERT_TRUE(queued) << queued.error().message;
          if (!queued->duplicate) ++fresh;
          std::lock_guard lock(mutex);
          ids.insert(queued->job.id);
        }
      });
    }
  }
  EXPECT_EQ(ids.size(), 1u);
  EXPECT_EQ(fresh, 1);
  const auto mine = *claim();
  EXPECT_TRUE(jobs().insert(wanted)->duplicate);
  ASSERT_TRUE(queue().finish(lease(mine), failure(model::JobFault::Permanent), {}));
  const auto again = jobs().insert(wanted);
  EXPECT_FALSE(again->duplicate);
  EXPECT_EQ(jobs().order(mine.id, JobOrder::Retry).error().code, "job.duplicate");
  ASSERT_TRUE(jobs().order(again->job.id, JobOrder::Cancel));
  EXPECT_EQ(jobs().order(mine.id, JobOrder::Retry)->state, JobState::Queued);
}

// 90, J13
TEST_P(JobContract, OneOwnersManyJobsDoNotKeepAnothersWaiting) {
  for (int i = 0; i < 50; ++i) add(job("t1", 0));
  clock_.advance(1h);
  EXPECT_EQ(claim()->owner, "t1");
  add(job("t2", 9));
  add(job("t2", 9));
  EXPECT_EQ(claim()->owner, "t2");
  // Even one worker alone serves them in turns.
  clock_.advance(1s);
  const auto first = *claim();
  EXPECT_EQ(first.owner, "t1");
  ASSERT_TRUE(queue().finish(lease(first), {Kind::Done}, {}));
  clock_.advance(1s);
  EXPECT_EQ(claim()->owner, "t2");
}

TEST_P(JobContract, NobodyHasMoreAtWorkThanAllowed) {
  for (int i = 0; i < 5; ++i) add(job("t1"));
  EXPECT_TRUE(claim(2));
  const auto second = claim(2);
  EXPECT_TRUE(second);
  EXPECT_FALSE(claim(2));
  ASSERT_TRUE(queue().finish(lease(*second), {Kind::Done}, {}));
  EXPECT_TRUE(claim(2));
}

// 77 and the benchmark's claim: a thousand jobs, eight workers, none twice.
TEST_P(JobContract, ManyWorkersNeverTakeTheSameJob) {
  const int count = std::string(GetParam()) == "memory" ? 200 : 400;
  for (int i = 0; i < count; ++i) add(job("u" + std::to_string(i % 3)));
  std::map<std::string, int> taken;
  std::mutex mutex;
  {
    std::vector<std::jthread> workers;
    for (int w = 0; w < 4; ++w) {
      workers.emplace_back([&] {
        while (true) {
          auto mine = queue().claim({"w", {"test"}, 0});
          ASSERT_TRUE(mine) << mine.error().message;
          if (!*mine) return;
          ASSERT_TRUE(queue().finish(lease(**mine), {Kind::Done}, {{"out", "frames/x", 1, "", "{}"}}));
          std::lock_guard lock(mutex);
          ++taken[(*mine)->id];
        }
      });
    }
  }
  EXPECT_EQ(taken.size(), static_cast<std::size_t>(count));
  for (const auto& [id, times] : taken) EXPECT_EQ(times, 1);
  const auto figures = *log().figures();
  ASSERT_EQ(figures.counts.size(), 1u);
  EXPECT_EQ(figures.counts[0].state, JobState::Done);
  EXPECT_EQ(figures.counts[0].count, static_cast<std::uint64_t>(count));
}

// 81, 82, 83: look_after() finds what is due and only that.
TEST_P(JobContract, WhatIsLateOrStuckIsFound) {
  auto wanted = job();
  wanted.limits.schedule_to_start = 1min;
  const auto waiting = add(wanted);
  EXPECT_EQ(*queue().look_after(), 0);
  clock_.advance(1min);
  EXPECT_EQ(*queue().look_after(), 1);
  EXPECT_EQ(*queue().look_after(), 0);
  EXPECT_EQ(types(waiting).back(), "job.waiting");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(claim());
    clock_.advance(60s);
    ASSERT_EQ(*queue().look_after(), 1);
    clock_.advance(2min);
  }
  EXPECT_EQ(get(waiting).reason, "poison");
  EXPECT_EQ(*queue().look_after(), 0);
  auto slow = job();
  slow.limits.stuck_after = 30s;
  slow.limits.start_to_close = 2min;
  const auto stuck = add(slow);
  const auto mine = *claim();
  for (int i = 0; i < 3; ++i) {
    clock_.advance(20s);
    ASSERT_TRUE(queue().report(lease(mine), {}, {}));
    ASSERT_TRUE(queue().look_after());
  }
  EXPECT_THAT(types(stuck), ElementsAre("job.queued", "job.processing", "job.stuck"));
  clock_.advance(50s);
  ASSERT_TRUE(queue().report(lease(mine), {}, {}));
  clock_.advance(40s);
  ASSERT_EQ(*queue().look_after(), 1);
  EXPECT_EQ(get(stuck).errors.back().fault, model::JobFault::Timeout);
}

TEST_P(JobContract, AreFoundByWhatTheyAreNewestFirst) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    auto wanted = job(i % 2 == 0 ? "u1" : "u2");
    wanted.asset = "a" + std::to_string(i);
    ids.push_back(add(wanted));
    clock_.advance(1s);
  }
  JobQuery query;
  query.page.limit = 2;
  std::vector<std::string> seen;
  while (true) {
    auto page = jobs().find(query);
    ASSERT_TRUE(page) << page.error().message;
    for (const auto& one : page->items) seen.push_back(one.id);
    if (!page->next) break;
    query.page.after = page->next;
  }
  EXPECT_THAT(seen, ElementsAre(ids[4], ids[3], ids[2], ids[1], ids[0]));
  JobQuery mine;
  mine.owner = "u2";
  EXPECT_EQ(jobs().find(mine)->items.size(), 2u);
  mine = {};
  mine.asset = "a3";
  EXPECT_EQ(jobs().find(mine)->items.front().id, ids[3]);
  mine = {};
  mine.states = {JobState::Done, JobState::Processing};
  EXPECT_TRUE(jobs().find(mine)->items.empty());
  mine.states = {JobState::Queued};
  mine.kind = "test";
  EXPECT_EQ(jobs().find(mine)->items.size(), 5u);
}

TEST_P(JobContract, OnlyWhatHasEndedIsRemovedAndThenAllOfIt) {
  const auto id = add(job());
  EXPECT_EQ(jobs().remove(id).error().code, "job.state");
  const auto mine = *claim();
  EXPECT_EQ(jobs().remove(id).error().code, "job.state");
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Done}, {{"out", "frames/x", 1, "", "{}"}}));
  ASSERT_TRUE(jobs().remove(id));
  EXPECT_FALSE(jobs().get(id));
  EXPECT_TRUE(log().outputs(id, "", 10)->empty());
  EXPECT_TRUE(log().events(id, 0, 10)->empty());
  EXPECT_EQ(jobs().remove(id).error().kind, ErrorKind::NotFound);
}

TEST_P(JobContract, TheLogOfAllJobsIsFollowedFromAnyPlace) {
  EXPECT_EQ(*log().newest(), 0u);
  const auto first = add(job());
  const auto after = *log().newest();
  const auto second = add(job("u2"));
  const auto news = *log().since(after, 10);
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].job_id, second);
  EXPECT_EQ(news[0].owner, "u2");
  EXPECT_EQ(news[0].sequence, *log().newest());
  EXPECT_EQ(log().since(0, 1)->front().job_id, first);
  EXPECT_TRUE(log().since(*log().newest(), 10)->empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, JobContract, every_store(), [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace vigil::store
