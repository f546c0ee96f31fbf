#include <gmock/gmock.h>

#include "api/server_fake.h"

namespace vigil::api {
namespace {

using testing::HasSubstr;

constexpr const char* kEntrance =
    R"({"name":"Entrance","columns":4,"rows":3,"tiles":[{"camera":"door","x":0,"y":0,"width":3,"height":3}]})";

class LayoutApi : public ServerTest {};

TEST_F(LayoutApi, IsSavedChangedAndDeleted) {
  start_open();
  auto made = call("POST", "/api/layouts", kEntrance);
  ASSERT_EQ(made.status, 201) << made.body;
  const auto id = made.json()["id"].get<std::string>();
  auto all = call("GET", "/api/layouts").json()["layouts"];
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0], made.json());
  EXPECT_EQ(all[0]["tiles"][0]["camera"], "door");

  auto changed =
      call("PUT", "/api/layouts/" + id,
           R"({"name":"Doors","columns":1,"rows":1,"tiles":[{"camera":"b","x":0,"y":0,"width":1,"height":1}]})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(call("GET", "/api/layouts").json()["layouts"][0], changed.json());
  EXPECT_EQ(call("DELETE", "/api/layouts/" + id).status, 204);
  EXPECT_EQ(call("DELETE", "/api/layouts/" + id).status, 404);
  EXPECT_EQ(call("PUT", "/api/layouts/" + id, kEntrance).status, 404);
}

TEST_F(LayoutApi, WhatMakesNoSenseIsNamed) {
  start_open();
  const auto over = call("POST", "/api/layouts",
                         R"({"name":"a","columns":2,"rows":1,"tiles":[{"camera":"a","x":0,"y":0,"width":2,"height":1},)"
                         R"({"camera":"b","x":1,"y":0,"width":1,"height":1}]})");
  EXPECT_EQ(over.status, 422);
  EXPECT_THAT(over.body, HasSubstr("/tiles/1"));
  EXPECT_EQ(call("POST", "/api/layouts", R"({"name":"a","columns":2,"rows":1,"tiles":[]})").status, 422);
  EXPECT_EQ(call("POST", "/api/layouts", R"({"name":"a"})").status, 422);
}

}  // namespace
}  // namespace vigil::api
