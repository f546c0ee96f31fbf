#include "sinks/shared_looks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/sync.h"
#include "sinks/redis_connection.h"
#include "sinks/redis_server_fake.h"

namespace vigil::sinks {
namespace {

using namespace std::chrono_literals;
using testing::RedisServer;
using testing::ScriptedServer;

SharedLook look(std::uint64_t track, std::uint64_t subject = 7) {
  const auto now = system_clock().wall();
  return {"gate", track, subject, "person", "osnet@1", now - 10s, now, {0.6F, 0.8F}};
}

template <typename Condition>
bool eventually(Condition condition) {
  const auto end = system_clock().steady() + 10s;
  while (!condition()) {
    if (system_clock().steady() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

// One server of several.
class Peer {
 public:
  Peer(const std::string& url, std::string name, std::chrono::milliseconds window = 1h, std::size_t queue = 100) {
    SharedLooksConfig config;
    config.redis = *parse_redis_url(url);
    config.redis.retry_first = config.redis.retry_last = 20ms;
    config.redis.io_timeout = 1s;
    config.server = std::move(name);
    config.window = window;
    config.queue = queue;
    config.pace = 5ms;
    shared = std::make_unique<SharedLooks>(
        config,
        [this](SharedLook heard) {
          MutexLock lock(mutex_);
          heard_.push_back(std::move(heard));
        },
        system_clock());
    shared->start();
  }
  ~Peer() { shared->stop(); }

  std::vector<SharedLook> heard() {
    MutexLock lock(mutex_);
    return heard_;
  }
  bool hears(std::size_t count) {
    return eventually([&] { return heard().size() >= count; });
  }

  std::unique_ptr<SharedLooks> shared;

 private:
  Mutex mutex_;
  std::vector<SharedLook> heard_ VIGIL_GUARDED_BY(mutex_);
};

TEST(SharedLooks, OthersHearAndWhoeverComesLaterHearsToo) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  Peer north(server.url(), "north"), south(server.url(), "south");
  const auto told = look(3);
  north.shared->tell(told);
  ASSERT_TRUE(south.hears(1));
  auto expected = told;
  expected.camera_id = "north/gate";
  EXPECT_EQ(south.heard()[0], expected);
  Peer late(server.url(), "late");
  ASSERT_TRUE(late.hears(1));
  EXPECT_EQ(late.heard()[0], expected);
  Peer again(server.url(), "north");  // after a restart: its own are in its store
  again.shared->tell(look(4));
  ASSERT_TRUE(south.hears(2));
  EXPECT_TRUE(again.heard().empty());
  EXPECT_TRUE(north.heard().empty());
  EXPECT_EQ(south.shared->figures().received, 2U);
  EXPECT_EQ(north.shared->figures().sent, 1U);
}

TEST(SharedLooks, WhatIsOlderThanTheWindowIsOfNoUse) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  auto config = *parse_redis_url(server.url());
  {
    Peer north(server.url(), "north", 300ms);
    north.shared->tell(look(3));
    ASSERT_TRUE(eventually([&] { return north.shared->figures().sent == 1; }));
  }
  HostLookup lookup;
  auto redis = RedisConnection::open(config, lookup, {});
  ASSERT_TRUE(redis.ok());
  EXPECT_TRUE(eventually([&] {
    (*redis)->append({"EXISTS", "vigil:reid:looks"});
    auto there = (*redis)->reply();
    return there.ok() && there->number == 0;
  })) << "the stream stays although nobody writes";
}

TEST(SharedLooks, RedisMayBeAwayAndComeBack) {
  RedisServer server;
  Peer north(server.url(), "north", 1h, 3), south(server.url(), "south");
  for (std::uint64_t i = 1; i <= 5; ++i) north.shared->tell(look(i));
  EXPECT_EQ(north.shared->reserve(1, 10).error().kind, ErrorKind::Unavailable);
  ASSERT_TRUE(eventually([&] { return !north.shared->figures().last_error.empty(); }));
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  ASSERT_TRUE(south.hears(3));
  EXPECT_EQ(north.shared->figures().dropped, 2U) << "the oldest, of which there was no room";
  server.stop(SIGKILL);
  ASSERT_TRUE(eventually([&] { return !north.shared->figures().connected; }));
  north.shared->tell(look(6));
  ASSERT_TRUE(server.start());
  ASSERT_TRUE(south.hears(4));
  EXPECT_EQ(south.heard().back().track_id, 6U);
}

TEST(SharedLooks, IdsAreOfAllServersTogether) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  Peer north(server.url(), "north"), south(server.url(), "south");
  EXPECT_EQ(*north.shared->reserve(1, 100), 1U);
  EXPECT_EQ(*south.shared->reserve(1, 100), 101U);
  EXPECT_EQ(*north.shared->reserve(1000, 100), 1000U) << "it gave away more on its own before";
  EXPECT_EQ(*south.shared->reserve(1, 100), 1100U);
  EXPECT_EQ(*north.shared->reserve(1210, 100), 1300U) << "fewer than a block are missing";
}

TEST(SharedLooks, WhatMakesNoSenseIsCountedAndLeftOut) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  Peer north(server.url(), "north");
  HostLookup lookup;
  auto redis = RedisConnection::open(*parse_redis_url(server.url()), lookup, {});
  ASSERT_TRUE(redis.ok());
  auto add = [&](const std::vector<std::string_view>& fields) {
    std::vector<std::string_view> words = {"XADD", "vigil:reid:looks", "*"};
    words.insert(words.end(), fields.begin(), fields.end());
    (*redis)->append(words);
    ASSERT_TRUE((*redis)->answer().ok());
  };
  const auto good = encode(look(9));
  add({"s", "evil", "i", "x", "d", "garbage"});
  add({"s", "evil/../x", "i", "x", "d", good});
  add({"nothing", "at all"});
  add({"s", "south", "i", "x"});
  add({"s", "south", "i", "x", "d", good});
  ASSERT_TRUE(north.hears(1));
  EXPECT_EQ(north.heard()[0].track_id, 9U);
  EXPECT_EQ(north.shared->figures().refused, 4U);
}

TEST(SharedLooks, AServerThatAnswersNonsenseOrNothingDoesNoHarm) {
  ScriptedServer nonsense([](const std::vector<std::string>& words) -> std::string {
    if (words[0] == "PING") return "+PONG\r\n";
    if (words[0] == "XREAD") return "*1\r\n*2\r\n$1\r\nx\r\n*2\r\n:5\r\n*2\r\n*0\r\n$-1\r\n";
    return ":0\r\n";
  });
  Peer north("redis://127.0.0.1:" + std::to_string(nonsense.port()), "north");
  north.shared->tell(look(1));
  ASSERT_TRUE(eventually([&] { return north.shared->figures().sent == 1; }));
  EXPECT_FALSE(north.shared->reserve(1, 10).ok());
  EXPECT_TRUE(north.heard().empty());
}

TEST(SharedLooks, AHangingServerKeepsNobodyFromStopping) {
  RedisServer server;
  ASSERT_TRUE(server.start()) << RedisServer::kMissing;
  Peer north(server.url(), "north");
  ASSERT_TRUE(eventually([&] { return north.shared->figures().connected; }));
  server.signal(SIGSTOP);
  north.shared->tell(look(1));
  const auto began = system_clock().steady();
  north.shared->stop();
  EXPECT_LT(system_clock().steady() - began, 3s);
  server.signal(SIGCONT);
}

TEST(LookText, ComesBackAsItWas) {
  const auto one = look(12, (std::uint64_t{1} << 52) + 5);
  auto read = decode_look(encode(one));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, one);
}

