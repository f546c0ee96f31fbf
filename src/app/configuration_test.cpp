#include "app/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "app/config_file.h"
#include "app/config_print.h"
#include "app/reid_config.h"
#include "app/suggest.h"

namespace vigil::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

class ConfigurationTest : public ::testing::Test {
 protected:
  ConfigurationTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vigil-config-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    sources_.environment["HOME"] = folder_;
  }
  ~ConfigurationTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string file(const std::string& name, const std::string& text) {
    auto path = folder_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  std::string error_of(const std::string& yaml) {
    sources_.config_file = file("vigil.yaml", yaml);
    auto loaded = load(sources_);
    if (loaded.ok()) return "";
    auto message = loaded.error().message;
    return message.substr(message.rfind('/') + 1);
  }

  std::string folder_;
  Sources sources_;
};

TEST_F(ConfigurationTest, WaysBetweenCamerasAreCheckedWithTheirLine) {
  sources_.config_file =
      file("good.yaml", "reid:\n  other_camera: 0.8\n  links:\n    - gate yard 5s 2m\n    - yard  other/hall 0 1h\n");
  auto loaded = load(sources_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const auto config = gallery_config(loaded->settings);
  EXPECT_FLOAT_EQ(config.other_camera, 0.8F);
  EXPECT_FLOAT_EQ(config.same_camera, 0.7F);
  EXPECT_EQ(config.same_camera_window, 30min);
  EXPECT_EQ(config.links,
            (std::vector<vision::CameraLink>{{"gate", "yard", 5s, 2min}, {"yard", "other/hall", 0s, 1h}}));
  EXPECT_TRUE(vision::validate(config).ok());
  EXPECT_EQ(error_of("reid:\n  links: [gate yard 5s 2m, gate yard 5s]\n")
                .rfind("vigil.yaml:2: reid.links: entry 2: a link has 3 words", 0),
            0U);
  EXPECT_THAT(error_of("reid:\n  links: [gate yard 2m 5s]\n"), HasSubstr("least time is more than the most"));
  EXPECT_THAT(error_of("reid:\n  links: [gate gate 2s 5s]\n"), HasSubstr("leads to where it begins"));
  EXPECT_THAT(error_of("reid:\n  links: [gate ya$rd 2s 5s]\n"), HasSubstr("no camera"));
  EXPECT_THAT(error_of("reid:\n  links: [gate yard 2 5s]\n"), HasSubstr("the least time"));
  EXPECT_THAT(error_of("reid:\n  links: [gate yard 2s 9999h]\n"), HasSubstr("7 days"));
  EXPECT_THAT(error_of("reid:\n  other_camera: 1.5\n"), HasSubstr("between 0.01 and 1"));
  EXPECT_THAT(error_of("reid:\n  name: a b\n"), HasSubstr("letters"));
}

TEST_F(ConfigurationTest, SceneEndpointIsCheckedAndItsKeyNeverShown) {
  const auto key = file("key", "sk-canary\n");
  sources_.config_file =
      file("good.yaml", "scene:\n  endpoint: http://127.0.0.1:8080/v1\n  model: llava\n  key_file: " + key + "\n");
  auto loaded = load(sources_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->settings.scene_key.reveal(), "sk-canary");
  EXPECT_EQ(loaded->settings.scene_interval, 1min);
  EXPECT_EQ(shown(*find_option("scene.key"), "sk-canary"), "***");
  EXPECT_THAT(error_of("scene:\n  endpoint: http://127.0.0.1:8080/v1\n"), HasSubstr("scene.model is not"));
  sources_.config_file = file("vigil.yaml", "scene:\n  endpoint: ftp://127.0.0.1/\n");
  const auto other = load(sources_);
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message, HasSubstr("vigil.yaml:2: scene.endpoint: expected an address"));
  EXPECT_THAT(error_of("scene:\n  endpoint: http://me:canary@127.0.0.1/\n"),
              ::testing::AllOf(HasSubstr("takes no password"), Not(HasSubstr("canary"))));
  EXPECT_THAT(error_of("scene:\n  key: a canary\n"),
              ::testing::AllOf(HasSubstr("no key has"), Not(HasSubstr("canary"))));
}

