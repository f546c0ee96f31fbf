#include "base/json.h"

#include <gtest/gtest.h>

namespace vigil {
namespace {

ErrorKind refusal(std::string_view text, const JsonLimits& limits = {}) {
  auto parsed = parse_json(text, limits);
  EXPECT_FALSE(parsed.ok()) << text;
  return parsed.ok() ? ErrorKind::Internal : parsed.error().kind;
}

std::string nested(int depth) {
  auto count = static_cast<std::size_t>(depth);
  return std::string(count, '[') + std::string(count, ']');
}

TEST(JsonText, ReadsWhatTheStandardAllows) {
  auto json =
      parse_json(" {\"a\": [1, -2.5e3, true, null, \"\\u00e4\\ud83d\\ude00\"], \"b\": {\"a\": 18446744073709551615}} ");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ((*json)["a"][1].get<double>(), -2500);
  EXPECT_EQ((*json)["a"][4].get<std::string>(), "ä😀");
  EXPECT_EQ((*json)["b"]["a"].get<std::uint64_t>(), 18446744073709551615U);
  EXPECT_EQ(*parse_json("3"), 3);
}

TEST(JsonText, RefusesEverythingElse) {
  for (const char* bad : {"",
                          " ",
                          "{",
                          "[1,]",
                          "{\"a\":1,}",
                          "{a:1}",
                          "'a'",
                          "01",
                          "+1",
                          "1.",
                          ".5",
                          "NaN",
                          "Infinity",
                          "-Infinity",
                          "1e999",
                          "-1e999",
                          "tru",
                          "[1] [2]",
                          "{} x",
                          "\"\n\"",
                          "\"\\x\"",
                          "\"\\ud800\"",
                          "\"\\udc00\"",
                          "// c\n1",
                          "/* c */ 1",
                          "\"\xff\"",
                          "\"\xc0\x80\"",
                          "\"\xed\xa0\x80\"",
                          "[1",
                          "\"a"}) {
    EXPECT_EQ(refusal(bad), ErrorKind::MalformedRequest);
  }
}

TEST(JsonText, RefusesBytesBehindAZero) {
  EXPECT_EQ(refusal(std::string_view("{}\0", 3)), ErrorKind::MalformedRequest);
  EXPECT_EQ(refusal(std::string_view("{}\0garbage", 10)), ErrorKind::MalformedRequest);
  EXPECT_EQ(refusal(std::string_view("[1,\0", 4)), ErrorKind::MalformedRequest);
  EXPECT_EQ(refusal(std::string_view("\"a\0b\"", 5)), ErrorKind::MalformedRequest);
  EXPECT_EQ(*parse_json("\"a\\u0000b\""), std::string("a\0b", 3));
}

TEST(JsonText, RefusesTheSameKeyTwiceInOneObject) {
  EXPECT_EQ(refusal(R"({"a":1,"a":2})"), ErrorKind::MalformedRequest);
  EXPECT_EQ(refusal(R"({"a":1,"\u0061":2})"), ErrorKind::MalformedRequest);
  EXPECT_EQ(refusal(R"([{"b":{"a":1,"a":2}}])"), ErrorKind::MalformedRequest);
  EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"));
}

TEST(JsonText, LimitsDepthWhileParsing) {
  EXPECT_TRUE(parse_json(nested(64)));
  EXPECT_EQ(refusal(nested(65)), ErrorKind::MalformedRequest);
  EXPECT_TRUE(parse_json("[[],[],[[]]]", {.max_depth = 3}));
  EXPECT_EQ(refusal("[{\"a\":[{}]}]", {.max_depth = 3}), ErrorKind::MalformedRequest);
  EXPECT_EQ(refusal(std::string(1 << 20, '[')), ErrorKind::MalformedRequest);
}

TEST(JsonText, LimitsSize) {
  EXPECT_TRUE(parse_json("[12345678]", {.max_bytes = 10}));
  EXPECT_EQ(refusal("[123456789]", {.max_bytes = 10}), ErrorKind::PayloadTooLarge);
  EXPECT_EQ(refusal(std::string((1 << 20) + 1, ' ')), ErrorKind::PayloadTooLarge);
}

TEST(JsonText, ErrorNamesThePlaceAndNotTheText) {
  auto refused = parse_json("{\"password\": Canary}");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "not valid JSON at byte 14");
}

TEST(JsonText, IsWrittenCompactlyWhateverIsInIt) {
  EXPECT_EQ(to_text({{"b", 1}, {"a", "ä"}}), R"({"a":"ä","b":1})");
  EXPECT_TRUE(parse_json(to_text("broken \xff utf8")));
}

}  // namespace
}  // namespace vigil
