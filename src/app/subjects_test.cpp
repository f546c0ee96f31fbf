#include "app/subjects.h"

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <thread>

#include "sinks/redis_server_fake.h"
#include "store/memory.h"
#include "store/records.h"

namespace vigil::app {
namespace {

using namespace std::chrono_literals;
using sinks::testing::RedisServer;

model::AppearancePtr look(double degrees) {
  const double a = degrees * 3.14159265358979 / 180;
  return std::make_shared<const model::Appearance>(
      model::Appearance{"osnet@1", {static_cast<float>(std::cos(a)), static_cast<float>(std::sin(a))}});
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

// A server with a store of its own.
class Place {
 public:
  explicit Place(const std::string& name, const std::string& redis = "") {
    settings_ = defaults();
    settings_.reid_name = name;
    settings_.redis_url = Secret(redis);
  }
  ~Place() { stop(); }

  void start() {
    auto made = Subjects::make(settings_, *store_, system_clock());
    ASSERT_TRUE(made) << made.error().message;
    subjects = std::move(*made);
    subjects->start();
  }
  void stop() { subjects.reset(); }

  std::uint64_t see(const std::string& camera, std::uint64_t track, double degrees, bool last = false) {
    model::Observation seen;
    seen.camera_id = camera;
    seen.captured = system_clock().wall();
    model::SeenObject person;
    person.track_id = track;
    person.label = "person";
    person.state = last ? model::TrackState::Lost : model::TrackState::Confirmed;
    person.appearance = look(degrees);
    seen.objects = {person};
    subjects->assigner().assign(seen);
    return seen.objects[0].subject_id;
  }
  // As the writer does.
  void record(const std::string& camera, std::uint64_t track, double degrees, std::uint64_t subject) {
    store::RecordBatch batch;
    model::TrackRecord record;
    record.id = "run-" + std::to_string(track);
    record.run_id = "run";
    record.camera_id = camera;
    record.number = track;
    record.label = "person";
    record.first_seen = record.last_seen = system_clock().wall() - 10s;
    record.subject = subject;
    batch.tracks = {record};
    batch.embeddings = {{record.id, "run", camera, record.last_seen, "person", "osnet@1", look(degrees)->values}};
    ASSERT_TRUE(store_->records().log().write(batch));
  }

  std::unique_ptr<Subjects> subjects;

 private:
  Settings settings_;
  std::unique_ptr<store::Store> store_ = store::make_memory_store();
};

TEST(ServersSubjects, OutliveARestartAndTheirIdsAreNotUsedAgain) {
  Place place("north");
  place.start();
  const auto first = place.see("gate", 1, 0);
  EXPECT_LT(first, store::kDrawnSubjects);
  EXPECT_NE(first, 0U);
  place.record("gate", 1, 0, first);
  place.stop();
  place.start();
  EXPECT_EQ(place.subjects->known(), 1U);
  EXPECT_EQ(place.see("gate", 1, 10), first) << "another track 1, of another process, who looks alike";
  EXPECT_GT(place.see("gate", 2, 80), first);
}

TEST(ServersSubjects, AreKnownToOthersThatShareTheRedis) {
  RedisServer redis;
  ASSERT_TRUE(redis.start()) << RedisServer::kMissing;
  Place north("north", redis.url()), south("south", redis.url());
  north.start();
  south.start();
  const auto first = north.see("gate", 1, 0);
  ASSERT_TRUE(eventually([&] { return south.subjects->known() == 1; }));
  EXPECT_EQ(south.see("gate", 1, 10), first) << "another gate, and the same subject";
  ASSERT_EQ(south.subjects->elsewhere(first).size(), 1U);
  EXPECT_EQ(south.subjects->elsewhere(first)[0].camera, "north/gate");
  const auto other = south.see("gate", 2, 80);
  EXPECT_NE(other, first);
  ASSERT_TRUE(eventually([&] { return north.subjects->known() == 2; }));
  EXPECT_EQ(north.see("yard", 9, 78), other);
  redis.stop(SIGKILL);
  ASSERT_TRUE(eventually([&] { return !north.subjects->shared()->connected; }));
  EXPECT_EQ(north.see("yard", 10, 5), first) << "without Redis it goes on with what it knows";
}

TEST(ServersSubjects, WhatCannotBeRedisIsSaidAtTheStart) {
  auto settings = defaults();
  settings.redis_url = Secret("http://nonsense");
  auto store = store::make_memory_store();
  EXPECT_FALSE(Subjects::make(settings, *store, system_clock()).ok());
}

}  // namespace
}  // namespace vigil::app
