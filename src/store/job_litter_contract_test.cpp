// What jobs leave behind: cancelled ones, replaced ones, broken attempts; over every store. The numbers are those of
// the catalogue of faults.

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "store/job_contract_fake.h"

namespace vigil::store {
namespace {

using namespace std::chrono_literals;
using model::JobOrder;
using model::JobState;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = model::JobOutcome::Kind;

class JobLitter : public JobContractTest {
 protected:
  std::string add_of_asset(bool sole = false) {
    model::Job wanted;
    wanted.asset = "asset";
    wanted.sole = sole;
    return add(wanted);
  }
  std::vector<std::string> outputs(const std::string& id) {
    std::vector<std::string> out;
    const auto all = log().outputs(id, "", 100);
    EXPECT_TRUE(all);
    for (const auto& one : *all) out.push_back(one.name);
    return out;
  }
  model::Job half_done() {
    auto job = *claim("seat");
    EXPECT_TRUE(queue().report(lease(job), {0.5, "half", "{\"at\":1}"}, {{"a", "frames/asset/j/a", 1, "", "{}"}}));
    return job;
  }
  std::vector<model::JobLitter> litter() { return *queue().litter(100); }
};

// 84
TEST_P(JobLitter, ACancelledJobHasNoOutputsFromThatMomentOnAndItsBlobsAreNoted) {
  const auto id = add_of_asset();
  const auto mine = half_done();
  ASSERT_TRUE(jobs().order(id, JobOrder::Cancel));
  EXPECT_THAT(outputs(id), ElementsAre("a")) << "its worker has not heard of it";
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Stopped}, {}));
  EXPECT_THAT(outputs(id), IsEmpty());
  EXPECT_EQ(get(id).cursor, "");
  ASSERT_THAT(litter(), ElementsAre(model::JobLitter{id, "asset", 2, 2}));
  EXPECT_THAT(types(id), ElementsAre("job.queued", "job.processing", "job.cancelled"));
  EXPECT_EQ(jobs().order(id, JobOrder::Cancel).error().code, "job.state") << "once is enough";
  // Who tries it again begins at the beginning, whether the blobs are gone or not.
  ASSERT_TRUE(jobs().order(id, JobOrder::Retry));
  const auto again = *claim();
  EXPECT_EQ(again.cursor, "");
  EXPECT_EQ(again.progress, 0);
  EXPECT_EQ(again.first_token, again.lease_token);
  ASSERT_TRUE(queue().finish(lease(again), {Kind::Done}, {{"b", "frames/asset/j/from_2/b", 1, "", "{}"}}));
  EXPECT_THAT(outputs(id), ElementsAre("b"));
  for (const auto& one : litter()) {
    EXPECT_FALSE(model::is_litter(one, "frames/asset/" + model::common_folder(again) + "/b"));
    ASSERT_TRUE(queue().swept(one));
  }
  EXPECT_THAT(litter(), IsEmpty());
}

// 84: while it waits, and where its worker died before it heard.
TEST_P(JobLitter, SoHasOneThatWaitsAndOneOfTheDead) {
  const auto waiting = add_of_asset();
  auto mine = half_done();
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Released}, {}));
  ASSERT_TRUE(jobs().order(waiting, JobOrder::Cancel));
  EXPECT_THAT(outputs(waiting), IsEmpty());
  const auto taken_over = add_of_asset();
  half_done();
  ASSERT_TRUE(jobs().order(taken_over, JobOrder::Cancel));
  EXPECT_EQ(*queue().take_over("seat"), 1);
  EXPECT_THAT(outputs(taken_over), IsEmpty());
  const auto lost = add_of_asset();
  mine = half_done();
  ASSERT_TRUE(jobs().order(lost, JobOrder::Cancel));
  clock_.advance(2min);
  EXPECT_EQ(*queue().look_after(), 1);
  EXPECT_EQ(get(lost).state, JobState::Cancelled);
  EXPECT_THAT(outputs(lost), IsEmpty());
  EXPECT_EQ(queue().report(lease(mine), {0.6, {}, {}}, {{"z", "frames/asset/j/z", 1, "", "{}"}}).error().code,
            "job.lease_lost");
  EXPECT_THAT(outputs(lost), IsEmpty()) << "what a worker that had slept says changes nothing";
  EXPECT_EQ(litter().size(), 3u);
}

