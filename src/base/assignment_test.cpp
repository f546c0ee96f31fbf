#include "base/assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace vigil {
namespace {

double worth(const std::vector<int>& columns, const std::vector<PairGain>& gains) {
  double sum = 0;
  for (const auto& pair : gains) {
    if (columns[pair.row] == pair.column) sum += pair.gain;
  }
  return sum;
}

// Every choice there is.
double best(int row, int rows, std::vector<char>& taken, const std::vector<PairGain>& gains) {
  if (row == rows) return 0;
  double most = best(row + 1, rows, taken, gains);
  for (const auto& pair : gains) {
    if (pair.row != row || taken[pair.column] != 0 || !(pair.gain > 0)) continue;
    taken[pair.column] = 1;
    most = std::max(most, pair.gain + best(row + 1, rows, taken, gains));
    taken[pair.column] = 0;
  }
  return most;
}

TEST(Assignment, GivesUpTheBestPairWhereTwoOthersAreWorthMore) {
  Assignment assignment;
  std::vector<PairGain> gains = {{0, 0, 0.9}, {0, 1, 0.8}, {1, 0, 0.7}};
  EXPECT_EQ(assignment.solve(2, 2, gains), (std::vector<int>{1, 0}));
}

TEST(Assignment, LeavesARowAloneWhereThatIsWorthMore) {
  Assignment assignment;
  std::vector<PairGain> gains = {{0, 0, 0.3}, {1, 0, 0.9}};
  EXPECT_EQ(assignment.solve(2, 1, gains), (std::vector<int>{-1, 0}));
}

TEST(Assignment, NeverMakesPairsThatAreWorthNothing) {
  Assignment assignment;
  std::vector<PairGain> gains = {{0, 0, 0.0}, {1, 1, -1.0}, {2, 2, std::nan("")}, {3, 3, HUGE_VAL}};
  EXPECT_EQ(assignment.solve(4, 4, gains), (std::vector<int>{-1, -1, -1, -1}));
  EXPECT_TRUE(assignment.solve(0, 5, {}).empty());
  EXPECT_EQ(assignment.solve(2, 0, {}), (std::vector<int>{-1, -1}));
}

TEST(Assignment, IsAsGoodAsTryingEverything) {
  std::mt19937 random(1);
  Assignment assignment;
  for (int round = 0; round < 2000; ++round) {
    const int rows = static_cast<int>(random() % 7), columns = static_cast<int>(1 + random() % 7);
    const int levels = round % 2 == 0 ? 4 : 1000;  // many ties, and hardly any
    const auto density = 20 + random() % 81;
    std::vector<PairGain> gains;
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        if (random() % 100 < density) gains.push_back({row, column, static_cast<double>(random() % levels) / levels});
      }
    }
    std::shuffle(gains.begin(), gains.end(), random);
    const auto& found = assignment.solve(rows, columns, gains);
    std::vector<char> taken(columns, 0);
    for (int column : found) {
      if (column < 0) continue;
      ASSERT_FALSE(taken[column]) << "round " << round;
      taken[column] = 1;
    }
    std::fill(taken.begin(), taken.end(), 0);
    ASSERT_NEAR(worth(found, gains), best(0, rows, taken, gains), 1e-9) << "round " << round;
  }
}

TEST(Assignment, SolvesALargeDenseProblem) {
  const int size = 300;
  std::vector<PairGain> gains;
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < size; ++column) gains.push_back({row, column, (row + 1.0) * (column + 1.0)});
  }
  Assignment assignment;
  const auto& found = assignment.solve(size, size, gains);  // the rearrangement inequality: in order
  for (int row = 0; row < size; ++row) ASSERT_EQ(found[row], row);
}

}  // namespace
}  // namespace vigil
