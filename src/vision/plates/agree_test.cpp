#include "vision/plates/agree.h"

#include <gtest/gtest.h>

namespace vigil::vision::plates {
namespace {

Opinion said(const std::string& text, std::vector<float> characters, double weight = 1) {
  float sum = 0;
  for (const float each : characters) sum += each;
  const auto mean = characters.empty() ? 0 : sum / static_cast<float>(characters.size());
  return {{text, std::move(characters), mean}, weight};
}

TEST(Agree, TheSurerCharacterWinsAtEachPlace) {
  const auto text = agree({said("A8C", {0.9F, 0.4F, 0.9F}), said("ABD", {0.9F, 0.8F, 0.5F})});
  EXPECT_EQ(text.text, "ABC");
  EXPECT_NEAR(text.characters[0], 0.9, 1e-5);
  EXPECT_NEAR(text.characters[1], 0.4, 1e-5) << "half of what was said";
}

TEST(Agree, AReadingOfAnotherLengthCountsAgainst) {
  const auto alone = agree({said("ABC", {0.9F, 0.9F, 0.9F})});
  EXPECT_NEAR(alone.confidence, 0.9, 1e-5);
  const auto doubted = agree({said("ABC", {0.9F, 0.9F, 0.9F}), said("ABCI", {0.5F, 0.5F, 0.5F, 0.5F})});
  EXPECT_EQ(doubted.text, "ABC");
  EXPECT_LT(doubted.confidence, 0.9F);
  EXPECT_EQ(agree({said("ABC", {0.5F, 0.5F, 0.5F}), said("ABCI", {0.4F, 0.4F, 0.4F, 0.4F}, 3)}).text, "ABCI");
}

TEST(Agree, NothingReadIsNothing) {
  EXPECT_EQ(agree({}).text, "");
  EXPECT_EQ(agree({said("", {})}).text, "");
}

}  // namespace
}  // namespace vigil::vision::plates
