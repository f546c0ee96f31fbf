// Workers over a store whose clock the tests move: leases end when the tests say so. The numbers are those of the
// catalogue of faults.

#include "jobs/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "blob/digest.h"
#include "blob/memory.h"
#include "jobs/keeper.h"
#include "jobs/verify.h"
#include "store/memory.h"

namespace vigil::jobs {
namespace {

using namespace std::chrono_literals;
using model::JobOrder;
using model::JobState;

class TestHandler final : public Handler {
 public:
  explicit TestHandler(std::function<Result<Finished>(jobs::Run&)> act) : act_(std::move(act)) {}
  std::string kind() const override { return "test"; }
  Result<Finished> run(Run& run) override { return act_(run); }

 private:
  std::function<Result<Finished>(jobs::Run&)> act_;
};

// Waits until the run is told to stop.
void wait_for_stop(const Run& run) {
  std::promise<void> told;
  std::stop_callback callback(run.stop(), [&] { told.set_value(); });
  told.get_future().wait();
}

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() {
    config_.threads = 2;
    config_.heartbeat = 5ms;
    config_.poll = 10s;
    config_.grace = 0ms;
    clock_.advance(std::chrono::hours(24 * 365 * 50));
  }
  std::unique_ptr<Workers> start(std::function<Result<Finished>(jobs::Run&)> act) {
    handlers_.push_back(std::make_unique<TestHandler>(std::move(act)));
    auto made = std::make_unique<Workers>(config_, store_->jobs().queue(),
                                          std::vector<Handler*>{handlers_.back().get()}, wakeup_, system_clock());
    made->start();
    return made;
  }
  std::string add(model::Job job = {}) {
    job.kind = "test";
    auto queued = store_->jobs().jobs().insert(job);
    EXPECT_TRUE(queued);
    wakeup_.notify();
    return queued->job.id;
  }
  model::Job get(const std::string& id) { return *store_->jobs().jobs().get(id); }
  // Until the job is in that state; the events of the bus say when to look.
  model::Job until(const std::string& id, JobState state) {
    const auto end = system_clock().steady() + 20s;
    while (system_clock().steady() < end) {
      if (auto job = get(id); job.state == state) return job;
      EXPECT_TRUE(keeper_.relay());
      static_cast<void>(events_->pop({}, 2ms));
    }
    ADD_FAILURE() << id << " is " << model::to_string(get(id).state) << ", not " << model::to_string(state);
    return get(id);
  }

