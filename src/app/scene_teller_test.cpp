#include "app/scene_teller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/scene_answer.h"
#include "app/scene_endpoint_fake.h"
#include "base/json.h"
#include "store/temp_dir_fake.h"

namespace vigil::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr auto kNoon = WallTime(std::chrono::seconds(1'700'000'000));

model::Observation scene(const std::string& camera, std::chrono::seconds at) {
  model::Observation out;
  out.camera_id = camera;
  out.sequence = 7;
  out.captured = kNoon + at;
  out.scene = model::Scene{"day", "1 person.", 0.9F, ""};
  return out;
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

class SceneTellerTest : public testing::Test {
 protected:
  SceneTeller& make(const std::string& url, std::size_t queue = 32) {
    SceneTellerConfig config;
    config.endpoint = {url, "llava", Secret("sk-canary"), 2s};
    config.data_dir = dir_.path();
    config.queue = queue;
    auto picture = [](const std::string&, std::uint64_t, WallTime) {
      return std::optional(records::Picture{"\xFF\xD8 a picture", 64, 48});
    };
    auto write = [this](store::RecordBatch batch) {
      MutexLock lock(mutex_);
      batches_.push_back(std::move(batch));
      return true;
    };
    teller_ = std::make_unique<SceneTeller>(config, seen_.subscribe("scenes", 1000), picture, write, clock_);
    teller_->start();
    return *teller_;
  }
  std::vector<store::RecordBatch> batches() {
    MutexLock lock(mutex_);
    return batches_;
  }

  store::TempDir dir_;
  ManualClock clock_;
  bus::Observations seen_;
  Mutex mutex_;
  std::vector<store::RecordBatch> batches_ VIGIL_GUARDED_BY(mutex_);
  std::unique_ptr<SceneTeller> teller_;
};

TEST_F(SceneTellerTest, WhatTheEndpointSaysIsRecordedWithItsPicture) {
  std::string asked;
  ScriptedEndpoint endpoint([&](const std::string& request) {
    asked = request;
    return ScriptedEndpoint::words("Two people\\n\\n\\twalk over a  yard.");
  });
  auto& teller = make(endpoint.url());
  seen_.publish(scene("gate", 0s));
  ASSERT_TRUE(eventually([&] { return teller.figures().told == 1; }));
  const auto batch = batches().at(0);
  ASSERT_EQ(batch.scenes.size(), 1U);
  EXPECT_EQ(batch.scenes[0].description, "Two people walk over a yard.");
  EXPECT_EQ(batch.scenes[0].model, "llava");
  EXPECT_EQ(batch.scenes[0].type, "day");
  EXPECT_EQ(batch.scenes[0].camera_id, "gate");
  EXPECT_EQ(batch.scenes[0].time, kNoon);
  ASSERT_EQ(batch.key_frames.size(), 1U);
  EXPECT_EQ(batch.key_frames[0].id, batch.scenes[0].key_frame_id);
  EXPECT_TRUE(std::filesystem::exists(dir_.path() + "/pictures/" + batch.key_frames[0].path));
  EXPECT_THAT(asked, HasSubstr("POST /v1/chat/completions HTTP/1.1"));
  EXPECT_THAT(asked, HasSubstr("Authorization: Bearer sk-canary"));
  const auto body = parse_json(asked.substr(asked.find("\r\n\r\n") + 4));
  ASSERT_TRUE(body);
  EXPECT_EQ((*body)["model"], "llava");
  EXPECT_EQ((*body)["messages"][0]["content"][1]["image_url"]["url"], "data:image/jpeg;base64,/9ggYSBwaWN0dXJl");
}

TEST_F(SceneTellerTest, ACameraIsDescribedOnceInAWhile) {
  ScriptedEndpoint endpoint([](const std::string&) { return ScriptedEndpoint::words("A yard."); });
  auto& teller = make(endpoint.url());
  auto plain = scene("gate", 0s);
  plain.scene.reset();
  seen_.publish(plain);
  for (int s = 0; s < 120; ++s) seen_.publish(scene("gate", std::chrono::seconds(s)));
  seen_.publish(scene("yard", 120s));
  ASSERT_TRUE(eventually([&] { return teller.figures().told == 3; }));
  EXPECT_EQ(teller.figures().asked, 3U) << "two of one camera in two minutes, and one of the other";
}

TEST_F(SceneTellerTest, FailuresAreCountedAndTheNextOneIsAskedAgain) {
  int call = 0;
  ScriptedEndpoint endpoint([&](const std::string&) -> std::string {
    switch (call++) {
      case 0:
        return ScriptedEndpoint::http("{}", "500 Internal Server Error");
      case 1:
        return ScriptedEndpoint::http("no json");
      case 2:
        return ScriptedEndpoint::http(std::string(kMaxSceneAnswer + 1, 'x'));
      case 3:
        return ScriptedEndpoint::http("", "302 Found", "Location: http://127.0.0.1:1/stolen\r\n");
      case 4:
        return "garbage\r\n\r\n";
      default:
        return ScriptedEndpoint::words("At last.");
    }
  });
  auto& teller = make(endpoint.url());
  for (int i = 0; i < 6; ++i) seen_.publish(scene("c" + std::to_string(i), 0s));
  ASSERT_TRUE(eventually([&] { return teller.figures().told == 1; }));
  EXPECT_EQ(teller.figures().failed, 5U);
  EXPECT_EQ(endpoint.requests(), 6);
}

TEST_F(SceneTellerTest, AnEndpointThatIsDeadOrSilentKeepsNobody) {
  std::uint16_t port = 1;  // nobody listens there
  auto& dead = make("http://127.0.0.1:" + std::to_string(port) + "/v1");
  seen_.publish(scene("gate", 0s));
  ASSERT_TRUE(eventually([&] { return dead.figures().failed == 1; }));
  teller_.reset();
  ScriptedEndpoint silent([](const std::string&) { return std::string(); });
  auto& teller = make(silent.url(), 2);
  seen_.publish(scene("first", 0s));
  ASSERT_TRUE(eventually([&] { return silent.requests() == 1; }));
  for (int i = 0; i < 5; ++i) seen_.publish(scene("c" + std::to_string(i), 0s));
  ASSERT_TRUE(eventually([&] { return teller.figures().left_out == 3; })) << "two wait, the others are left out";
  const auto began = system_clock().steady();
  teller.stop();
  EXPECT_LT(system_clock().steady() - began, 3s);
  EXPECT_EQ(teller.figures().failed, 0U) << "given up, not failed";
}

TEST(SceneAnswer, WordsAreCutAndCleaned) {
  auto said = [](const std::string& content) {
    return read_scene_answer(R"({"choices":[{"message":{"content":)" + content + "}}]}");
  };
  EXPECT_EQ(*said(R"("  a\u0000b \u001b[31m c\r\n ")"), "a b [31m c");
  EXPECT_EQ(*said(R"([{"type":"text","text":"one"},{"type":"image"},7,{"type":"text","text":"two"}])"), "one two");
  const auto cut = said("\"" + std::string(400, 'x') + " " + std::string(700, 'y') + "\"");
  EXPECT_EQ(cut->size(), 400U) << "between words";
  std::string umlauts;
  for (int i = 0; i < 600; ++i) umlauts += "\xC3\xA4";
  EXPECT_EQ(said("\"" + umlauts + "\"")->size(), 1000U);
  for (const char* nothing : {"\"\"", "\" \\n\"", "null", "7", "[]", "{}"}) EXPECT_FALSE(said(nothing).ok()) << nothing;
  for (const char* none : {"", "[]", "{}", R"({"choices":[]})", R"({"choices":[7]})", R"({"choices":{"0":1}})",
                           R"({"choices":[{"message":"x"}]})", R"({"error":{"message":"no such model"}})"}) {
    EXPECT_FALSE(read_scene_answer(none).ok()) << none;
  }
}

}  // namespace
}  // namespace vigil::app
