#include "sinks/redis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "base/json.h"
#include "base/sync.h"
#include "sinks/redis_server_fake.h"

namespace vigil::sinks {
namespace {

using model::Event;
using namespace std::chrono_literals;
using testing::RedisServer;
using testing::ScriptedServer;
using testing::Subscriber;

Event frame(int number, const std::string& camera = "cam_1") {
  return Event{camera, from_unix_seconds(1000.0 + number), model::FrameIngested{"rtsp"}};
}

RedisConfig quick(const std::string& url) {
  auto config = parse_redis_url(url);
  EXPECT_TRUE(config.ok());
  config->retry_first = 10ms;
  config->retry_last = 50ms;
  config->idle_check = 20ms;
  return *config;
}

// Gives other threads time until `condition` holds; false after ten seconds.
template <typename Condition>
bool eventually(Condition condition) {
  auto end = system_clock().steady() + 10s;
  while (!condition()) {
    if (system_clock().steady() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

class RedisSinkTest : public ::testing::Test {
 protected:
  std::unique_ptr<RedisSink> make(RedisConfig config, std::size_t capacity = 1000) {
    auto sink = std::make_unique<RedisSink>(std::move(config), bus_.subscribe("redis", capacity), system_clock());
    sink->start();
    return sink;
  }
  static bool connected(const RedisSink& sink) {
    return eventually([&] { return sink.figures().state == SinkState::Connected; });
  }
  static double timestamp(const Subscriber::Message& message) {
    auto json = parse_json(message.text);
    return json.ok() ? json->value("timestamp", 0.0) : -1;
  }

  bus::Bus bus_;
};

TEST_F(RedisSinkTest, PublishesExactlyTheDocumentedEvents) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  Subscriber subscriber(server.port());
  ASSERT_TRUE(subscriber.subscribed());
  auto sink = make(quick(server.url()));

  auto at = from_unix_seconds(1763700000.25);
  model::MotionDetected motion;
  motion.area = 1234;
  auto ended = motion;
  ended.phase = model::MotionDetected::Phase::End;
  bus_.publish({"cam_001", at, model::CameraChanged{model::CameraChanged::What::Added}});
  bus_.publish({"cam_001", at, model::CameraConnected{}});
  bus_.publish({"cam_001", at, model::FrameIngested{"rtsp"}});
  bus_.publish({"cam_001", at, motion});
  bus_.publish({"cam_001", at, ended});
  bus_.publish({"cam_002", at, model::CameraDisconnected{"stalled"}});
  bus_.publish({"cam_002", at, model::AnalysisSuspended{600}});
  model::PlateSeen plate;
  plate.list = model::PlateSeen::List::Denied;
  plate.text = "XY99Z";
  bus_.publish({"cam_002", at, plate});

  std::vector<std::pair<std::string, Json>> seen;
  for (int i = 0; i < 5; ++i) {
    auto message = subscriber.next();
    ASSERT_TRUE(message.has_value());
    auto json = parse_json(message->text);
    ASSERT_TRUE(json.ok()) << message->text;
    seen.emplace_back(message->channel, *json);
  }
  sink->stop();
  using Pair = std::pair<std::string, Json>;
  EXPECT_THAT(
      seen,
      ::testing::ElementsAre(
          Pair("camera:cam_001",
               {{"type", "camera.connected"}, {"camera_id", "cam_001"}, {"timestamp", 1763700000.25}}),
          Pair(
              "camera:cam_001",
              {{"type", "frame.ingested"}, {"camera_id", "cam_001"}, {"timestamp", 1763700000.25}, {"source", "rtsp"}}),
          Pair("camera:cam_001",
               {{"type", "motion.detected"}, {"camera_id", "cam_001"}, {"timestamp", 1763700000.25}, {"area", 1234}}),
          Pair("camera:cam_002", {{"type", "camera.disconnected"},
                                  {"camera_id", "cam_002"},
                                  {"timestamp", 1763700000.25},
                                  {"reason", "stalled"}}),
          Pair("camera:cam_002", {{"type", "plate.denied"},
                                  {"camera_id", "cam_002"},
                                  {"timestamp", 1763700000.25},
                                  {"plate", "XY99Z"},
                                  {"confidence", 0.0},
                                  {"track", 0},
                                  {"sequence", 0},
                                  {"box", {0, 0, 0, 0}}})));
  auto figures = sink->figures();
  EXPECT_EQ(figures.published, 5u);
  EXPECT_EQ(figures.dropped, 0u);
  EXPECT_EQ(figures.latency.count, 5u);
  EXPECT_EQ(figures.state, SinkState::Stopped);
  EXPECT_EQ(figures.waiting, 0u);
}

TEST_F(RedisSinkTest, ReachesRedisOverAUnixSocketWithAPassword) {
  RedisServer server("s3cret-word");
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  auto sink = make(quick(server.unix_url()));
  bus_.publish(frame(1));
  EXPECT_TRUE(eventually([&] { return sink->figures().published == 1; }));
  EXPECT_EQ(sink->figures().target.find("s3cret-word"), std::string::npos);
}

TEST_F(RedisSinkTest, SaysThatThePasswordIsWrongWithoutSayingThePassword) {
  RedisServer server("s3cret-word");
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  auto config = quick(server.url());
  config.password = Secret("wr0ng-word");
  auto sink = make(config);
  ASSERT_TRUE(eventually([&] { return sink->figures().state == SinkState::Waiting; }));
  auto error = sink->figures().last_error;
  EXPECT_NE(error.find("WRONGPASS"), std::string::npos) << error;
  EXPECT_EQ(error.find("wr0ng-word"), std::string::npos) << error;
}

TEST_F(RedisSinkTest, SaysThatAPasswordIsMissing) {
  RedisServer server("s3cret-word");
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  auto config = quick(server.url());
  config.password = Secret();
  auto sink = make(config);
  ASSERT_TRUE(eventually([&] { return sink->figures().state == SinkState::Waiting; }));
  EXPECT_NE(sink->figures().last_error.find("NOAUTH"), std::string::npos) << sink->figures().last_error;
}

TEST_F(RedisSinkTest, KeepsEventsWhileRedisIsAwayAndSendsThemInOrderWhenItIsBack) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  auto sink = make(quick(server.url()));
  bus_.publish(frame(0));
  ASSERT_TRUE(eventually([&] { return sink->figures().published == 1; }));

  server.stop(SIGKILL);
  ASSERT_TRUE(eventually([&] { return sink->figures().state == SinkState::Waiting; }));
  for (int i = 1; i <= 500; ++i) bus_.publish(frame(i));
  ASSERT_TRUE(eventually([&] { return !sink->figures().last_error.empty(); }));

  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  ASSERT_TRUE(eventually([&] { return sink->figures().published == 501; }));
  auto figures = sink->figures();
  EXPECT_EQ(figures.reconnects, 1u);
  EXPECT_EQ(figures.dropped, 0u);
  EXPECT_EQ(figures.last_error, "");

  Subscriber subscriber(server.port());
  ASSERT_TRUE(subscriber.subscribed());
  for (int i = 501; i < 1000; ++i) bus_.publish(frame(i));
  for (int i = 501; i < 1000; ++i) {
    auto message = subscriber.next();
    ASSERT_TRUE(message.has_value());
    ASSERT_EQ(timestamp(*message), 1000.0 + i);
  }
}

TEST_F(RedisSinkTest, LosesTheOldestEventsAndCountsThemWhenTheQueueIsFull) {
  auto port = testing::free_port();
  auto sink = make(quick("redis://127.0.0.1:" + std::to_string(port)), 10);
  ASSERT_TRUE(eventually([&] { return sink->figures().state == SinkState::Waiting; }));
  for (int i = 0; i < 100; ++i) bus_.publish(frame(i));
  EXPECT_EQ(sink->figures().dropped, 90u);
  EXPECT_EQ(sink->figures().waiting, 10u);
  sink->stop();
  EXPECT_EQ(sink->figures().dropped, 100u);
  EXPECT_EQ(sink->figures().waiting, 0u);
}

TEST_F(RedisSinkTest, FrozenRedisDelaysNobodyAndStopIsQuick) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  auto config = quick(server.url());
  config.io_timeout = 60s;
  config.flush_limit = 200ms;
  auto sink = make(config, 100);
  ASSERT_TRUE(connected(*sink));
  server.signal(SIGSTOP);
  auto before = system_clock().steady();
  for (int i = 0; i < 5000; ++i) bus_.publish(frame(i));
  sink->stop();
  EXPECT_LT(system_clock().steady() - before, 2s);
  auto figures = sink->figures();
  EXPECT_EQ(figures.published + figures.dropped, 5000u);
  server.signal(SIGCONT);
}

TEST_F(RedisSinkTest, GivesAFrozenRedisUpAndTriesAgain) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  auto config = quick(server.url());
  config.io_timeout = 100ms;
  auto sink = make(config);
  ASSERT_TRUE(connected(*sink));
  server.signal(SIGSTOP);
  bus_.publish(frame(1));
  ASSERT_TRUE(eventually([&] { return sink->figures().last_error.find("in time") != std::string::npos; }));
  server.signal(SIGCONT);
  ASSERT_TRUE(eventually([&] { return sink->figures().published == 1; }));
  EXPECT_GE(sink->figures().reconnects, 1u);
}

TEST_F(RedisSinkTest, StopSendsWhatIsQueued) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  auto sink = make(quick(server.url()), 10000);
  ASSERT_TRUE(connected(*sink));
  for (int i = 0; i < 5000; ++i) bus_.publish(frame(i));
  sink->stop();
  EXPECT_EQ(sink->figures().published, 5000u);
  EXPECT_EQ(sink->figures().dropped, 0u);
}