  ManualClock clock_;
  std::unique_ptr<store::Store> store_ = store::make_memory_store(clock_);
  bus::Jobs bus_;
  std::unique_ptr<bus::JobSubscription> events_ = bus_.subscribe("test", 1000);
  LocalWakeup wakeup_;
  Keeper keeper_{{}, store_->jobs(), bus_, wakeup_, system_clock()};
  WorkersConfig config_;
  std::vector<std::unique_ptr<Handler>> handlers_;
};

TEST_F(WorkerTest, AJobIsDoneWithWhatCameOut) {
  auto workers = start([](jobs::Run& run) -> Result<Finished> {
    run.progress(0.5, "half");
    VIGIL_TRY(run.checkpoint("{\"at\":1}", {{"one", "frames/" + run.attempt_folder() + "/one", 1, "", "{}"}}));
    return Finished{"{\"ok\":true}", {{"two", "frames/x", 2, "", "{}"}}, {}};
  });
  const auto job = until(add(), JobState::Done);
  EXPECT_EQ(job.result, "{\"ok\":true}");
  EXPECT_EQ(job.step, "half");
  EXPECT_EQ(job.cursor, "{\"at\":1}");
  EXPECT_EQ(store_->jobs().log().outputs(job.id, "", 10)->size(), 2u);
  workers->stop();
  EXPECT_EQ(workers->figures().done, 1u);
  EXPECT_EQ(workers->figures().busy, 0);
}

// 80, J7: an error never counts as success, nor does an exception.
TEST_F(WorkerTest, WhatFailsIsTriedAgainOrNotByWhatWentWrong) {
  std::atomic<int> runs{0};
  auto workers = start([&](jobs::Run& run) -> Result<Finished> {
    ++runs;
    if (run.job().payload == "1") return make_error(ErrorKind::UnsupportedMedia, "no video", "unsupported_format");
    if (run.job().payload == "2") throw std::runtime_error("third party");
    return make_error(ErrorKind::Unavailable, "storage is away", "blob.s3");
  });
  model::Job wanted;
  wanted.payload = "1";
  const auto permanent = until(add(wanted), JobState::Failed);
  EXPECT_EQ(permanent.attempt, 1);
  EXPECT_EQ(permanent.reason, "unsupported_format");
  wanted.payload = "2";
  wanted.limits.max_attempts = 1;
  EXPECT_EQ(until(add(wanted), JobState::Failed).reason, "job.exception");
  wanted.payload = "3";
  wanted.limits.max_attempts = 5;
  const auto id = add(wanted);
  for (int attempt = 1; attempt <= 5; ++attempt) {
    while (get(id).attempt < attempt || get(id).state == JobState::Processing) {
      static_cast<void>(events_->pop({}, 1ms));
      static_cast<void>(keeper_.relay());
    }
    clock_.advance(10min);
    wakeup_.notify();
  }
  const auto failed = until(id, JobState::Failed);
  ASSERT_EQ(failed.errors.size(), 5u);
  EXPECT_EQ(failed.errors[0].code, "blob.s3");
  EXPECT_EQ(failed.errors[0].fault, model::JobFault::Transient);
}

// 84
TEST_F(WorkerTest, CancellingStopsTheHandlerAndIsFinal) {
  std::promise<void> began;
  auto workers = start([&](jobs::Run& run) -> Result<Finished> {
    began.set_value();
    wait_for_stop(run);
    return make_error(ErrorKind::Cancelled, "told to stop");
  });
  const auto id = add();
  began.get_future().wait();
  ASSERT_TRUE(store_->jobs().jobs().order(id, JobOrder::Cancel));
  EXPECT_EQ(until(id, JobState::Cancelled).attempt, 1);
}

// 79: it goes on where the last attempt published its cursor.
TEST_F(WorkerTest, APausedJobGoesOnAtItsCursor) {
  std::promise<void> began;
  std::atomic<int> runs{0};
  std::string second_cursor;
  auto workers = start([&](jobs::Run& run) -> Result<Finished> {
    if (++runs == 1) {
      VIGIL_TRY(run.checkpoint("{\"at\":7}", {{"seven", "frames/7", 1, "", "{}"}}));
      began.set_value();
      wait_for_stop(run);
      return make_error(ErrorKind::Cancelled, "told to stop");
    }
    second_cursor = run.job().cursor;
    return Finished{};
  });
  const auto id = add();
  began.get_future().wait();
  ASSERT_TRUE(store_->jobs().jobs().order(id, JobOrder::Pause));
  EXPECT_EQ(until(id, JobState::Queued).attempt, 0);
  ASSERT_TRUE(store_->jobs().jobs().order(id, JobOrder::Resume));
  ASSERT_TRUE(keeper_.relay());
  until(id, JobState::Done);
  EXPECT_EQ(second_cursor, "{\"at\":7}");
}

// 78: a worker that was not heard of for a lease is told no, and what it publishes is not seen.
TEST_F(WorkerTest, AWorkerThatSleptThroughItsLeaseIsToldNo) {
  config_.heartbeat = 1h;
  std::promise<void> began, go_on;
  std::atomic<int> runs{0};
  Result<void> late;
  auto workers = start([&](jobs::Run& run) -> Result<Finished> {
    if (++runs == 1) {
      began.set_value();
      go_on.get_future().wait();
      late = run.checkpoint("{}", {{"late", "frames/late", 1, "", "{}"}});
      EXPECT_TRUE(run.stop().stop_requested());
      return Finished{"\"late\"", {}, {}};
    }
    return Finished{"\"right\"", {{"right", "frames/right", 1, "", "{}"}}, {}};
  });
  const auto id = add();
  began.get_future().wait();
  clock_.advance(60s);
  EXPECT_EQ(*keeper_.look_after(), 1);
  clock_.advance(60s);
  wakeup_.notify();
  EXPECT_EQ(until(id, JobState::Done).result, "\"right\"");
  go_on.set_value();
  workers->stop();
  EXPECT_EQ(late.error().code, "job.lease_lost");
  EXPECT_EQ(get(id).result, "\"right\"");
  EXPECT_EQ(store_->jobs().log().outputs(id, "", 10)->size(), 1u);
  EXPECT_EQ(workers->figures().lost, 1u);
}

TEST_F(WorkerTest, HeartbeatsKeepALeaseForAsLongAsItTakes) {
  std::promise<void> go_on;
  auto workers = start([&](jobs::Run&) -> Result<Finished> {
    go_on.get_future().wait();
    return Finished{};
  });
  const auto id = add();
  until(id, JobState::Processing);
  for (int i = 0; i < 5; ++i) {
    const auto before = get(id).lease_until;
    clock_.advance(30s);
    while (get(id).lease_until == before) static_cast<void>(events_->pop({}, 1ms));
    EXPECT_EQ(*keeper_.look_after(), 0);
  }
  go_on.set_value();
  until(id, JobState::Done);
}

// 82
TEST_F(WorkerTest, AnAttemptThatTakesTooLongIsStoppedAndItsPlaceIsFree) {
  auto workers = start([&](jobs::Run& run) -> Result<Finished> {
    if (run.job().payload == "{}") return Finished{};
    wait_for_stop(run);
    return Finished{"\"too late\"", {}, {}};
  });
  model::Job slow;
  slow.payload = "1";
  slow.limits.start_to_close = 20ms;
  slow.limits.max_attempts = 1;
  const auto failed = until(add(slow), JobState::Failed);
  EXPECT_EQ(failed.reason, "timeout");
  EXPECT_EQ(failed.errors[0].fault, model::JobFault::Timeout);
  until(add(), JobState::Done);
}

// 89
TEST_F(WorkerTest, WorkersThatStopGiveTheirJobsBackWithTheAttempt) {
  std::promise<void> began;
  auto workers = start([&](jobs::Run& run) -> Result<Finished> {
    began.set_value();
    wait_for_stop(run);
    return make_error(ErrorKind::Cancelled, "told to stop");
  });
  const auto id = add();
  began.get_future().wait();
  workers->stop();
  EXPECT_EQ(get(id).state, JobState::Queued);
  EXPECT_EQ(get(id).attempt, 0);
  add();
  EXPECT_EQ(workers->figures().released, 1u);
}

TEST_F(WorkerTest, WhatGetsDoneWithinTheGraceIsDone) {
  config_.grace = 20s;
  std::promise<void> began;
  std::promise<void> go_on;
  auto workers = start([&](jobs::Run&) -> Result<Finished> {
    began.set_value();
    go_on.get_future().wait();
    return Finished{};
  });
  const auto id = add();
  began.get_future().wait();
  std::jthread stopper([&] { workers->stop(); });
  go_on.set_value();
  stopper.join();
  EXPECT_EQ(get(id).state, JobState::Done);
}

TEST_F(WorkerTest, ASnoozedJobComesAgainWithoutAnAttemptLess) {
  std::atomic<int> runs{0};
  auto workers = start([&](jobs::Run&) -> Result<Finished> {
    if (++runs == 1) return Finished{"", {}, 30s};
    return Finished{};
  });
  const auto id = add();
  while (runs == 0 || get(id).state != JobState::Queued) static_cast<void>(events_->pop({}, 1ms));
  EXPECT_EQ(get(id).attempt, 0);
  clock_.advance(30s);
  wakeup_.notify();
  EXPECT_EQ(until(id, JobState::Done).attempt, 1);
}

// 77: jobs whose workers vanish at random are each done once by their results.
TEST_F(WorkerTest, JobsAreDoneOnceByTheirResultsHoweverOftenWorkersVanish) {
  config_.threads = 4;
  std::mutex mutex;
  std::map<std::string, int> tries;
  auto workers = start([&](jobs::Run& run) -> Result<Finished> {
    int mine = 0;
    {
      std::lock_guard lock(mutex);
      mine = ++tries[run.job().id];
    }
    const auto name = "frame_" + run.job().payload;
    VIGIL_TRY(run.checkpoint("{}", {{name, "frames/" + run.attempt_folder(), 1, "", "{}"}}));
    if (mine == 1 && std::hash<std::string>()(run.job().id) % 3 == 0)
      return make_error(ErrorKind::Unavailable, "vanished", "vanished");
    return Finished{"{}", {}, {}};
  });
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    model::Job wanted;
    wanted.payload = std::to_string(i);
    ids.push_back(add(wanted));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    while (!model::is_terminal(get(ids[i]).state)) {
      clock_.advance(10s);
      wakeup_.notify();
      static_cast<void>(events_->pop({}, 1ms));
    }
    EXPECT_EQ(get(ids[i]).state, JobState::Done);
    const auto outputs = *store_->jobs().log().outputs(ids[i], "", 10);
    ASSERT_EQ(outputs.size(), 1u);
    EXPECT_EQ(outputs[0].name, "frame_" + std::to_string(i));
  }
}

