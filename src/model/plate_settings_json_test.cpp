#include "model/plate_settings_json.h"

#include <gtest/gtest.h>

namespace vigil::model {
namespace {

TEST(PlateSettings, ComeBackAsTheyWere) {
  PlateSettings one;
  one.formats = {{"DE", "[A-Z]{1,3}[A-Z]{1,2}[0-9]{1,4}"}, {"GB", "[A-Z]{2}[0-9]{2}[A-Z]{3}"}};
  one.replacements = {{"^0", "O"}};
  one.only_known = true;
  one.max_corrections = 1;
  one.allow = {{"M-AB 12", "the gardener"}};
  one.deny = {{"XX 1", ""}};
  one.max_edits = 0;
  auto read = read_plate_settings(to_json(one));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, one);
  EXPECT_EQ(*read_plate_settings(Json::object()), PlateSettings{});
}

TEST(PlateSettings, WhatIsWrongIsSaidWithItsPlace) {
  auto fault = [](const char* text) {
    auto read = read_plate_settings(*parse_json(text));
    return read.ok() ? "" : read.error().pointer;
  };
  EXPECT_EQ(fault(R"([])"), "");
  EXPECT_EQ(fault(R"({"formats": 1})"), "/formats");
  EXPECT_EQ(fault(R"({"formats": [1]})"), "/formats/0");
  EXPECT_EQ(fault(R"({"formats": [{"name": "DE", "pattern": ""}]})"), "/formats/0/pattern");
  EXPECT_EQ(fault(R"({"formats": [{"name": "", "pattern": "x"}]})"), "/formats/0/name");
  EXPECT_EQ(fault(R"({"replacements": [{"pattern": "x", "replacement": 1}]})"), "/replacements/0/replacement");
  EXPECT_EQ(fault(R"({"allow": [{"plate": "A1"}, {"label": "x"}]})"), "/allow/1/plate");
  EXPECT_EQ(fault(R"({"deny": [{"plate": "A\n1"}]})"), "/deny/0/plate");
  EXPECT_EQ(fault(R"({"deny": [{"plate": "0123456789012345678901234567890123456789"}]})"), "/deny/0/plate");
  EXPECT_EQ(fault(R"({"only_known": 1})"), "/only_known");
  EXPECT_EQ(fault(R"({"max_edits": 4})"), "/max_edits");
  EXPECT_EQ(fault(R"({"max_corrections": -1})"), "/max_corrections");
  EXPECT_EQ(fault(R"({"max_corrections": 99999999999999999999})"), "/max_corrections");
}

}  // namespace
}  // namespace vigil::model
