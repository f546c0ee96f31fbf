#include "api/auth/password.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>
#include <thread>

namespace vigil::api {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(std::string_view password, std::string_view user = "anna") {
  auto checked = check_password_rules(password, user);
  if (checked) return "";
  EXPECT_EQ(checked.error().kind, ErrorKind::InvalidArgument);
  EXPECT_EQ(checked.error().pointer, "/password");
  return checked.error().message;
}

TEST(Password, RulesAskForLengthInCharacters) {
  EXPECT_THAT(refusal(""), HasSubstr("at least 10"));
  EXPECT_THAT(refusal("nine char"), HasSubstr("at least 10"));
  EXPECT_THAT(refusal("äöüäöü"), HasSubstr("at least 10"));  // 12 bytes
  EXPECT_EQ(refusal("ten chars!"), "");
  EXPECT_EQ(refusal("äöüßäöüßäö"), "");
  std::string longest = "0a";
  while (longest.size() < kMaxPassword) longest += "bc";
  EXPECT_EQ(refusal(longest), "");
  EXPECT_THAT(refusal(longest + "x"), HasSubstr("longer"));
}

TEST(Password, RulesRefuseWhatIsTriedFirst) {
  for (const char* known : {"password123", "Password123", "1234567890", "qwertyuiop", "zzzzzzzzzzzz"}) {
    EXPECT_THAT(refusal(known), HasSubstr("tried first")) << known;
  }
  EXPECT_THAT(refusal("anna.maria.bert", "Anna.Maria.Bert"), HasSubstr("user name"));
  EXPECT_THAT(refusal("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), HasSubstr("UTF-8"));
}

TEST(Password, HashIsArgon2idWithItsOwnSalt) {
  auto first = hash_password("correct horse");
  auto second = hash_password("correct horse");
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_THAT(*first, StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
  EXPECT_NE(*first, *second);
  EXPECT_TRUE(*verify_password("correct horse", *first));
  EXPECT_FALSE(*verify_password("correct horsf", *first));
  EXPECT_FALSE(*verify_password("", *first));
}

TEST(Password, NobodysPasswordIsAlwaysWrong) {
  EXPECT_FALSE(*verify_password("", ""));
  EXPECT_FALSE(*verify_password("anything", ""));
  EXPECT_FALSE(*verify_password("anything", "not a hash"));
  EXPECT_FALSE(*verify_password("anything", std::string(1000, '$')));
  EXPECT_FALSE(*verify_password(std::string(1 << 20, 'x'), ""));
}

// The work is what is compared, not the clock: a verification that was skipped would be a thousand times quicker.
TEST(Password, UnknownUserCostsAsMuchAsAKnownOne) {
  auto hash = *hash_password("correct horse");
  auto cost = [](const std::string& stored) {
    timespec begin{}, end{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    EXPECT_FALSE(*verify_password("wrong horse", stored));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    return static_cast<double>(end.tv_sec - begin.tv_sec) + static_cast<double>(end.tv_nsec - begin.tv_nsec) / 1e9;
  };
  auto median = [&](const std::string& stored) {
    std::array<double, 5> costs{};
    for (auto& one : costs) one = cost(stored);
    std::sort(costs.begin(), costs.end());
    return costs[2];
  };
  double known = median(hash), unknown = median("");
  EXPECT_GT(unknown, known * 0.5);
  EXPECT_LT(unknown, known * 2);
}

TEST(Password, TooManyAtOnceAreTurnedAwayAndTheRestAreServed) {
  auto hash = *hash_password("correct horse");
  std::atomic<int> right{0}, turned_away{0};
  {
    std::vector<std::jthread> guests;
    for (int i = 0; i < 40; ++i) {
      guests.emplace_back([&] {
        auto verified = verify_password("correct horse", hash);
        if (!verified) {
          EXPECT_EQ(verified.error().kind, ErrorKind::ResourceExhausted);
          ++turned_away;
        } else if (*verified) {
          ++right;
        }
      });
    }
  }
  EXPECT_EQ(right + turned_away, 40);
  EXPECT_GE(right, 16);
}

}  // namespace
}  // namespace vigil::api
