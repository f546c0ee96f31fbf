#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "store/jobs.h"
#include "store/store_fake.h"

namespace vigil::store {

// A store of each kind with a clock that the test moves, for suites about jobs.
class JobContractTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    clock_.advance(std::chrono::hours(24 * 365 * 50));
    auto opened = store_for_test(GetParam(), dir_, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  JobRepository& jobs() { return store_->jobs().jobs(); }
  JobQueue& queue() { return store_->jobs().queue(); }
  JobLog& log() { return store_->jobs().log(); }
  JobWebhooks& webhooks() { return store_->jobs().webhooks(); }

  std::string add(model::Job job = {}) {
    job.kind = "test";
    clock_.advance(std::chrono::milliseconds(1));  // so that they come in this order
    auto queued = jobs().insert(job);
    EXPECT_TRUE(queued) << (queued ? "" : queued.error().message);
    return queued ? queued->job.id : "";
  }
  std::optional<model::Job> claim(const std::string& seat = {}) {
    auto claimed = queue().claim({"worker", {"test"}, 0, seat});
    EXPECT_TRUE(claimed) << (claimed ? "" : claimed.error().message);
    return claimed ? *claimed : std::nullopt;
  }
  static JobLease lease(const model::Job& job) { return {job.id, job.lease_token}; }
  model::Job get(const std::string& id) {
    auto found = jobs().get(id);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found ? *found : model::Job();
  }
  std::vector<std::string> types(const std::string& id) {
    std::vector<std::string> out;
    const auto events = log().events(id, 0, 100);
    EXPECT_TRUE(events);
    for (const auto& event : *events) out.push_back(event.type);
    return out;
  }

  TempDir dir_;
  ManualClock clock_;
  std::unique_ptr<Store> store_;
};

}  // namespace vigil::store
