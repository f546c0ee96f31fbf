#include "api/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::api {
namespace {

using testing::HasSubstr;

std::string faults(const char* schema_text, const char* value_text, const char* document = "{}") {
  auto schema = parse_json(schema_text);
  auto value = parse_json(value_text);
  SchemaValidator validator(*parse_json(document));
  auto checked = validator.check(*schema, "schema");
  if (!checked.ok()) return "unusable: " + checked.error().message;
  std::string out;
  for (const auto& fault : validator.validate(*schema, *value)) out += fault.pointer + " " + fault.detail + "\n";
  return out;
}

TEST(Schema, TypesAndUnionsWithNullAreTold) {
  EXPECT_EQ(faults(R"({"type":"string"})", R"("a")"), "");
  EXPECT_EQ(faults(R"({"type":"string"})", "1"), " must be string\n");
  EXPECT_EQ(faults(R"({"type":["integer","null"]})", "null"), "");
  EXPECT_EQ(faults(R"({"type":["integer","null"]})", "3.0"), "");
  EXPECT_EQ(faults(R"({"type":["integer","null"]})", "3.5"), " must be integer or null\n");
  EXPECT_EQ(faults(R"({"type":"boolean"})", "0"), " must be boolean\n");
  EXPECT_EQ(faults(R"({"type":"object"})", "[]"), " must be object\n");
}

TEST(Schema, NumbersHaveBounds) {
  const char* schema = R"({"type":"number","minimum":1,"exclusiveMaximum":5})";
  EXPECT_EQ(faults(schema, "1"), "");
  EXPECT_EQ(faults(schema, "0.5"), " must be at least 1\n");
  EXPECT_EQ(faults(schema, "5"), " must be less than 5\n");
  EXPECT_EQ(faults(R"({"maximum":3,"exclusiveMinimum":0})", "0"), " must be more than 0\n");
  EXPECT_EQ(faults(R"({"maximum":3})", "4"), " must be at most 3\n");
}

TEST(Schema, StringsAreMeasuredInCharactersAndMatchedWhole) {
  EXPECT_EQ(faults(R"({"maxLength":2})", "\"\u00e4\u00e4\""), "");
  EXPECT_EQ(faults(R"({"maxLength":2})", R"("abc")"), " must have at most 2 characters\n");
  EXPECT_EQ(faults(R"({"minLength":1})", R"("")"), " must not be empty\n");
  EXPECT_EQ(faults(R"({"pattern":"^[a-z]+$"})", R"("abc")"), "");
  EXPECT_THAT(faults(R"({"pattern":"^[a-z]+$"})", R"("abc\n")"), HasSubstr("must match"));
  EXPECT_THAT(faults(R"({"pattern":"^[a-z]*$"})", ("\"" + std::string(500000, 'a') + "\"").c_str()),
              HasSubstr("must match"));
}

TEST(Schema, UnknownMembersNameTheNearestKnownOne) {
  const char* schema = R"({"type":"object","properties":{"source_url":{},"name":{}},"additionalProperties":false})";
  EXPECT_EQ(faults(schema, R"({"sourceurl":1})"), "/sourceurl is not known here; did you mean \"source_url\"?\n");
  EXPECT_EQ(faults(schema, R"({"zzzzzz":1})"), "/zzzzzz is not known here\n");
  EXPECT_EQ(faults(schema, R"({"a/b~c":1})"), "/a~1b~0c is not known here\n");
  EXPECT_EQ(faults(R"({"additionalProperties":{"type":"integer"}})", R"({"x":"y"})"), "/x must be integer\n");
}

TEST(Schema, FaultsPointIntoArraysAndReferences) {
  const char* document =
      R"({"components":{"Point":{"type":"array","items":{"type":"number"},"minItems":2,"maxItems":2}}})";
  const char* schema = R"({"properties":{"masks":{"items":{"$ref":"#/components/Point"}}},"required":["masks"]})";
  EXPECT_EQ(faults(schema, R"({"masks":[[1,2],[1,"x"]]})", document), "/masks/1/1 must be number\n");
  EXPECT_EQ(faults(schema, R"({"masks":[[1],[1,2,3]]})", document),
            "/masks/0 must have at least 2 items\n/masks/1 must have at most 2 items\n");
  EXPECT_EQ(faults(schema, "{}", document), "/masks is required\n");
}

TEST(Schema, EnumConstAndOneOf) {
  EXPECT_EQ(faults(R"({"enum":["a","b"]})", R"("c")"), " must be one of a, b\n");
  EXPECT_EQ(faults(R"({"const":"a"})", R"("c")"), " must be \"a\"\n");
  const char* schema = R"({"oneOf":[{"type":"string"},{"type":"integer"}]})";
  EXPECT_EQ(faults(schema, "1"), "");
  EXPECT_THAT(faults(schema, "true"), HasSubstr("exactly one"));
}

TEST(Schema, AKeywordThatIsNotUnderstoodIsNeverPassedOver) {
  EXPECT_THAT(faults(R"({"properties":{"a":{"uniqueItems":true}}})", "{}"), HasSubstr("unusable: schema/a"));
  EXPECT_THAT(faults(R"({"$ref":"#/nowhere"})", "{}"), HasSubstr("unusable"));
  EXPECT_THAT(faults(R"({"pattern":"("})", "{}"), HasSubstr("unusable"));
}

TEST(Schema, FaultsAreBoundedWhateverIsSent) {
  std::string many = "[1";
  for (int i = 0; i < 1000; ++i) many += ",1";
  auto text = faults(R"({"items":{"type":"string"}})", (many + "]").c_str());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 20);
}

}  // namespace
}  // namespace vigil::api
