#include "api/byte_range.h"

#include <gtest/gtest.h>

namespace vigil::api {
namespace {

WantedRange of(std::string_view text, std::uint64_t size = 100) {
  return wanted_range(text, {}, "\"t\"", size);
}
void expect_part(std::string_view text, std::uint64_t first, std::uint64_t size) {
  const auto wanted = of(text);
  EXPECT_EQ(wanted.kind, RangeKind::Part) << text;
  EXPECT_EQ(wanted.range, (ByteRange{first, size})) << text;
}

// 95
TEST(ByteRange, SaysWhichPart) {
  expect_part("bytes=0-0", 0, 1);
  expect_part("bytes=-1", 99, 1);
  expect_part("bytes=5-", 5, 95);
  expect_part("bytes=10-19", 10, 10);
  expect_part("bytes=90-999999999999999999999999", 90, 10);
  expect_part("bytes=-500", 0, 100);
}

TEST(ByteRange, WhatIsMalformedOrManyGetsTheWhole) {
  for (const auto* text : {"bytes=abc", "bytes=", "bytes=-", "bytes=5-2", "lines=1-2", "bytes=0-,0-", "bytes=1 -2",
                           "bytes=+1-2", "bytes=--5", "0-5"})
    EXPECT_EQ(of(text).kind, RangeKind::Whole) << text;
  EXPECT_EQ(wanted_range({}, {}, "\"t\"", 100).kind, RangeKind::Whole);
}

TEST(ByteRange, WhatLiesBehindTheEndIsRefused) {
  for (const auto* text : {"bytes=100-", "bytes=9999999-", "bytes=99999999999999999999999-", "bytes=-0"})
    EXPECT_EQ(of(text).kind, RangeKind::Unsatisfiable) << text;
  EXPECT_EQ(of("bytes=0-", 0).kind, RangeKind::Unsatisfiable);
}

TEST(ByteRange, OfWhatIsNoMoreTheWholeIsWanted) {
  EXPECT_EQ(wanted_range("bytes=0-0", "\"t\"", "\"t\"", 100).kind, RangeKind::Part);
  EXPECT_EQ(wanted_range("bytes=0-0", "\"other\"", "\"t\"", 100).kind, RangeKind::Whole);
  EXPECT_EQ(wanted_range("bytes=0-0", "W/\"t\"", "\"t\"", 100).kind, RangeKind::Whole);
}

}  // namespace
}  // namespace vigil::api
