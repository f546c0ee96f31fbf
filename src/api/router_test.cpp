#include "api/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::api {
namespace {

using testing::HasSubstr;

const char* kDocument = R"(
paths:
  /a/{id}:
    get: { operationId: get_a, x-permission: viewer, responses: { default: { description: x } } }
    delete: { operationId: delete_a, x-permission: administrator, responses: { default: { description: x } } }
  /a/fixed:
    get: { operationId: get_fixed, x-permission: public, responses: { default: { description: x } } }
)";

std::vector<Route> routes() {
  auto handler = [](const Request&) { return empty_response(204); };
  return {{"GET", "/a/{id}", "get_a", Permission::Viewer, handler},
          {"DELETE", "/a/{id}", "delete_a", Permission::Administrator, handler},
          {"GET", "/a/fixed", "get_fixed", Permission::Public, handler}};
}

std::string refusal(std::vector<Route> list) {
  auto contract = Contract::parse(kDocument);
  EXPECT_TRUE(contract.ok());
  auto router = Router::make(std::move(list), *contract);
  return router.ok() ? "" : router.error().message;
}

TEST(Router, RoutesAndDocumentMustAgreeOrNothingStarts) {
  EXPECT_EQ(refusal(routes()), "");
  auto list = routes();
  list.pop_back();
  EXPECT_THAT(refusal(list), HasSubstr("get_fixed has no route"));
  list = routes();
  list[1].permission = Permission::Viewer;
  EXPECT_THAT(refusal(list), HasSubstr("declares permission viewer"));
  list = routes();
  list[0].operation_id = "get_b";
  EXPECT_THAT(refusal(list), HasSubstr("no operation \"get_b\""));
  list = routes();
  list[0].pattern = "/b/{id}";
  EXPECT_THAT(refusal(list), HasSubstr("the OpenAPI document has GET /a/{id}"));
  list = routes();
  list[0].handler = nullptr;
  EXPECT_THAT(refusal(list), HasSubstr("no handler"));
  list = routes();
  list.push_back(list[0]);
  EXPECT_THAT(refusal(list), HasSubstr("two routes"));
}

TEST(Router, ALiteralSegmentWinsOverAParameter) {
  auto contract = Contract::parse(kDocument);
  auto router = Router::make(routes(), *contract);
  ASSERT_TRUE(router.ok());
  EXPECT_EQ(router->match("GET", {"a", "fixed"}).route->operation_id, "get_fixed");
  EXPECT_EQ(router->match("HEAD", {"a", "x"}).route->operation_id, "get_a");
  EXPECT_EQ(router->match("DELETE", {"a", "fixed"}).route->operation_id, "delete_a");
  auto match = router->match("GET", {"a", "x y"});
  EXPECT_EQ(match.params.front(), (std::pair<std::string, std::string>("id", "x y")));
  match = router->match("PUT", {"a", "x"});
  EXPECT_EQ(match.route, nullptr);
  EXPECT_THAT(match.allowed, testing::UnorderedElementsAre("GET", "DELETE"));
  EXPECT_TRUE(router->match("GET", {"a"}).allowed.empty());
}

TEST(Router, PathsDecodeSegmentBySegment) {
  EXPECT_THAT(*split_path("/a/b%20c"), testing::ElementsAre("a", "b c"));
  EXPECT_THAT(*split_path("/"), testing::ElementsAre(""));
  for (const char* bad : {"", "a", "/a%2fb", "/%00", "/%0a", "/%", "/%zz"}) EXPECT_FALSE(split_path(bad)) << bad;
}

TEST(Router, QueriesDecode) {
  auto query = parse_query("a=1+2&b=%26&&c");
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(*query, (NameValues{{"a", "1 2"}, {"b", "&"}, {"c", ""}}));
  EXPECT_FALSE(parse_query("a=%"));
  std::string many;
  for (int i = 0; i < 70; ++i) many += "a=1&";
  EXPECT_FALSE(parse_query(many));
}

}  // namespace
}  // namespace vigil::api
