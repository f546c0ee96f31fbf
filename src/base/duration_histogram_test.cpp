#include "base/duration_histogram.h"

#include <gtest/gtest.h>

namespace vigil {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

double ms(Nanos duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

TEST(DurationHistogram, QuantilesAreRightWithinThreePercent) {
  DurationHistogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.add(microseconds(100 * i));  // 0.1 … 100 ms
  EXPECT_NEAR(ms(histogram.quantile(0.5)), 50, 50 * 0.032);
  EXPECT_NEAR(ms(histogram.quantile(0.95)), 95, 95 * 0.032);
  EXPECT_NEAR(ms(histogram.quantile(0.99)), 99, 99 * 0.032);
  EXPECT_NEAR(ms(histogram.quantile(0)), 0.1, 0.004);
  EXPECT_NEAR(ms(histogram.quantile(1)), 100, 100 * 0.032);
  EXPECT_EQ(histogram.count(), 1000U);
  EXPECT_NEAR(ms(histogram.mean()), 50.05, 0.001);
}

TEST(DurationHistogram, EveryMagnitudeHasItsBucket) {
  for (std::int64_t micros = 1; micros < 100'000'000; micros = micros * 5 / 4 + 1) {
    DurationHistogram histogram;
    histogram.add(microseconds(micros));
    const auto told = static_cast<double>(histogram.quantile(0.5).count()) / 1000;
    EXPECT_NEAR(told, static_cast<double>(micros), std::max(0.6, static_cast<double>(micros) * 0.032)) << micros;
  }
}

TEST(DurationHistogram, NothingIsZeroAndExtremesAreKeptInBounds) {
  DurationHistogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), Nanos(0));
  EXPECT_EQ(histogram.mean(), Nanos(0));
  histogram.add(Nanos(-5));
  EXPECT_LT(ms(histogram.quantile(1)), 0.001);
  histogram.add(hours(5));
  EXPECT_GT(histogram.quantile(1), std::chrono::minutes(2));
  EXPECT_EQ(histogram.count(), 2U);
}

TEST(DurationHistogram, MergedOnesTellOfAll) {
  DurationHistogram a, b;
  for (int i = 0; i < 90; ++i) a.add(milliseconds(10));
  for (int i = 0; i < 10; ++i) b.add(milliseconds(200));
  a.merge(b);
  EXPECT_EQ(a.count(), 100U);
  EXPECT_NEAR(ms(a.quantile(0.5)), 10, 0.4);
  EXPECT_NEAR(ms(a.quantile(0.95)), 200, 7);
}

}  // namespace
}  // namespace vigil