TEST(LookText, WhatIsNoneIsRefused) {
  const auto good = encode(look(1));
  for (std::size_t size = 0; size < good.size(); ++size) {
    // Without its last value it is a shorter look.
    if (size == good.size() - 4) continue;
    EXPECT_FALSE(decode_look(good.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(decode_look("\x02" + good.substr(1)).ok());
  auto wrong = [](auto change) {
    auto one = look(1);
    change(one);
    return !decode_look(encode(one)).ok();
  };
  EXPECT_TRUE(wrong([](auto& one) { one.values = {NAN}; }));
  EXPECT_TRUE(wrong([](auto& one) { one.values.clear(); }));
  EXPECT_TRUE(wrong([](auto& one) { one.camera_id.clear(); }));
  EXPECT_TRUE(wrong([](auto& one) { one.camera_id = "a\nb"; }));
  EXPECT_TRUE(wrong([](auto& one) { one.model.clear(); }));
  EXPECT_TRUE(wrong([](auto& one) { one.subject = 0; }));
  EXPECT_TRUE(wrong([](auto& one) { one.track_id = 0; }));
  EXPECT_TRUE(wrong([](auto& one) { one.first = one.last + 1us; }));
  EXPECT_TRUE(wrong([](auto& one) { one.last = WallTime::max(); }));
  EXPECT_TRUE(wrong([](auto& one) { one.first = WallTime(-1us); }));
}

}  // namespace
}  // namespace vigil::sinks