TEST_P(JobLitter, AFailedJobKeepsItsCursorAndWhatItMade) {
  const auto id = add_of_asset();
  const auto mine = half_done();
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Failed, "", model::JobFault::Permanent, "no", "no", {}}, {}));
  EXPECT_EQ(get(id).state, JobState::Failed);
  EXPECT_THAT(outputs(id), ElementsAre("a"));
  ASSERT_TRUE(jobs().order(id, JobOrder::Retry));
  const auto again = *claim();
  EXPECT_EQ(again.cursor, "{\"at\":1}");
  EXPECT_EQ(again.first_token, 0u);
  for (const auto& one : litter()) EXPECT_FALSE(model::is_litter(one, "frames/asset/" + id + "/a"));
}

TEST_P(JobLitter, OfADeletedJobEverythingIsNoted) {
  const auto id = add_of_asset();
  ASSERT_TRUE(queue().finish(lease(half_done()), {Kind::Done}, {}));
  EXPECT_THAT(litter(), IsEmpty());
  ASSERT_TRUE(jobs().remove(id));
  ASSERT_EQ(litter().size(), 1u);
  EXPECT_TRUE(model::is_litter(litter()[0], "frames/asset/" + id + "/a"));
  const auto never_begun = add_of_asset();
  ASSERT_TRUE(jobs().order(never_begun, JobOrder::Cancel));
  ASSERT_TRUE(jobs().remove(never_begun));
  EXPECT_EQ(litter().size(), 1u);
}

TEST_P(JobLitter, WhatCountsAloneReplacesTheOlderOneWhenItIsDone) {
  const auto older = add_of_asset(true);
  ASSERT_TRUE(queue().finish(lease(*claim()), {Kind::Done}, {{"a", "metadata/asset/j/1/a", 1, "", "{}"}}));
  const auto failed = add_of_asset(true);
  ASSERT_TRUE(queue().finish(lease(half_done()), {Kind::Failed, "", model::JobFault::Permanent, "no", "no", {}}, {}));
  const auto newer = add_of_asset(true);
  const auto mine = *claim();
  EXPECT_THAT(outputs(older), ElementsAre("a")) << "it is shown until the newer one is done";
  EXPECT_EQ(get(older).replaced_by, "");
  ASSERT_TRUE(queue().finish(lease(mine), {Kind::Done}, {{"b", "metadata/asset/k/1/b", 1, "", "{}"}}));
  EXPECT_THAT(outputs(older), IsEmpty());
  EXPECT_THAT(outputs(newer), ElementsAre("b"));
  EXPECT_EQ(get(older).replaced_by, newer);
  EXPECT_EQ(get(older).state, JobState::Done);
  EXPECT_EQ(get(failed).replaced_by, "");
  EXPECT_EQ(get(newer).replaced_by, "");
  EXPECT_EQ(jobs().remake(older, "gone").error().code, "job.state");
  const auto noted = [&] {
    const auto all = litter();
    return std::any_of(all.begin(), all.end(), [&](const auto& one) {
      return one.job_id == older && model::is_litter(one, "metadata/asset/" + older + "/1/a");
    });
  };
  EXPECT_FALSE(noted()) << "somebody may read it at the moment";
  clock_.advance(kLastReaders);
  EXPECT_TRUE(noted());
}

// Of two that are done at the same moment one counts.
TEST_P(JobLitter, OfManyThatAreDoneAtOnceOneCounts) {
  std::vector<model::Job> held;
  for (int i = 0; i < 6; ++i) add_of_asset(true);
  for (int i = 0; i < 6; ++i) held.push_back(*claim());
  {
    std::vector<std::jthread> threads;
    for (const auto& job : held) {
      threads.emplace_back([&, job] {
        EXPECT_TRUE(queue().finish(lease(job), {Kind::Done}, {{"a", "k", 1, "", "{}"}}));
      });
    }
  }
  int counts = 0, with_outputs = 0;
  for (const auto& job : held) {
    counts += get(job.id).replaced_by.empty() ? 1 : 0;
    with_outputs += outputs(job.id).empty() ? 0 : 1;
  }
  EXPECT_EQ(counts, 1);
  EXPECT_EQ(with_outputs, 1);
}

INSTANTIATE_TEST_SUITE_P(Stores, JobLitter, every_store(), [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace vigil::store
