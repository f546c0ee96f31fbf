#include "api/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/yaml_json.h"

namespace vigil::api {
namespace {

using testing::HasSubstr;

const std::string kSmall = R"(
openapi: 3.1.0
paths:
  /a/{id}:
    get:
      operationId: get_a
      x-permission: viewer
      parameters:
        - { name: n, in: query, schema: { type: integer, minimum: 1, default: 7 } }
        - { name: f, in: query, required: true, schema: { type: number } }
        - { name: l, in: query, schema: { type: array, maxItems: 2, items: { type: integer, maximum: 9 } } }
      responses:
        '200': { description: x, content: { text/plain: { schema: { type: string } } } }
)";

TEST(Contract, TheBuiltInDocumentIsUnderstoodWhole) {
  auto contract = Contract::built_in();
  ASSERT_TRUE(contract.ok()) << contract.error().message;
  EXPECT_GT(contract->operations().size(), 30u);
  const auto* push = contract->find("push_frame");
  ASSERT_NE(push, nullptr);
  EXPECT_EQ(push->max_body, 20u << 20);
  EXPECT_EQ(push->permission, Permission::Administrator);
  EXPECT_TRUE(push->bodies.contains("image/jpeg"));
}

TEST(Contract, QueryParametersAreTypedAndDefaultsFilledIn) {
  auto contract = Contract::parse(kSmall);
  ASSERT_TRUE(contract.ok()) << contract.error().message;
  const auto& operation = contract->operations().front();
  std::vector<ProblemDetail> faults;
  auto query = contract->query(operation, {{"f", "2.5"}}, faults);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(query["n"], 7);
  EXPECT_EQ(query["f"], 2.5);
}

TEST(Contract, AParameterThatIsAListMayStandSeveralTimes) {
  auto contract = Contract::parse(kSmall);
  const auto& operation = contract->operations().front();
  auto fault = [&](const NameValues& given) {
    std::vector<ProblemDetail> faults;
    auto query = contract->query(operation, given, faults);
    return faults.empty() ? to_text(query["l"]) : faults.front().pointer + " " + faults.front().detail;
  };
  EXPECT_EQ(fault({{"f", "1"}, {"l", "3"}, {"l", "1"}}), "[3,1]");
  EXPECT_EQ(fault({{"f", "1"}, {"l", "3"}}), "[3]");
  EXPECT_EQ(fault({{"f", "1"}}), "null");
  EXPECT_EQ(fault({{"f", "1"}, {"l", "3"}, {"l", "12"}}), "query:l must be at most 9");
  EXPECT_EQ(fault({{"f", "1"}, {"l", "3"}, {"l", "1"}, {"l", "2"}}), "query:l stands too often");
}

TEST(Contract, WrongQueryParametersAreNamed) {
  auto contract = Contract::parse(kSmall);
  const auto& operation = contract->operations().front();
  auto first_fault = [&](const NameValues& given) {
    std::vector<ProblemDetail> faults;
    contract->query(operation, given, faults);
    return faults.empty() ? std::string() : faults.front().pointer + " " + faults.front().detail;
  };
  EXPECT_EQ(first_fault({}), "query:f is required");
  EXPECT_EQ(first_fault({{"f", "1"}, {"n", "0"}}), "query:n must be at least 1");
  EXPECT_EQ(first_fault({{"f", "1"}, {"n", "1e3"}}), "query:n must be integer");
  EXPECT_EQ(first_fault({{"f", "nan"}}), "query:f must be number");
  EXPECT_EQ(first_fault({{"f", "inf"}}), "query:f must be number");
  EXPECT_EQ(first_fault({{"f", "1"}, {"f", "2"}}), "query:f stands twice");
  EXPECT_EQ(first_fault({{"f", "1"}, {"nn", "2"}}), "query:nn is not known here; did you mean \"n\"?");
}

TEST(Contract, AnOperationWithoutPermissionIsNotAccepted) {
  auto text = kSmall;
  text.replace(text.find("x-permission: viewer"), 20, "x-permission: nobody");
  auto contract = Contract::parse(text);
  ASSERT_FALSE(contract.ok());
  EXPECT_THAT(contract.error().message, HasSubstr("x-permission"));
}

TEST(YamlJson, PlainScalarsHaveTypesAndQuotedOnesDoNot) {
  auto json = yaml_to_json("{a: 1, b: '1', c: true, d: 'true', e: 0.5, f: null, g: text, h: [x, 2], i: 1.2.3}");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(to_text(*json),
            R"({"a":1,"b":"1","c":true,"d":"true","e":0.5,"f":null,"g":"text","h":["x",2],"i":"1.2.3"})");
  EXPECT_FALSE(yaml_to_json("a: [").ok());
}

}  // namespace
}  // namespace vigil::api
