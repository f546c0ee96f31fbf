// How jobs change, whatever they are kept in. The numbers are those of the catalogue of faults.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "model/job_rules.h"

namespace vigil::model {
namespace {

using namespace std::chrono_literals;
using Kind = JobOutcome::Kind;

class JobRules : public testing::Test {
 protected:
  void SetUp() override {
    job_.id = "j";
    job_.kind = "test";
    ASSERT_TRUE(begin_job(job_, now_, events_));
  }
  void begin() {
    ASSERT_TRUE(is_due(job_, now_)) << to_string(job_.state);
    begin_attempt(job_, "w", "seat", now_, events_);
  }
  void fail(JobFault fault, const std::string& code = "code", double chance = 0.5) {
    end_attempt(job_, {Kind::Failed, "", fault, code, "message", {}}, now_, chance, events_);
  }
  std::string last() const { return events_.empty() ? "" : events_.back().type; }

  WallTime now_{1'700'000'000'000'000us};
  Job job_;
  JobEvents events_;
};

TEST_F(JobRules, AJobIsQueuedThenProcessedThenDone) {
  EXPECT_EQ(last(), "job.queued");
  begin();
  EXPECT_EQ(job_.state, JobState::Processing);
  EXPECT_EQ(job_.attempt, 1);
  EXPECT_EQ(job_.lease_token, 1u);
  EXPECT_EQ(job_.lease_until, now_ + 60s);
  end_attempt(job_, {Kind::Done, "{}"}, now_, 0, events_);
  EXPECT_EQ(job_.state, JobState::Done);
  EXPECT_EQ(job_.progress, 1);
  EXPECT_EQ(job_.finished_at, now_);
  EXPECT_EQ(last(), "job.done");
  EXPECT_FALSE(is_due(job_, now_ + 1h));
}

// 80
TEST_F(JobRules, WhatMayGoBetterIsTriedAgainAfter10And20And40Seconds) {
  const std::array<std::chrono::seconds, 4> wanted = {10s, 20s, 40s, 80s};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    begin();
    fail(JobFault::Transient, "storage", i % 2 == 0 ? 0.0 : 1.0);
    EXPECT_EQ(job_.state, JobState::Queued);
    EXPECT_EQ(last(), "job.retry");
    const auto wait = job_.run_at - now_;
    EXPECT_GE(wait, wanted[i] / 2);
    EXPECT_LE(wait, wanted[i] * 3 / 2);
    EXPECT_FALSE(is_due(job_, now_));
    now_ = job_.run_at;
  }
  begin();
  fail(JobFault::Transient, "storage");
  EXPECT_EQ(job_.state, JobState::Failed);
  EXPECT_EQ(job_.reason, "storage");
  ASSERT_EQ(job_.errors.size(), 5u);
  EXPECT_EQ(job_.errors[4].attempt, 5);
}

// 80
TEST_F(JobRules, WhatWillNeverGoBetterFailsAtOnce) {
  begin();
  fail(JobFault::Permanent, "unsupported_format");
  EXPECT_EQ(job_.state, JobState::Failed);
  EXPECT_EQ(job_.attempt, 1);
  EXPECT_EQ(job_.reason, "unsupported_format");
  EXPECT_EQ(last(), "job.failed");
}

TEST_F(JobRules, BackOffGrowsToItsCapAndHonoursWhatTheOtherSideAsksFor) {
  JobLimits limits;
  EXPECT_EQ(retry_delay(limits, 1, 0), 5s);
  EXPECT_EQ(retry_delay(limits, 1, 1), 10s);
  EXPECT_EQ(retry_delay(limits, 100, 0), 1h);
  begin();
  end_attempt(job_, {Kind::Failed, "", JobFault::Transient, "busy", "", 5min}, now_, 0, events_);
  EXPECT_EQ(job_.run_at, now_ + 5min);
}

// 81
TEST_F(JobRules, AJobThatEndsItsWorkersIsPoison) {
  for (int i = 0; i < 3; ++i) {
    begin();
    const auto token = job_.lease_token;
    now_ += 60s;
    ASSERT_TRUE(look_after(job_, now_, 0.5, events_));
    EXPECT_GT(job_.lease_token, token);
    if (i < 2) {
      EXPECT_EQ(last(), "job.lost");
      now_ = job_.run_at;
    }
  }
  EXPECT_EQ(job_.state, JobState::Failed);
  EXPECT_EQ(job_.reason, "poison");
}

// 82
TEST_F(JobRules, AnAttemptThatTakesTooLongIsEnded) {
  begin();
  for (auto spent = 0s; spent < 1h; spent += 30s) {
    now_ += 30s;
    take_report(job_, {.progress = spent / 4000.0s}, now_);
    ASSERT_FALSE(look_after(job_, now_, 0.5, events_)) << spent.count();
  }
  now_ += 15s;
  ASSERT_TRUE(look_after(job_, now_, 0.5, events_));
  EXPECT_EQ(job_.state, JobState::Queued);
  EXPECT_EQ(job_.errors.back().fault, JobFault::Timeout);
}

// 83
TEST_F(JobRules, HeartbeatsWithoutProgressAreSaidOnce) {
  begin();
  int alerts = 0;
  for (int i = 0; i < 60; ++i) {
    now_ += 30s;
    take_report(job_, {}, now_);
    look_after(job_, now_, 0.5, events_);
    alerts = static_cast<int>(
        std::count_if(events_.begin(), events_.end(), [](const auto& event) { return event.type == "job.stuck"; }));
    EXPECT_EQ(alerts, now_ >= *job_.started_at + 10min ? 1 : 0) << i;
  }
  take_report(job_, {.step = "further"}, now_);
  EXPECT_FALSE(job_.alerted);
}

// 84
TEST_F(JobRules, CancellingIsAtOnceOrWithTheNextHeartbeatAndFinal) {
  auto queued = job_;
  ASSERT_TRUE(give_order(queued, JobOrder::Cancel, now_, events_));
  EXPECT_EQ(queued.state, JobState::Cancelled);
  EXPECT_EQ(last(), "job.cancelled");

  begin();
  ASSERT_TRUE(give_order(job_, JobOrder::Cancel, now_, events_));
  EXPECT_EQ(job_.state, JobState::Processing);
  EXPECT_TRUE(take_report(job_, {}, now_).cancel);
  auto lost = job_;
  fail(JobFault::Transient);
  EXPECT_EQ(job_.state, JobState::Cancelled);
  EXPECT_EQ(give_order(job_, JobOrder::Cancel, now_, events_).error().code, "job.state");
  // Nor is it given to another worker when its own vanishes.
  now_ += 60s;
  ASSERT_TRUE(look_after(lost, now_, 0.5, events_));
  EXPECT_EQ(lost.state, JobState::Cancelled);
}

TEST_F(JobRules, PausedIsLaidDownAndGoesOnWhereItWas) {
  begin();
  take_report(job_, {.progress = 0.5, .cursor = "{\"at\":7}"}, now_);
  ASSERT_TRUE(give_order(job_, JobOrder::Pause, now_, events_));
  EXPECT_TRUE(take_report(job_, {}, now_).pause);
  end_attempt(job_, {Kind::Stopped}, now_, 0, events_);
  EXPECT_EQ(last(), "job.paused");
  EXPECT_FALSE(is_due(job_, now_ + 1h));
  EXPECT_EQ(job_.attempt, 0);
  ASSERT_TRUE(give_order(job_, JobOrder::Resume, now_, events_));
  begin();
  EXPECT_EQ(job_.cursor, "{\"at\":7}");
  EXPECT_EQ(job_.progress, 0.5);
  EXPECT_FALSE(give_order(job_, JobOrder::Resume, now_, events_));
}

// 89
TEST_F(JobRules, AWorkerThatStopsGivesTheAttemptBack) {
  begin();
  end_attempt(job_, {Kind::Released}, now_, 0, events_);
  EXPECT_EQ(job_.attempt, 0);
  EXPECT_TRUE(is_due(job_, now_));
  begin();
  EXPECT_EQ(job_.lease_token, 2u);
  end_attempt(job_, {Kind::Snoozed, "", {}, "", "", 5s}, now_, 0, events_);
  EXPECT_EQ(job_.attempt, 0);
  EXPECT_EQ(job_.run_at, now_ + 5s);
}

// 86
TEST_F(JobRules, ProgressNeverFalls) {
  begin();
  take_report(job_, {.progress = 0.6}, now_);
  take_report(job_, {.progress = 0.2}, now_);
  EXPECT_EQ(job_.progress, 0.6);
  take_report(job_, {.progress = 7}, now_);
  EXPECT_EQ(job_.progress, 1);
}

TEST_F(JobRules, ARetryByHandGivesOneAttemptMore) {
  begin();
  EXPECT_EQ(give_order(job_, JobOrder::Retry, now_, events_).error().code, "job.state");
  fail(JobFault::Permanent);
  ASSERT_TRUE(give_order(job_, JobOrder::Retry, now_, events_));
  EXPECT_EQ(job_.errors.size(), 1u);
  EXPECT_FALSE(job_.finished_at);
  begin();
  fail(JobFault::Transient);
  EXPECT_EQ(job_.state, JobState::Failed);
  EXPECT_EQ(job_.attempt, 2);
}

TEST_F(JobRules, AllTimeTogetherAndWaitingHaveLimits) {
  job_.limits.schedule_to_start = 1min;
  job_.limits.schedule_to_close = 10min;
  EXPECT_FALSE(look_after(job_, now_ + 59s, 0, events_));
  ASSERT_TRUE(look_after(job_, now_ + 60s, 0, events_));
  EXPECT_EQ(last(), "job.waiting");
  EXPECT_FALSE(look_after(job_, now_ + 61s, 0, events_));
  auto late = job_;
  ASSERT_TRUE(look_after(late, now_ + 10min, 0, events_));
  EXPECT_EQ(late.reason, "deadline");
  begin();
  now_ += 9min + 58s;
  fail(JobFault::Transient);
  EXPECT_EQ(job_.reason, "deadline");
}

TEST_F(JobRules, ErrorsAreKeptUpToALimit) {
  job_.max_attempts = 100;
  for (int i = 0; i < 30; ++i) {
    begin();
    fail(JobFault::Transient);
    now_ = job_.run_at;
  }
  EXPECT_EQ(job_.errors.size(), kMaxJobErrors);
  EXPECT_EQ(job_.errors.back().attempt, 30);
}

TEST(JobFaults, AreToldApartByWhatWentWrong) {
  EXPECT_EQ(fault_of(make_error(ErrorKind::UnsupportedMedia, "")), JobFault::Permanent);
  EXPECT_EQ(fault_of(make_error(ErrorKind::Unavailable, "")), JobFault::Transient);
  EXPECT_EQ(fault_of(make_error(ErrorKind::StorageFull, "")), JobFault::Transient);
  EXPECT_EQ(fault_of(make_error(ErrorKind::DeadlineExceeded, "")), JobFault::Timeout);
}

}  // namespace
}  // namespace vigil::model
