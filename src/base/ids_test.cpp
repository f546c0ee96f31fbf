#include "base/ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/utf8.h"

namespace vigil {
namespace {

using testing::MatchesRegex;

TEST(Ids, HaveTheirShape) {
  EXPECT_THAT(random_hex(4), MatchesRegex("[0-9a-f]{8}"));
  EXPECT_THAT(random_token(32), MatchesRegex("[0-9A-Za-z_-]{43}"));
  EXPECT_EQ(random_hex(0), "");
  EXPECT_THAT(new_uuid(), MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

TEST(Ids, AreNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(seen.insert(new_uuid()).second);
    EXPECT_TRUE(seen.insert(random_hex(16)).second);
    EXPECT_TRUE(seen.insert(random_token(16)).second);
  }
}

TEST(Ids, UuidsBeginWithTheTime) {
  auto first = new_uuid().substr(0, 13), second = new_uuid().substr(0, 13);
  EXPECT_LE(first, second);
  auto millis = std::stoll(first.substr(0, 8) + first.substr(9, 4), nullptr, 16);
  EXPECT_GT(millis, 1700000000000LL);
  EXPECT_LT(millis, 10000000000000LL);
}

TEST(Utf8, CountsCodePointsAndRefusesWhatIsNone) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("aä€😀"), 4U);
  EXPECT_EQ(count_code_points("\xf4\x8f\xbf\xbf"), 1U);
  EXPECT_EQ(count_code_points("\xee\x80\x80"), 1U);
  for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xc3(", "a\xe2\x28\xa1"}) {
    EXPECT_EQ(count_code_points(bad), std::nullopt);
  }
}

}  // namespace
}  // namespace vigil
