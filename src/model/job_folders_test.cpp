#include "model/job_folders.h"

#include <gtest/gtest.h>

#include "model/job_rules.h"

namespace vigil::model {
namespace {

Job job_of(JobState state, std::uint64_t token) {
  Job job;
  job.id = "j";
  job.asset = "a";
  job.state = state;
  job.lease_token = token;
  return job;
}

TEST(JobFolders, WhatBeginsAnewLiesElsewhere) {
  auto job = job_of(JobState::Processing, 3);
  EXPECT_EQ(attempt_folder(job), "j/3");
  EXPECT_EQ(common_folder(job), "j");
  job.first_token = 3;
  EXPECT_EQ(common_folder(job), "j/from_3");
}

TEST(JobFolders, WhatIsDoneAtOnceLeavesNothingBehind) {
  EXPECT_FALSE(litter_of(job_of(JobState::Done, 1)));
  EXPECT_FALSE(litter_of(job_of(JobState::Processing, 5)));
  EXPECT_FALSE(litter_of(job_of(JobState::Cancelled, 0))) << "nobody had begun";
  auto nowhere = job_of(JobState::Failed, 4);
  nowhere.asset.clear();
  EXPECT_FALSE(litter_of(nowhere));
}

TEST(JobFolders, AttemptsThatWereBrokenOffAreLitterAndWhatCountsIsNone) {
  const auto done = *litter_of(job_of(JobState::Done, 3));
  EXPECT_TRUE(is_litter(done, "metadata/a/j/2/boxes_000000.bin"));
  EXPECT_FALSE(is_litter(done, "metadata/a/j/3/records.bin"));
  EXPECT_FALSE(is_litter(done, "frames/a/j/frame_000000000.jpg"));
  const auto failed = *litter_of(job_of(JobState::Failed, 3));
  EXPECT_TRUE(is_litter(failed, "metadata/a/j/3/records.bin"));
  EXPECT_FALSE(is_litter(failed, "frames/a/j/frame_000000000.jpg")) << "a retry goes on there";
}

TEST(JobFolders, OfACancelledJobEverythingIsLitterAndOfItsRetryNothing) {
  auto job = job_of(JobState::Processing, 2);
  job.cancel_requested_at = WallTime{};
  JobEvents events;
  end_attempt(job, {JobOutcome::Kind::Stopped}, WallTime{}, 0, events);
  ASSERT_EQ(job.state, JobState::Cancelled);
  const auto litter = *litter_of(job);
  ASSERT_TRUE(give_order(job, JobOrder::Retry, WallTime{}, events));
  begin_attempt(job, "w", "", WallTime{}, events);
  for (const std::string folder : {"j", "j/1", "j/2", "j/from_2"}) {
    EXPECT_TRUE(is_litter(litter, "frames/a/" + folder + "/x.jpg")) << folder;
  }
  for (const auto& folder : {attempt_folder(job), common_folder(job)}) {
    EXPECT_FALSE(is_litter(litter, "frames/a/" + folder + "/x.jpg")) << folder;
  }
}

TEST(JobFolders, WhatIsNotTheJobsIsNeverLitter) {
  const JobLitter all{"j", "a", kAllOfIt, kAllOfIt};
  EXPECT_TRUE(is_litter(all, "frames/a/j/x.jpg"));
  EXPECT_TRUE(is_litter(all, "frames/a/j/odd/x.jpg"));
  for (const char* key : {"frames/a/j2/x.jpg", "frames/b/j/x.jpg", "thumbnails/a/poster.jpg", "frames/a/j",
                          "frames/a/j/", "frames", ""}) {
    EXPECT_FALSE(is_litter(all, key)) << key;
  }
}

TEST(JobFolders, OneIsReplacedByALaterOneOfItsKindThatCountsAlone) {
  auto older = job_of(JobState::Done, 2), newer = job_of(JobState::Done, 1);
  newer.id = "k";
  EXPECT_FALSE(replace(older, newer, WallTime{})) << "both count";
  newer.sole = true;
  EXPECT_FALSE(replace(newer, newer, WallTime{}));
  auto other = older;
  other.asset = "b";
  EXPECT_FALSE(replace(other, newer, WallTime{}));
  other = older;
  other.kind = "other";
  EXPECT_FALSE(replace(other, newer, WallTime{}));
  other = older;
  other.state = JobState::Processing;
  EXPECT_FALSE(replace(other, newer, WallTime{}));
  const auto version = older.version;
  EXPECT_TRUE(replace(older, newer, WallTime{}));
  EXPECT_FALSE(replace(older, newer, WallTime{})) << "it is known";
  EXPECT_EQ(older.replaced_by, "k");
  EXPECT_GT(older.version, version);
  EXPECT_TRUE(is_litter(*litter_of(older), "metadata/a/j/2/records.bin"));
  JobEvents events;
  EXPECT_EQ(remake(older, "gone", WallTime{}, events).error().code, "job.state");
}

}  // namespace
}  // namespace vigil::model
