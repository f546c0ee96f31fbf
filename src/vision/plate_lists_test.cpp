#include "vision/plate_lists.h"

#include <gtest/gtest.h>

namespace vigil::vision {
namespace {

PlateLists make(const std::vector<KnownPlate>& allow, const std::vector<KnownPlate>& deny, std::size_t edits = 1) {
  auto out = PlateLists::make(allow, deny, edits);
  EXPECT_TRUE(out.ok());
  return std::move(out).value();
}

TEST(PlateLists, FindAPlateHoweverItIsWritten) {
  const auto lists = make({{"m-ab 1234", "Ada's car"}}, {{"X 999 YY", "not welcome"}});
  const auto found = lists.find("MAB1234");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->list, PlateList::Allow);
  EXPECT_EQ(found->known.label, "Ada's car");
  EXPECT_EQ(found->edits, 0U);
  EXPECT_EQ(lists.find("x999yy")->list, PlateList::Deny);
  EXPECT_FALSE(lists.find("QQ77777"));
}

TEST(PlateLists, TheNearestWinsAndAtTheSameDistanceTheOneThatDenies) {
  const auto lists = make({{"ABC123", "a"}, {"ABC124", "b"}}, {{"ABC125", "d"}}, 2);
  EXPECT_EQ(lists.find("ABC124")->known.label, "b");
  EXPECT_EQ(lists.find("ABC129")->list, PlateList::Deny);
  EXPECT_EQ(lists.find("ABC129")->edits, 1U);
}

TEST(PlateLists, NoMoreEditsThanAllowedAndNoneForAShortPlate) {
  EXPECT_FALSE(make({{"ABC123", ""}}, {}, 0).find("ABC12"));
  EXPECT_TRUE(make({{"ABC123", ""}}, {}, 1).find("ABC12"));
  EXPECT_FALSE(make({{"ABC123", ""}}, {}, 1).find("ABC1"));
  EXPECT_FALSE(make({{"GAG1", ""}}, {}, 3).find("GAG2"));
}

TEST(PlateLists, WhatIsNoPlateIsNamed) {
  EXPECT_EQ(PlateLists::make({{"A1", ""}, {"--", ""}}, {}).error().pointer, "/plates/allow/1/plate");
  EXPECT_EQ(PlateLists::make({}, {}, 4).error().pointer, "/plates/max_edits");
  EXPECT_FALSE(PlateLists::make(std::vector<KnownPlate>(10001, {"AAA111", ""}), {}).ok());
}

}  // namespace
}  // namespace vigil::vision
