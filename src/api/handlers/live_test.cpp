#include <gtest/gtest.h>

#include "api/server_fake.h"
#include "api/websocket_client_fake.h"

namespace vigil::api {
namespace {

class LiveApi : public ServerTest {
 protected:
  // A camera that sends JPEG, which only motion JPEG carries.
  void add_camera(const std::string& id, const std::string& token = {}) {
    const std::string body = R"({"id":")" + id + R"(","source_type":"http_push"})";
    const std::string extra = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
    ASSERT_EQ(call("POST", "/api/cameras", body, "application/json", extra).status, 201);
    ASSERT_EQ(call("POST", "/api/ingest/push/" + id, test_jpeg(), "image/jpeg", extra).status, 202);
  }
  std::string ticket(const std::string& token, const std::string& body = "{}") {
    return as(token, "POST", "/api/cameras/door/ticket", body).json().value("ticket", "");
  }
};

TEST_F(LiveApi, SaysWhatThereIsToPlay) {
  start_open();
  add_camera("door");
  auto live = call("GET", "/api/cameras/door/live").json();
  EXPECT_NEAR(live["now"].get<double>(), to_unix_seconds(clock_.wall()), 0.001);
  ASSERT_EQ(live["streams"].size(), 1u);
  const auto& stream = live["streams"][0];
  EXPECT_EQ(stream["name"], "main");
  EXPECT_EQ(stream["codec"], "mjpeg");
  EXPECT_EQ(stream["codecs"], "");
  EXPECT_EQ(stream["width"], 64);
  EXPECT_EQ(stream["output"], (Json{{"state", "idle"}, {"readers", {{"mse", 0}, {"hls", 0}}}, {"joins", 0}}));
  EXPECT_FALSE(stream["transports"].contains("mse"));
  EXPECT_EQ(stream["transports"]["mjpeg"], "/api/cameras/door/mjpeg");
  EXPECT_EQ(call("GET", "/api/cameras/nobody/live").status, 404);
}

TEST_F(LiveApi, ACodecThatFragmentsCannotCarryIsNamed) {
  start_open();
  add_camera("door");
  for (auto path : {"/hls/door/index.m3u8", "/hls/door/main/index.m3u8"}) {
    auto reply = call("GET", path);
    EXPECT_EQ(reply.status, 409) << path;
    EXPECT_EQ(reply.code(), "live.codec") << path;
  }
}

TEST_F(LiveApi, PathsThatAreNoneAreNotFound) {
  start_open();
  add_camera("door");
  for (auto path : {"/hls", "/hls/", "/hls/door", "/hls/nobody/index.m3u8", "/hls/door/other/index.m3u8",
                    "/hls/door/main/0123abcd-0.m4s", "/hls/door/main/..%2f..%2fetc%2fpasswd", "/hls/door/main/%2e%2e",
                    "/hls/%2e%2e/main/index.m3u8", "/hls/door/main/0123abcd-0.m4s/x", "/hls/door/main/"}) {
    auto reply = call("GET", path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_EQ(reply.json().value("detail", "").find("passwd"), std::string::npos);
  }
  EXPECT_EQ(call("GET", "/hls/door/main/index.m3u8?_HLS_part=1").status, 400);
  EXPECT_EQ(call("GET", "/hls/door/main/index.m3u8?_HLS_msn=-1").status, 400);
  EXPECT_EQ(call("GET", "/hls/door/main/index.m3u8?_HLS_skip=no").status, 400);
}

TEST_F(LiveApi, ATicketStandsForASignInWhereItMay) {
  start({});
  const auto anna = token("anna");
  add_camera("door", anna);
  add_camera("yard", anna);
  const auto made = ticket(anna);
  ASSERT_FALSE(made.empty());
  const auto query = "?ticket=" + made;
  EXPECT_EQ(call("GET", "/api/cameras/door/frame/latest" + query).status, 200);
  EXPECT_EQ(call("GET", "/hls/door/index.m3u8" + query).code(), "live.codec");
  auto other = call("GET", "/api/cameras/yard/frame/latest" + query);
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(other.code(), "auth.ticket_camera");
  EXPECT_EQ(call("GET", "/api/cameras/door" + query).code(), "auth.missing");
  EXPECT_EQ(call("POST", "/api/cameras/door/stop" + query).code(), "auth.missing");
  EXPECT_EQ(call("GET", "/hls/door/index.m3u8?ticket=a.b").code(), "auth.ticket");
  EXPECT_EQ(call("GET", "/hls/door/index.m3u8?ticket=").code(), "auth.missing");
  // A wrong sign-in is not made good by a ticket.
  EXPECT_EQ(call("GET", "/hls/door/index.m3u8" + query, "", "", "Authorization: Bearer nonsense\r\n").status, 401);
}

TEST_F(LiveApi, ATicketEndsWithItsTimeAndWithTheSignIn) {
  start({});
  const auto anna = token("anna");
  add_camera("door", anna);
  const auto path = "/api/cameras/door/frame/latest?ticket=";
  const auto shorter = ticket(anna, R"({"lifetime":60})"), longer = ticket(anna, R"({"lifetime":604800})");
  EXPECT_EQ(as(anna, "POST", "/api/cameras/door/ticket", R"({"lifetime":604801})").status, 422);
  EXPECT_EQ(as(anna, "POST", "/api/cameras/nobody/ticket", "{}").status, 404);
  clock_.advance(std::chrono::seconds(61));
  EXPECT_EQ(call("GET", path + shorter).code(), "auth.ticket_expired");
  EXPECT_EQ(call("GET", path + longer).status, 200);
  ASSERT_TRUE(accounts_.logout_everywhere(anna_.id).ok());
  clock_.advance(std::chrono::seconds(10));
  EXPECT_EQ(call("GET", path + longer).status, 401);
}

TEST_F(LiveApi, MseRefusesWhatItCannotServe) {
  Config config;
  config.auth = AuthMode::None;
  config.max_mse_viewers = 1;
  start(config);
  add_camera("door");
  EXPECT_EQ(call("GET", "/api/cameras/door/mse").status, 426);
  auto refused = [&](const std::string& target) {
    WebSocketClient client(server_->port());
    auto reply = client.open(target);
    check("GET", target, reply);
    return reply.status;
  };
  EXPECT_EQ(refused("/api/cameras/nobody/mse"), 404);
  EXPECT_EQ(refused("/api/cameras/door/mse?stream=other"), 404);
  WebSocketClient first(server_->port());
  ASSERT_EQ(first.open("/api/cameras/door/mse").status, 101);
  EXPECT_EQ(refused("/api/cameras/door/mse"), 503);
}

}  // namespace
}  // namespace vigil::api