TEST_F(RedisSinkTest, StopWorksWhileNothingListens) {
  auto sink = make(quick("redis://127.0.0.1:" + std::to_string(testing::free_port())));
  sink->stop();
  EXPECT_EQ(sink->figures().state, SinkState::Stopped);
}

TEST_F(RedisSinkTest, KeepsAnEventThatRedisHasNoMemoryForUntilItHas) {
  std::atomic<bool> full{true};
  std::atomic<int> refused{0};
  ScriptedServer server([&](const std::vector<std::string>& words) -> std::string {
    if (words[0] == "PING") return "+PONG\r\n";
    if (!full) return ":1\r\n";
    ++refused;
    return "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
  });
  auto sink = make(quick("redis://127.0.0.1:" + std::to_string(server.port())));
  bus_.publish(frame(1));
  ASSERT_TRUE(eventually([&] { return refused >= 2; }));
  EXPECT_EQ(sink->figures().published, 0u);
  EXPECT_TRUE(eventually([&] { return sink->figures().last_error.find("OOM") != std::string::npos; }));
  full = false;
  ASSERT_TRUE(eventually([&] { return sink->figures().published == 1; }));
  EXPECT_EQ(sink->figures().dropped, 0u);
}

TEST_F(RedisSinkTest, PassesOverAnEventThatOnlyItselfIsRefused) {
  ScriptedServer server([](const std::vector<std::string>& words) -> std::string {
    if (words[0] == "PING") return "+PONG\r\n";
    return words[1] == "camera:secret" ? "-NOPERM No permissions to access a channel\r\n" : ":1\r\n";
  });
  auto sink = make(quick("redis://127.0.0.1:" + std::to_string(server.port())));
  bus_.publish(frame(1, "secret"));
  bus_.publish(frame(2));
  ASSERT_TRUE(eventually([&] { return sink->figures().published == 1; }));
  EXPECT_EQ(sink->figures().refused, 1u);
  EXPECT_NE(sink->figures().last_error.find("NOPERM"), std::string::npos);
  EXPECT_EQ(sink->figures().reconnects, 0u);
}

