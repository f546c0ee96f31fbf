#include "app/camera_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/camera_yaml.h"
#include "app/plan.h"

namespace vigil::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Result<CameraFile> read(const std::string& text, const std::map<std::string, std::string>& environment = {}) {
  return parse_camera_file(text, "cameras.yaml", environment);
}

std::string error_of(const std::string& text) {
  auto file = read(text);
  return file.ok() ? "" : file.error().message;
}

TEST(CameraFile, ReadsEveryMemberOfTheApi) {
  auto file = read(R"(
cameras:
  - id: cam_001
    name: Door
    number: 3
    place: Shop
    section: Front
    source_type: rtsp
    source_url: rtsp://camera.example:554/main?channel=1
    username: viewer
    password: ${DOOR_PASSWORD}
    roles: [live, recording]
    transport: tcp
    enabled: yes
    frame_event_interval: 0.5
    motion: {enabled: true, sensitivity: 60, masks: [[[0, 0], [0.5, 0], [0.5, 0.5]]]}
    streams:
      - {name: sub, source_url: "rtsp://camera.example/sub", roles: [analysis]}
)",
                   {{"DOOR_PASSWORD", "geheim"}});
  ASSERT_TRUE(file.ok()) << file.error().message;
  ASSERT_EQ(file->cameras.size(), 1u);
  Json expected = {
      {"id", "cam_001"},
      {"name", "Door"},
      {"number", 3},
      {"place", "Shop"},
      {"section", "Front"},
      {"source_type", "rtsp"},
      {"source_url", "rtsp://camera.example:554/main?channel=1"},
      {"username", "viewer"},
      {"password", "geheim"},
      {"roles", {"live", "recording"}},
      {"transport", "tcp"},
      {"enabled", true},
      {"frame_event_interval", 0.5},
      {"motion", {{"enabled", true}, {"sensitivity", 60}, {"masks", Json::parse("[[[0.0,0.0],[0.5,0.0],[0.5,0.5]]]")}}},
      {"streams", Json::parse(R"([{"name":"sub","source_url":"rtsp://camera.example/sub","roles":["analysis"]}])")}};
  EXPECT_EQ(file->cameras[0].camera, expected);
  EXPECT_EQ(file->cameras[0].line_of("/motion/sensitivity"), 16);
  EXPECT_EQ(file->cameras[0].line_of("/streams/0/source_url"), 18);
  EXPECT_EQ(file->cameras[0].line_of("/streams/0/elsewhere"), 17);
  EXPECT_EQ(file->cameras[0].line_of(""), 3);
}

TEST(CameraFile, TakesCredentialsOutOfTheAddress) {
  auto file = read("- {id: a, source_type: rtsp, source_url: 'rtsp://me:p%40ss@host/x'}");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->cameras[0].camera["source_url"], "rtsp://host/x");
  EXPECT_EQ(file->cameras[0].camera["username"], "me");
  EXPECT_EQ(file->cameras[0].camera["password"], "p@ss");
}

TEST(CameraFile, ErrorsNameFileLineKeyAndTheNearestKey) {
  EXPECT_EQ(error_of("cameras:\n  - id: a\n    source_typ: rtsp\n"),
            "cameras.yaml:3: a camera has no key source_typ; did you mean source_type?");
  EXPECT_EQ(error_of("cameras:\n  - id: a\n    source_type: rtsp\n    motion: {sensitivty: 3}\n"),
            "cameras.yaml:4: a motion has no key sensitivty; did you mean sensitivity?");
  EXPECT_EQ(error_of("camera: []\n"), "cameras.yaml:1: there is no key camera here; did you mean cameras?");
  EXPECT_EQ(error_of("cameras:\n  - source_type: rtsp\n"), "cameras.yaml:2: this camera has no id");
  EXPECT_EQ(error_of("- {id: a, source_type: http_push}\n- {id: a, source_type: http_push}\n"),
            "cameras.yaml:2: camera a stands in line 1 already");
  EXPECT_EQ(error_of("- {id: a, id: b}\n"), "cameras.yaml:1: id stands twice");
  EXPECT_EQ(error_of("- {id: ../a, source_type: http_push}\n"),
            "cameras.yaml:1: id: expected 1 to 64 letters, digits, '_', '-' or '.', not starting with '.'");
  EXPECT_EQ(error_of("- {id: a, number: three, source_type: http_push}\n"),
            "cameras.yaml:1: number: expected a whole number");
  EXPECT_THAT(error_of("- id: [a\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(error_of("text"), HasSubstr("cameras.yaml:1: expected"));
  EXPECT_THAT(error_of(std::string(5 << 20, ' ')), HasSubstr("larger than"));
}

TEST(CameraFile, ReadsAnalysisSettings) {
  auto file = read(
      "cameras:\n  - id: a\n    source_type: http_push\n    analysis:\n      enabled: true\n"
      "      rate: {mode: fixed_fps, fps: 5}\n      classes: [person, car]\n      class_confidence: {person: 0.4}\n"
      "      size: {min_area: 0.001}\n");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->cameras[0].camera["analysis"],
            Json::parse(R"({"enabled":true,"rate":{"mode":"fixed_fps","fps":5},"classes":["person","car"],
                            "class_confidence":{"person":0.4},"size":{"min_area":0.001}})"));
  EXPECT_EQ(file->cameras[0].line_of("/analysis/rate/fps"), 6);
  EXPECT_EQ(file->cameras[0].line_of("/analysis/class_confidence/person"), 8);
  EXPECT_EQ(error_of("cameras:\n  - id: a\n    source_type: rtsp\n    analysis: {rate: {fsp: 3}}\n"),
            "cameras.yaml:4: a rate has no key fsp; did you mean fps?");
}

TEST(CameraFile, NeverEchoesAPassword) {
  for (const char* text :
       {"- {id: a, source_type: rtsp, source_url: 'rtsp://u:hunter2@ho st/x'}", "- {id: a, password: [hunter2]}",
        "- {id: a, source_type: rtsp, source_url: 'u:hunter2@host/x'}", "- {id: a, password: 'x${hunter2'}"}) {
    auto message = error_of(text);
    EXPECT_THAT(message, Not(IsEmpty())) << text;
    EXPECT_THAT(message, Not(HasSubstr("hunter2")));
  }
}

TEST(CameraFile, UnsetVariableIsAnErrorAndDollarCanBeEscaped) {
  EXPECT_EQ(error_of("- id: a\n  source_type: rtsp\n  password: ${NOPE}\n"),
            "cameras.yaml:3: password: the environment variable NOPE is not set");
  auto file = read("- {id: a, source_type: http_push, name: '$${HOME} $5'}");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->cameras[0].camera["name"], "${HOME} $5");
}

TEST(CameraFile, ManyAliasesDoNotExplode) {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'k'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += std::string(i > 0 ? "," : "") + "*" + static_cast<char>(c - 1);
    bomb += "]\n";
  }
  EXPECT_THAT(error_of(bomb + "cameras: *k\n"), HasSubstr("there is no key a"));
  EXPECT_THAT(error_of("cameras:\n - id: x\n   motion:\n    masks: &m [*m]\n"), Not(IsEmpty()));
}

