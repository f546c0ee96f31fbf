#include "vision/plate_vote.h"

#include <gtest/gtest.h>

#include "vision/plates/jaro_winkler.h"

namespace vigil::vision {
namespace {

PlateReading read(const std::string& text, float confidence) {
  PlateReading out;
  out.text = {text, std::vector<float>(text.size(), confidence), confidence};
  return out;
}

TEST(JaroWinkler, GivesTheValuesOfThePapers) {
  EXPECT_NEAR(plates::jaro_winkler("MARTHA", "MARHTA"), 0.9611, 1e-4);
  EXPECT_NEAR(plates::jaro_winkler("DWAYNE", "DUANE"), 0.84, 1e-4);
  EXPECT_NEAR(plates::jaro_winkler("DIXON", "DICKSONX"), 0.8133, 1e-4);
  EXPECT_EQ(plates::jaro_winkler("AB123", "AB123"), 1);
  EXPECT_EQ(plates::jaro_winkler("ABC", "XYZ"), 0);
  EXPECT_EQ(plates::jaro_winkler("", ""), 1);
  EXPECT_EQ(plates::jaro_winkler("A", ""), 0);
}

TEST(JaroWinkler, LooksAtTheBeginningOfALongText) {
  EXPECT_EQ(plates::jaro_winkler(std::string(1000, 'A'), std::string(64, 'A')), 1);
}

TEST(PlateText, IsUpperCaseLettersAndDigits) {
  EXPECT_EQ(plain_text(" m-ab 12·34\n"), "MAB1234");
  EXPECT_EQ(plain_text(std::string(100, 'x')).size(), kMaxPlateLength);
}

TEST(PlateVote, SaysNothingUntilSomethingCounts) {
  PlateVote vote;
  EXPECT_FALSE(vote.verdict());
  vote.add(read("AB1", 0.9F));      // too short
  vote.add(read("AB12345", 0.1F));  // too weak
  vote.add(read("AB12345", std::numeric_limits<float>::quiet_NaN()));
  vote.add(read(std::string(40, 'A'), 0.9F));
  EXPECT_FALSE(vote.verdict());
  EXPECT_EQ(vote.readings(), 0U);
}

TEST(PlateVote, TheLargestGroupWinsAgainstOneSureOutlier) {
  PlateVote vote;
  vote.add(read("KLINIK01", 0.99F));  // the writing on the van
  vote.add(read("MAB1234", 0.8F));
  vote.add(read("MA81234", 0.7F));
  vote.add(read("MAB1234", 0.75F));
  const auto verdict = vote.verdict();
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->best.text.text, "MAB1234");
  EXPECT_FLOAT_EQ(verdict->best.text.confidence, 0.8F);
  EXPECT_EQ(verdict->votes, 2U);
  EXPECT_EQ(verdict->readings, 4U);
  EXPECT_LT(verdict->confidence, 0.8F) << "others disagreed";
}

TEST(PlateVote, ManyReadingsOfOneTextBeatASurerSlip) {
  PlateVote vote;
  vote.add(read("MA81234", 0.95F));
  for (int i = 0; i < 5; ++i) vote.add(read("MAB1234", 0.7F));
  EXPECT_EQ(vote.verdict()->best.text.text, "MAB1234");
}

TEST(PlateVote, OneReadingHasItsOwnConfidence) {
  PlateVote vote;
  vote.add(read("MAB1234", 0.7F));
  EXPECT_FLOAT_EQ(vote.verdict()->confidence, 0.7F);
}

TEST(PlateVote, AParkedCarDoesNotMakeItGrow) {
  PlateVote vote;
  for (int i = 0; i < 10000; ++i) vote.add(read("MAB1234", 0.5F + static_cast<float>(i % 40) / 100));
  const auto verdict = vote.verdict();
  EXPECT_EQ(verdict->readings, 10000U);
  EXPECT_EQ(verdict->votes, PlateVote::kKept);
  EXPECT_NEAR(verdict->confidence, 0.89F, 1e-5);
}

}  // namespace
}  // namespace vigil::vision