TEST_F(RedisSinkTest, SurvivesAServerThatSpeaksNoRedis) {
  ScriptedServer server(
      [](const std::vector<std::string>&) -> std::string { return "HTTP/1.1 400 Bad Request\r\n\r\n"; });
  auto sink = make(quick("redis://127.0.0.1:" + std::to_string(server.port())));
  ASSERT_TRUE(eventually([&] { return sink->figures().state == SinkState::Waiting; }));
  EXPECT_NE(sink->figures().last_error, "");
}

// Remembers how long it was asked to sleep, and ends the sleeps at once.
class SleepRecorder final : public Clock {
 public:
  WallTime wall() const override { return system_clock().wall(); }
  SteadyTime steady() const override { return system_clock().steady(); }
  bool sleep(Nanos duration, std::stop_token stop) const override {
    bool enough = false;
    {
      MutexLock lock(mutex_);
      slept_.push_back(std::chrono::duration<double>(duration).count());
      enough = slept_.size() >= 8;
    }
    return enough ? system_clock().sleep(1h, stop) : !stop.stop_requested();
  }
  std::vector<double> slept() const {
    MutexLock lock(mutex_);
    return slept_;
  }

 private:
  mutable Mutex mutex_;
  mutable std::vector<double> slept_ VIGIL_GUARDED_BY(mutex_);
};

TEST_F(RedisSinkTest, WaitsLongerAfterEachFailureUpToTenSeconds) {
  SleepRecorder clock;
  auto config = parse_redis_url("redis://127.0.0.1:" + std::to_string(testing::free_port()));
  ASSERT_TRUE(config.ok());
  RedisSink sink(*config, bus_.subscribe("redis", 10), clock);
  sink.start();
  ASSERT_TRUE(eventually([&] { return clock.slept().size() >= 8; }));
  auto slept = clock.slept();
  std::vector<double> expected = {0.5, 1, 2, 4, 8, 10, 10, 10};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_GE(slept[i], expected[i] * 0.8) << i;
    EXPECT_LE(slept[i], expected[i] * 1.2) << i;
  }
}

TEST(Latency, CountsEachValueInItsBucket) {
  Latency latency;
  latency.observe(-5);
  latency.observe(0.001);
  latency.observe(0.3);
  latency.observe(100);
  EXPECT_EQ(latency.counts.front(), 2u);
  EXPECT_EQ(latency.counts[8], 1u);
  EXPECT_EQ(latency.counts.back(), 1u);
  EXPECT_EQ(latency.count, 4u);
  EXPECT_DOUBLE_EQ(latency.sum_seconds, 100.301);
}

}  // namespace
}  // namespace vigil::sinks