TEST(CameraFile, AliasesThatUnfoldToTooMuchAreAnError) {
  std::string text = "- &c\n  id: x\n  source_type: rtsp\n  streams:\n";
  text += "  - &s {name: " + std::string(4000, 'n') + ", roles: &r [" + std::string(4000, 'r') + "]}\n";
  for (int i = 0; i < 90; ++i) text += "  - *s\n";
  for (int i = 0; i < 1000; ++i) text += "- *c\n";
  EXPECT_THAT(error_of(text), HasSubstr("cameras.yaml:5: the aliases of this file unfold to too much"));
}

TEST(CameraFile, KeysAreBounded) {
  EXPECT_THAT(error_of("? " + std::string(5000, 'k') + "\n: 1\n"), HasSubstr("key is too long"));
}

TEST(LivePlan, CredentialsThatContainThemselvesAreAnError) {
  EXPECT_EQ(error_of("server: &s {host: h, auth: *s}\nchannels: []\n"), "cameras.yaml:1: server: nested too deeply");
}

TEST(LivePlan, ChannelsAreBounded) {
  std::string text = "host: h\nchannels:\n- &c {id: a, path: p, x: 1}\n";
  for (int i = 0; i < 10000; ++i) text += "- *c\n";
  EXPECT_THAT(error_of(text), HasSubstr("more than 10000 cameras"));
}

TEST(LivePlan, MakesACameraOfEachChannel) {
  auto file = read(R"({
  "server": {"host": "camera.example", "port": 554, "user": "USER", "password": "PASSWORD"},
  "channels": [
    {"id": 1, "name": "ben_ngoai_cam_phai", "rtsp_path": "/cam/realmonitor?channel=1&subtype=0"},
    {"id": "channel_2", "name": "Bên trong", "rtsp_url": "rtsp://other.example/2", "fps": 15, "enabled": false}
  ]
})");
  ASSERT_TRUE(file.ok()) << file.error().message;
  ASSERT_EQ(file->cameras.size(), 2u);
  EXPECT_EQ(file->cameras[0].camera,
            Json({{"id", "channel_1"},
                  {"name", "ben_ngoai_cam_phai"},
                  {"source_type", "rtsp"},
                  {"source_url", "rtsp://camera.example:554/cam/realmonitor?channel=1&subtype=0"},
                  {"username", "USER"},
                  {"password", "PASSWORD"},
                  {"enabled", true}}));
  EXPECT_EQ(file->cameras[1].camera["source_url"], "rtsp://other.example/2");
  EXPECT_EQ(file->cameras[1].camera["enabled"], false);
  EXPECT_THAT(file->notes, ElementsAre("cameras.yaml:5: fps of a channel is not used"));
}