// J14, 86
TEST_F(WorkerTest, TheBusHearsOfEveryChangeInOrder) {
  auto workers = start([](jobs::Run&) -> Result<Finished> { return Finished{}; });
  const auto id = add();
  std::vector<std::string> seen;
  while (seen.empty() || seen.back() != "job.done") {
    ASSERT_TRUE(keeper_.relay());
    while (auto event = events_->try_pop()) seen.push_back((*event)->type);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"job.queued", "job.processing", "job.done"}));
  EXPECT_EQ(*keeper_.relay(), 0);
}

// 87: nobody wakes them; they look by themselves.
TEST_F(WorkerTest, WithoutBeingWokenTheyLookFromTimeToTime) {
  config_.poll = 10ms;
  auto workers = start([](jobs::Run&) -> Result<Finished> { return Finished{}; });
  model::Job wanted;
  wanted.kind = "test";
  const auto id = store_->jobs().jobs().insert(wanted)->job.id;
  until(id, JobState::Done);
}

TEST(VerifyJob, ComparesWhatTheStorageGivesBackWithTheDigest) {
  auto store = store::make_memory_store();
  auto blobs = blob::make_memory_store();
  const std::string bytes(3u << 20, 'v');
  model::Upload upload;
  upload.id = "u";
  ASSERT_TRUE(store->uploads().uploads().insert(upload, {}));
  const model::Asset asset{"a", "", blob::sha256_hex(bytes), bytes.size(), "", "", "", "originals/a", {}};
  ASSERT_TRUE(store->uploads().complete("u", asset, {}));
  const auto key = *blob::Key::parse("originals/a");
  ASSERT_TRUE(blobs->put(key, bytes));
  Verify verify(store->uploads().assets(), *blobs);
  LocalWakeup wakeup;
  Workers workers({.threads = 1, .poll = 10ms}, store->jobs().queue(), {&verify}, wakeup, system_clock());
  workers.start();
  auto run = [&] {
    model::Job job;
    job.kind = Verify::kKind;
    job.asset = "a";
    const auto id = store->jobs().jobs().insert(job)->job.id;
    wakeup.notify();
    const auto end = system_clock().steady() + 20s;
    while (!model::is_terminal(store->jobs().jobs().get(id)->state) && system_clock().steady() < end)
      system_clock().sleep(1ms, {});
    return *store->jobs().jobs().get(id);
  };
  EXPECT_EQ(run().state, JobState::Done);
  ASSERT_TRUE(blobs->put(key, bytes.substr(1) + "x"));
  EXPECT_EQ(run().reason, "asset.damaged");
  ASSERT_TRUE(blobs->remove(key));
  EXPECT_EQ(run().reason, "blob.not_found");
}

}  // namespace
}  // namespace vigil::jobs
