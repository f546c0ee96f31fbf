#include "base/rfc3339.h"

#include <gtest/gtest.h>

namespace vigil {
namespace {

std::string again(std::string_view text) {
  auto time = parse_rfc3339(text);
  return time.ok() ? to_rfc3339(*time) : "no";
}

TEST(Rfc3339, WhatWeWriteIsReadAgain) {
  EXPECT_EQ(again("2026-11-21T11:38:44.123Z"), "2026-11-21T11:38:44.123Z");
  EXPECT_EQ(again("1969-12-31T23:59:59.999Z"), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(again("0000-01-01T00:00:00Z"), "0000-01-01T00:00:00.000Z");
}

TEST(Rfc3339, OffsetsAndFractionsAreUnderstood) {
  EXPECT_EQ(again("2026-11-21t12:38:44+01:00"), "2026-11-21T11:38:44.000Z");
  EXPECT_EQ(again("2026-11-21 23:30:00-01:45"), "2026-11-22T01:15:00.000Z");
  EXPECT_EQ(again("2024-02-29T00:00:00.5z"), "2024-02-29T00:00:00.500Z");
  EXPECT_EQ(again("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00.000Z");
  EXPECT_EQ(parse_rfc3339("2026-11-21T11:38:44.123456789Z")->time_since_epoch().count() % 1000000, 123456);
}

TEST(Rfc3339, EverythingElseIsRefused) {
  for (const char* bad :
       {"", "yesterday", "2026-11-21", "2026-11-21T11:38Z", "2026-11-21T11:38:44", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-00-10T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T00:60:00Z",
        "2026-11-21T00:00:61Z", "2026-11-21T00:00:00.Z", "2026-11-21T00:00:00+24:00", "2026-11-21T00:00:00+1:00",
        "2026-11-21T00:00:00Z ", "+026-11-21T00:00:00Z", "1763724000", "2026-11-21T00:00:00 01:00"}) {
    EXPECT_EQ(again(bad), "no") << bad;
  }
}

}  // namespace
}  // namespace vigil