TEST_F(ConfigurationTest, HasDefaultsForEverything) {
  auto loaded = load(sources_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->settings.listen, (Address{"127.0.0.1", 8000}));
  EXPECT_EQ(loaded->settings.auth_mode, "required");
  EXPECT_EQ(loaded->settings.data_dir, folder_ + "/.local/share/vigil");
  EXPECT_EQ(loaded->settings.packet_bytes, 32 << 20);
  EXPECT_EQ(loaded->settings.retry_delays, (std::vector<std::chrono::milliseconds>{5s, 10s, 20s, 40s, 60s}));
  EXPECT_EQ(loaded->file, "");
}

TEST_F(ConfigurationTest, CommandLineWinsOverEnvironmentOverFileOverDefault) {
  sources_.config_file = file("vigil.yaml", "server:\n  listen: 127.0.0.1:1\nlog:\n  level: warn\n  format: json\n");
  sources_.environment["VIGIL_SERVER_LISTEN"] = "127.0.0.1:2";
  sources_.environment["VIGIL_LOG_LEVEL"] = "error";
  sources_.command_line["server.listen"] = "127.0.0.1:3";
  auto loaded = load(sources_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->settings.listen.port, 3);
  EXPECT_EQ(loaded->settings.log_level, "error");
  EXPECT_EQ(loaded->settings.log_format, "json");
  EXPECT_EQ(loaded->values["server.listen"].source, "command line --listen");
  EXPECT_EQ(loaded->values["log.level"].source, "environment VIGIL_LOG_LEVEL");
  EXPECT_EQ(loaded->values["log.format"].source, *sources_.config_file + ":5");
  EXPECT_EQ(loaded->values["auth.mode"].source, "default");
}

TEST_F(ConfigurationTest, ReadsTheUsersFileWhenNoneIsNamed) {
  auto path = file(".config/vigil/vigil.yaml", "log: {level: debug}\n");
  auto loaded = load(sources_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->file, path);
  EXPECT_EQ(loaded->settings.log_level, "debug");
}

TEST_F(ConfigurationTest, UnknownKeyNamesFileLineKeyAndTheNearestOne) {
  EXPECT_EQ(error_of("log:\n  level: info\ningest:\n  conect_timeout: 5s\n"),
            "vigil.yaml:4: there is no key ingest.conect_timeout; did you mean ingest.connect_timeout?");
  EXPECT_EQ(error_of("listen: 127.0.0.1:80\n"), "vigil.yaml:1: there is no key listen; did you mean server.listen?");
  EXPECT_THAT(error_of("\n\ncameras: [a]\n"),
              HasSubstr("vigil.yaml:3: there is no key cameras; cameras are kept by the server"));
  EXPECT_EQ(error_of("completely_different_thing: 1\n"), "vigil.yaml:1: there is no key completely_different_thing");
}

