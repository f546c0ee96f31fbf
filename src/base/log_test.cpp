#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace vigil::log {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text(std::string_view message, Fields fields = {}) {
  return render(Format::Text, Level::Info, "T", message, fields);
}
std::string json(std::string_view message, Fields fields = {}) {
  return render(Format::Json, Level::Warn, "T", message, fields);
}

TEST(Log, TextLineReadsWell) {
  EXPECT_EQ(text("camera connected", {{"camera", "cam_1"}, {"fps", 12.5}, {"frames", 7}, {"live", true}}),
            "T info  camera connected camera=cam_1 fps=12.5 frames=7 live=true");
  EXPECT_EQ(text("a", {{"empty", ""}, {"words", "a b"}, {"quote", "a\"b"}, {"sign", "a=b"}}),
            R"(T info  a empty="" words="a b" quote="a\"b" sign="a=b")");
}

TEST(Log, JsonLineIsOneObject) {
  auto line = parse_json(json("a \"b\"", {{"camera", "x\ny"}, {"n", 3}}));
  ASSERT_TRUE(line);
  EXPECT_EQ((*line)["time"], "T");
  EXPECT_EQ((*line)["level"], "warn");
  EXPECT_EQ((*line)["message"], "a \"b\"");
  EXPECT_EQ((*line)["camera"], "x\ny");
  EXPECT_EQ((*line)["n"], "3");
}

TEST(Log, NothingForeignForgesALine) {
  const std::string hostile = std::string("cam\n2026 error fake\r\x1b[31m\xe2\x80\xae\xff") + '\0' + "end";
  for (const auto& line : {text(hostile, {{"name", hostile}}), json(hostile, {{"name", hostile}})}) {
    for (char c : line) EXPECT_TRUE(c >= ' ' && c < 0x7f) << line;
    EXPECT_THAT(line, HasSubstr("end"));
  }
}

TEST(Log, SecretsAreTakenOut) {
  for (const auto& line :
       {text("open rtsp://u:Canary@h/", {{"url", "rtsp://u:Canary@h/"}, {"body", R"({"password":"Canary"})"}}),
        json("open rtsp://u:Canary@h/", {{"url", "rtsp://u:Canary@h/"}, {"body", R"({"password":"Canary"})"}})}) {
    EXPECT_THAT(line, Not(HasSubstr("Canary")));
  }
}

TEST(Log, FieldThatIsNamedASecretShowsNone) {
  EXPECT_THAT(text("a", {{"password", "Canary"}}), Not(HasSubstr("Canary")));
  EXPECT_THAT(json("a", {{"refresh_token", "Canary"}}), Not(HasSubstr("Canary")));
}

TEST(Log, LongValuesAreCutButNotInsideASecret) {
  EXPECT_LT(text("a", {{"v", std::string(1 << 20, 'x')}}).size(), 5000U);
  // The '@' that tells a password lies behind the cut.
  for (std::size_t before = 4080; before < 4100; ++before) {
    EXPECT_THAT(text("a", {{"v", std::string(before, 'x') + " rtsp://u:Canary@h/"}}), Not(HasSubstr("Can"))) << before;
  }
}

}  // namespace
}  // namespace vigil::log
