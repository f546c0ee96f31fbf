#include "sinks/redis_jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/json.h"
#include "sinks/redis_server_fake.h"

namespace vigil::sinks {
namespace {

using namespace std::chrono_literals;
using testing::RedisServer;
using testing::Subscriber;

template <typename Condition>
bool eventually(Condition condition) {
  const auto end = system_clock().steady() + 20s;
  while (!condition()) {
    if (system_clock().steady() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

model::JobEvent event(const char* type, model::JobState state) {
  model::JobEvent out;
  out.job_id = "job1";
  out.kind = "extract";
  out.owner = "u1";
  out.type = type;
  out.state = state;
  out.time = WallTime(std::chrono::seconds(1700000000));
  out.code = "code";
  out.detail = "why";
  return out;
}
model::JobEvent queued() {
  return event("job.queued", model::JobState::Queued);
}

RedisConfig config_of(const RedisServer& server) {
  auto config = *parse_redis_url(server.url());
  config.retry_first = config.retry_last = 20ms;
  config.io_timeout = 1s;
  return config;
}

// One process of several.
struct Peer {
  explicit Peer(const RedisServer& server, bool tells = true) {
    jobs = std::make_unique<RedisJobs>(
        config_of(server), tells ? bus.subscribe("redis", 1000) : nullptr, [this] { ++woken; }, system_clock());
    jobs->start();
  }
  ~Peer() {
    jobs->stop();
    bus.close();
  }
  bus::Jobs bus;
  std::atomic<int> woken{0};
  std::unique_ptr<RedisJobs> jobs;
};

TEST(RedisJobs, WhoeverListensIsWokenWhenAJobIsQueued) {
  RedisServer server;
  if (!server.start()) GTEST_SKIP() << RedisServer::kMissing;
  Peer teller(server), worker(server, false);
  ASSERT_TRUE(eventually([&] { return worker.woken >= 1; })) << "for what came before";
  for (int i = 0; i < 3; ++i) {
    const int before = worker.woken;
    teller.bus.publish(queued());
    EXPECT_TRUE(eventually([&] { return worker.woken > before; }));
  }
  const int before = worker.woken;
  teller.bus.publish(event("job.done", model::JobState::Done));
  teller.bus.publish(queued());
  EXPECT_TRUE(eventually([&] { return worker.woken > before; }));
}

TEST(RedisJobs, AlertsGoToTheirChannelAndNothingElseDoes) {
  RedisServer server;
  if (!server.start()) GTEST_SKIP() << RedisServer::kMissing;
  Subscriber subscriber(server.port(), "jobs");
  ASSERT_TRUE(subscriber.subscribed());
  Peer teller(server);
  teller.bus.publish(queued());
  teller.bus.publish(event("job.failed", model::JobState::Failed));
  teller.bus.publish(event("job.done", model::JobState::Done));
  teller.bus.publish(event("job.stuck", model::JobState::Processing));
  const auto failed = subscriber.next(), stuck = subscriber.next();
  ASSERT_TRUE(failed && stuck);
  EXPECT_EQ(failed->channel, "jobs");
  const auto json = parse_json(failed->text);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->at("type"), "job.failed");
  EXPECT_EQ(json->at("job_id"), "job1");
  EXPECT_EQ(json->at("timestamp"), 1700000000.0);
  EXPECT_EQ(json->at("detail"), "why");
  EXPECT_EQ(parse_json(stuck->text)->at("type"), "job.stuck");
}

// 87
TEST(RedisJobs, RedisMayComeAndGo) {
  RedisServer server;
  Peer teller(server);
  teller.bus.publish(event("job.failed", model::JobState::Failed));
  if (!server.start()) GTEST_SKIP() << RedisServer::kMissing;
  ASSERT_TRUE(eventually([&] { return teller.woken >= 1; }));
  server.stop(SIGKILL);
  teller.bus.publish(queued());
  ASSERT_TRUE(server.start());
  const int before = teller.woken;
  EXPECT_TRUE(eventually([&] { return teller.woken > before; })) << "what was queued meanwhile is told";
}

TEST(RedisJobs, StopsAlsoWhileRedisIsAway) {
  RedisServer server;  // not started
  Peer teller(server);
  teller.bus.publish(queued());
  const auto began = system_clock().steady();
  teller.jobs->stop();
  EXPECT_LT(system_clock().steady() - began, 10s);
}

}  // namespace
}  // namespace vigil::sinks