TEST_F(ConfigurationTest, WrongValueNamesFileLineKeyAndTheForm) {
  EXPECT_EQ(error_of("ingest:\n  read_timeout: 5\n"),
            "vigil.yaml:2: ingest.read_timeout: expected a duration with its unit, such as 500ms, 5s, 2m, 1h or 30d");
  EXPECT_EQ(error_of("ingest:\n  read_timeout: 1h\n"),
            "vigil.yaml:2: ingest.read_timeout: must be between 0.5s and 300s");
  EXPECT_EQ(error_of("buffer:\n  packet_bytes: 12\n"),
            "vigil.yaml:2: buffer.packet_bytes: must be between 1MiB and 4096MiB");
  EXPECT_EQ(error_of("auth:\n  mode: maybe\n"), "vigil.yaml:2: auth.mode: expected one of none|required");
  EXPECT_EQ(error_of("auth:\n  mode: none|required\n"), "vigil.yaml:2: auth.mode: expected one of none|required");
  EXPECT_THAT(error_of("server:\n  listen: all:80\n"), HasSubstr("vigil.yaml:2: server.listen: expected ADDRESS:PORT"));
  EXPECT_THAT(error_of("server:\n  listen:\n"), HasSubstr("vigil.yaml:2: server.listen has no value"));
  EXPECT_THAT(error_of("log: {level: info}\nlog: {level: warn}\n"),
              HasSubstr("vigil.yaml:2: log.level stands here and in line 1"));
  EXPECT_THAT(error_of("log: [info\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(error_of("just text\n"), HasSubstr("vigil.yaml:1: expected lines"));
  EXPECT_THAT(error_of("a: &a {b: *a}\n"), Not(""));
}

TEST_F(ConfigurationTest, WrongVariableAndFlagAreNamed) {
  sources_.environment["VIGIL_REDIS_QUEUE"] = "many";
  auto loaded = load(sources_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message, "VIGIL_REDIS_QUEUE: expected a whole number");
  sources_.environment.erase("VIGIL_REDIS_QUEUE");
  sources_.command_line["redis.queue"] = "0";
  loaded = load(sources_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message, "--redis-queue: must be between 1 and 1000000");
}

TEST_F(ConfigurationTest, MisspeltVariableIsWarnedAbout) {
  sources_.environment["VIGIL_REDIS_URI"] = "redis://host";
  sources_.environment["VIGIL_PORT_8000_TCP_ADDR"] = "10.0.0.1";
  auto loaded = load(sources_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  ASSERT_EQ(loaded->warnings.size(), 1u);
  EXPECT_THAT(loaded->warnings[0], HasSubstr("did you mean VIGIL_REDIS_URL?"));
}

TEST_F(ConfigurationTest, NamedFileMustExist) {
  sources_.config_file = folder_ + "/none.yaml";
  auto loaded = load(sources_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("none.yaml: No such file"));
}

TEST_F(ConfigurationTest, OpenServerIsRefusedOffLoopbackUnlessForced) {
  sources_.command_line["auth.mode"] = "none";
  EXPECT_TRUE(load(sources_).ok());
  sources_.command_line["server.listen"] = "0.0.0.0:8000";
  auto loaded = load(sources_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("--force-open-auth"));
  sources_.command_line["auth.force_open"] = "true";
  EXPECT_TRUE(load(sources_).ok());
}

TEST_F(ConfigurationTest, SecretsAreNeverShown) {
  sources_.command_line["redis.url"] = "redis://:hunter2@host:1";
  auto loaded = load(sources_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  auto text = to_yaml(*loaded);
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, HasSubstr("url: \"redis://***@host:1/0\"  # command line --redis"));
  sources_.command_line["redis.url"] = "redis://:hunter2@host:port:port";
  loaded = load(sources_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, Not(HasSubstr("hunter2")));
}

TEST_F(ConfigurationTest, DatabasePasswordComesFromItsFileAndIsNotShown) {
  sources_.command_line["database.password_file"] = file("password", "p@ss/word\n");
  EXPECT_FALSE(load(sources_).ok());
  for (auto [before, after] : {std::pair{"postgres://vigil@host:1/db?sslmode=require",
                                         "postgres://vigil:p%40ss%2Fword@host:1/db?sslmode=require"},
                               std::pair{"postgresql://host/db", "postgresql://:p%40ss%2Fword@host/db"}}) {
    sources_.command_line["database.url"] = before;
    auto loaded = load(sources_);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(loaded->settings.database_url.reveal(), after);
    EXPECT_THAT(to_yaml(*loaded), Not(HasSubstr("ss%2Fword")));
  }
  sources_.command_line["database.url"] = "postgres://vigil:canary@host/db";
  auto twice = load(sources_);
  ASSERT_FALSE(twice.ok());
  EXPECT_THAT(twice.error().message, Not(HasSubstr("canary")));
  sources_.command_line.erase("database.password_file");
  auto loaded = load(sources_);
  ASSERT_TRUE(loaded.ok());
  EXPECT_THAT(to_yaml(*loaded), AllOf(Not(HasSubstr("canary")), HasSubstr("postgres://***@host/db")));
  sources_.command_line["database.url"] = "mysql://vigil:canary@host/db";
  auto wrong = load(sources_);
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, Not(HasSubstr("canary")));
}

TEST_F(ConfigurationTest, RedisPasswordComesFromItsFile) {
  sources_.command_line["redis.password_file"] = file("password", "p@ss/word\n");
  for (auto [before, after] :
       {std::pair{"redis://host:1/2", "redis://:p%40ss%2Fword@host:1/2"},
        std::pair{"redis://me@host", "redis://me:p%40ss%2Fword@host"},
        std::pair{"redis+unix:///run/redis.sock", "redis+unix://:p%40ss%2Fword@/run/redis.sock"}}) {
    sources_.command_line["redis.url"] = before;
    auto loaded = load(sources_);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(loaded->settings.redis_url.reveal(), after);
    EXPECT_THAT(to_yaml(*loaded), Not(HasSubstr("ss%2Fword")));
  }
  sources_.command_line["redis.url"] = "redis://:a@host";
  EXPECT_FALSE(load(sources_).ok());
}

TEST_F(ConfigurationTest, WhatIsPrintedCanBeReadAgain) {
  auto loaded = load(sources_);
  ASSERT_TRUE(loaded.ok());
  sources_.config_file = file("again.yaml", to_yaml(*loaded));
  auto again = load(sources_);
  ASSERT_TRUE(again.ok()) << again.error().message;
  for (const auto& [key, value] : loaded->values) EXPECT_EQ(again->values[key].text, value.text) << key;
}

TEST(Options, KeysFlagsAndVariablesAreUnique) {
  std::set<std::string> seen;
  for (const auto& option : options()) {
    EXPECT_TRUE(seen.insert(std::string(option.key)).second) << option.key;
    EXPECT_TRUE(seen.insert(std::string(option.flag)).second) << option.flag;
    EXPECT_TRUE(seen.insert(environment_name(option)).second) << option.key;
    EXPECT_FALSE(option.help.empty()) << option.key;
  }
}

TEST(Options, ReferenceAndExampleInTheRepositoryAreCurrent) {
  const char* root = std::getenv("VIGIL_SOURCE_DIR");
  if (root == nullptr) GTEST_SKIP() << "VIGIL_SOURCE_DIR is not set";
  auto reference = read_text_file(std::string(root) + "/docs/ref/configuration.md", 1 << 20);
  ASSERT_TRUE(reference.ok()) << reference.error().message;
  EXPECT_EQ(*reference, configuration_reference()) << "run: vigil config reference > docs/ref/configuration.md";
  auto example = read_text_file(std::string(root) + "/deploy/vigil.yaml", 1 << 20);
  ASSERT_TRUE(example.ok()) << example.error().message;
  EXPECT_EQ(*example, example_config()) << "run: vigil config example > deploy/vigil.yaml";
}

TEST(Value, ReadsDurationsSizesAndAddresses) {
  EXPECT_EQ(*parse_duration("500ms"), 500ms);
  EXPECT_EQ(*parse_duration("30d"), 30 * 24h);
  EXPECT_EQ(*parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(*parse_duration(" 2 m "), 2min);
  EXPECT_EQ(*parse_duration("0"), 0ms);
  for (const char* text : {"", "5", "s", "-1s", "1w", "1e9s", "nan s", "99999999999h"})
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  EXPECT_EQ(*parse_size("32MiB"), 32 << 20);
  EXPECT_EQ(*parse_size("1 GB"), 1'000'000'000);
  EXPECT_EQ(*parse_size("100"), 100);
  for (const char* text : {"", "MiB", "-1", "1XB", "99999999999GiB"}) EXPECT_FALSE(parse_size(text).ok()) << text;
  EXPECT_EQ(*parse_address("[::1]:0"), (Address{"::1", 0}));
  EXPECT_EQ(*parse_address("localhost:80"), (Address{"127.0.0.1", 80}));
  for (const char* text :
       {"", "80", ":80", "host:80", "1.2.3.4:", "1.2.3.4:65536", "::1:80", "[::1]", "[1.2.3.4]:80", "]:80"}) {
    EXPECT_FALSE(parse_address(text).ok()) << text;
  }
  EXPECT_EQ(parse_list(" a, b,,c "), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Suggest, FindsWhatWasMeantAndNothingElse) {
  std::vector<std::string> names = {"source_url", "source_type", "name"};
  EXPECT_EQ(nearest("source_ur", names), "source_url");
  EXPECT_EQ(nearest("sourcetype", names), "source_type");
  EXPECT_EQ(nearest("zzzzzzzz", names), "");
  EXPECT_EQ(nearest(std::string(100000, 'a'), names), "");
}

}  // namespace
}  // namespace vigil::app
