#include "vision/plates/ctc.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vigil::vision::plates {
namespace {

const std::vector<std::string> kLabels = {"A", "B", "1", "京"};
constexpr std::size_t kBlank = 4, kClasses = 5;

// Scores in which the place `i` says `path[i]` with that probability.
std::vector<float> scores(const std::vector<std::size_t>& path, const std::vector<double>& sure) {
  std::vector<float> out(kClasses * path.size());
  for (std::size_t step = 0; step < path.size(); ++step) {
    for (std::size_t label = 0; label < kClasses; ++label) {
      const double p = label == path[step] ? sure[step] : (1 - sure[step]) / (kClasses - 1);
      out[label * path.size() + step] = static_cast<float>(std::log(p));
    }
  }
  return out;
}

PlateText read(const std::vector<std::size_t>& path, std::vector<double> sure = {}) {
  if (sure.empty()) sure.assign(path.size(), 0.9);
  const auto values = scores(path, sure);
  return read_best_path({values, kClasses, path.size(), false}, kLabels, kBlank);
}

TEST(Ctc, JoinsRepetitionsUnlessABlankIsBetween) {
  EXPECT_EQ(read({0, 0, kBlank, 0, 1, 1, 2}).text, "AAB1");
  EXPECT_EQ(read({kBlank, kBlank}).text, "");
  EXPECT_EQ(read({}).text, "");
}

TEST(Ctc, ACharacterIsAsSureAsItsBestPlace) {
  const auto text = read({0, 0, kBlank, 1}, {0.5, 0.8, 0.9, 0.6});
  ASSERT_EQ(text.text, "AB");
  EXPECT_NEAR(text.characters[0], 0.8, 1e-5);
  EXPECT_NEAR(text.characters[1], 0.6, 1e-5);
  EXPECT_NEAR(text.confidence, std::sqrt(0.8 * 0.6), 1e-5);
}

TEST(Ctc, AProvincesSignIsNoPartOfTheText) {
  const auto text = read({3, 0, 3, 3, 2}, {0.9, 0.5, 0.99, 0.99, 0.5});
  EXPECT_EQ(text.text, "A1");
  EXPECT_NEAR(text.characters[0], 0.5, 1e-5) << "the sign after it is not the same character";
}

TEST(Ctc, PlacesMayComeFirst) {
  const std::vector<std::size_t> path = {0, kBlank, 2};
  const auto upright = scores(path, {0.9, 0.9, 0.9});
  std::vector<float> turned(upright.size());
  for (std::size_t label = 0; label < kClasses; ++label) {
    for (std::size_t step = 0; step < path.size(); ++step) turned[step * kClasses + label] = upright[label * 3 + step];
  }
  EXPECT_EQ(read_best_path({turned, kClasses, 3, true}, kLabels, kBlank).text, "A1");
}

TEST(Ctc, FewerScoresThanSaidAreNotRead) {
  const std::vector<float> values(4);
  EXPECT_EQ(read_best_path({values, kClasses, 3, false}, kLabels, kBlank).text, "");
}

}  // namespace
}  // namespace vigil::vision::plates
