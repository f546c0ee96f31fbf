#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace vigil {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return make_error(ErrorKind::InvalidArgument, "odd", "number.odd", "/number");
  return number / 2;
}

Result<int> quarter(int number) {
  VIGIL_ASSIGN(int first, half(number));
  VIGIL_ASSIGN(auto second, half(first));
  return second;
}

Result<void> check(int number) {
  VIGIL_TRY(half(number));
  return {};
}

TEST(Result, CarriesAValueOrTheReason) {
  EXPECT_EQ(*half(4), 2);
  auto odd = half(3);
  EXPECT_FALSE(odd.ok());
  EXPECT_FALSE(odd);
  EXPECT_EQ(odd.error().kind, ErrorKind::InvalidArgument);
  EXPECT_EQ(odd.error().code, "number.odd");
  EXPECT_EQ(odd.error().pointer, "/number");
  EXPECT_TRUE(Result<void>().ok());
}

TEST(Result, ErrorsTravelUp) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_EQ(quarter(3).error().message, "odd");
  EXPECT_TRUE(check(2));
  EXPECT_EQ(check(3).error().kind, ErrorKind::InvalidArgument);
}

TEST(Result, HoldsWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(7);
  auto taken = *std::move(made);
  EXPECT_EQ(*taken, 7);
}

TEST(Result, ErrorTellsWhatWasBeingDone) {
  auto error = make_error(ErrorKind::Unavailable, "connection refused", "x").while_doing("open camera");
  EXPECT_EQ(error.message, "open camera: connection refused");
  EXPECT_EQ(error.kind, ErrorKind::Unavailable);
  EXPECT_EQ(error.code, "x");
}

TEST(Result, EveryKindHasItsStatusAndItsName) {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::Internal); ++kind) {
    auto status = http_status(static_cast<ErrorKind>(kind));
    EXPECT_GE(status, 400);
    EXPECT_LT(status, 600);
    EXPECT_TRUE(names.insert(kind_name(static_cast<ErrorKind>(kind))).second) << kind;
  }
  EXPECT_EQ(http_status(ErrorKind::InvalidArgument), 422);
  EXPECT_EQ(http_status(ErrorKind::StorageFull), 507);
  EXPECT_STREQ(kind_name(ErrorKind::DataLoss), "data_loss");
}

TEST(ResultDeathTest, ValueOfAnErrorIsAProgrammersError) {
  EXPECT_DEATH(static_cast<void>(*half(3)), "assertion failed");
  EXPECT_DEATH(static_cast<void>(half(4).error()), "assertion failed");
}

}  // namespace
}  // namespace vigil