TEST(LivePlan, TakesChannelsByNameAndAServerWithoutItsOwnObject) {
  auto file = read("host: 192.0.2.7\nusername: u\npassword: p\nchannels:\n  channel_1: {path: live}\n");
  ASSERT_TRUE(file.ok()) << file.error().message;
  ASSERT_EQ(file->cameras.size(), 1u);
  EXPECT_EQ(file->cameras[0].camera["id"], "channel_1");
  EXPECT_EQ(file->cameras[0].camera["source_url"], "rtsp://192.0.2.7:554/live");
}

TEST(LivePlan, SaysWhatIsMissing) {
  EXPECT_EQ(error_of("{\"channels\": [\n{\"name\": \"x\"}]}"),
            "cameras.yaml:2: this channel cannot be used; missing: the channel's id, the channel's rtsp_path, the "
            "server's host");
}

class PlanTest : public ::testing::Test {
 protected:
  static Json stored(const std::string& id) {
    return {{"id", id},
            {"name", id},
            {"place", ""},
            {"source_type", "rtsp"},
            {"source_url", "rtsp://host/" + id},
            {"username", "u"},
            {"has_password", true},
            {"roles", {"live", "recording", "analysis"}},
            {"motion", {{"enabled", true}, {"sensitivity", 50}}},
            {"analysis", {{"enabled", false}, {"rate", {{"mode", "adaptive"}, {"nth", 1}, {"fps", 10}}}}},
            {"streams", Json::array()},
            {"version", 7}};
  }
  std::vector<Step> plan(const std::string& yaml, const std::vector<Json>& current, PlanOptions options = {}) {
    auto read_file = read(yaml);
    EXPECT_TRUE(read_file.ok()) << read_file.error().message;
    file_ = *read_file;
    return make_plan(file_, current, options);
  }
  CameraFile file_;
};

TEST_F(PlanTest, CreatesChangesKeepsAndLeaves) {
  auto steps = plan(
      "- {id: new, source_type: http_push}\n"
      "- {id: same, source_type: rtsp, source_url: 'rtsp://u:secret@host/same', roles: [analysis, live, recording]}\n"
      "- {id: moved, source_type: rtsp, place: Hall, motion: {sensitivity: 70}, analysis: {rate: {fps: 5, nth: 1}}}\n",
      {stored("same"), stored("moved"), stored("other")});
  ASSERT_EQ(steps.size(), 4u);
  EXPECT_EQ(steps[0].action, Step::Action::Create);
  EXPECT_EQ(steps[1].action, Step::Action::Keep);
  EXPECT_EQ(steps[2].action, Step::Action::Change);
  EXPECT_EQ(steps[2].body,
            Json({{"place", "Hall"}, {"motion", {{"sensitivity", 70}}}, {"analysis", {{"rate", {{"fps", 5}}}}}}));
  EXPECT_EQ(steps[2].version, 7u);
  EXPECT_EQ(steps[3].action, Step::Action::Leave);
  auto text = describe(steps);
  EXPECT_THAT(text, HasSubstr("~ moved  place: \"\" → \"Hall\"\n"));
  EXPECT_THAT(text, HasSubstr("motion.sensitivity: 50 → 70"));
  EXPECT_THAT(text, HasSubstr("analysis.rate.fps: 10 → 5"));
  EXPECT_THAT(text, HasSubstr("= 1 unchanged\n"));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
}

TEST_F(PlanTest, RemovesOnlyWhenAsked) {
  auto steps = plan("[]", {stored("a")}, {.prune = true});
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].action, Step::Action::Remove);
}

TEST_F(PlanTest, SendsPasswordsWithANewAddressOrWhenAsked) {
  const std::string yaml = "- {id: a, source_type: rtsp, source_url: 'rtsp://u:secret@elsewhere/a'}";
  auto steps = plan(yaml, {stored("a")});
  EXPECT_EQ(steps[0].body, Json({{"source_url", "rtsp://elsewhere/a"}, {"username", "u"}, {"password", "secret"}}));
  auto same = stored("a");
  same["source_url"] = "rtsp://elsewhere/a";
  EXPECT_EQ(plan(yaml, {same})[0].action, Step::Action::Keep);
  EXPECT_EQ(plan(yaml, {same}, {.update_passwords = true})[0].body, Json({{"password", "secret"}}));
  same["has_password"] = false;
  EXPECT_EQ(plan(yaml, {same})[0].body, Json({{"password", "secret"}}));
}

TEST_F(PlanTest, ExportedFileChangesNothing) {
  auto camera = stored("cam_001");
  camera["name"] = "Tür: \"${x}\" #1";
  camera["number"] = 4;
  camera["frame_event_interval"] = nullptr;
  camera["streams"] = Json::parse(
      R"([{"name":"sub","source_url":"rtsp://host/sub","username":null,"has_password":false,"roles":["analysis"]}])");
  auto text = to_camera_yaml({camera, stored("yes"), stored("NULL")});
  EXPECT_THAT(text, HasSubstr("# has_password: true"));
  auto steps = plan(text, {camera, stored("yes"), stored("NULL")});
  ASSERT_EQ(steps.size(), 3u);
  for (const auto& step : steps)
    EXPECT_EQ(step.action, Step::Action::Keep) << step.id << ": " << describe({step}) << text;
}

}  // namespace
}  // namespace vigil::app
