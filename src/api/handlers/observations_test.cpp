#include <gmock/gmock.h>

#include <thread>

#include "api/server_fake.h"
#include "api/websocket_client_fake.h"

namespace vigil::api {
namespace {

using testing::HasSubstr;
constexpr const char* kTarget = "/api/cameras/cam_001/observations";

class ObservationSocket : public ServerTest {
 protected:
  void add_camera(const std::string& token = {}) {
    const std::string body = R"({"id":"cam_001","source_type":"http_push"})";
    ASSERT_EQ((token.empty() ? call("POST", "/api/cameras", body) : as(token, "POST", "/api/cameras", body)).status,
              201);
  }
  void see(std::uint64_t sequence, model::TrackState state = model::TrackState::Confirmed) {
    model::Observation seen;
    seen.camera_id = "cam_001";
    seen.sequence = sequence;
    seen.width = 640;
    seen.height = 480;
    seen.model = "classic";
    seen.device = "cpu";
    model::SeenObject person;
    person.track_id = 7;
    person.state = state;
    person.label = "person";
    person.confidence = 0.5F;
    person.box = {10, 20, 30, 40};
    person.detected = person.box;
    person.attributes = {{"upper_colour", "red", 0.8F, "test"}};
    person.subject_id = 3;
    person.subject_similarity = 0.7F;
    person.mask = model::Mask{2, 2, {1, 3}};
    seen.objects = {person};
    seen.motion = {{1, 2, 3, 4}};
    observations_.publish(std::move(seen));
  }
  // Text that does not fit the contract is a failure.
  void check_message(const WebSocketClient::Message& message) {
    ASSERT_EQ(message.opcode, 1);
    const auto* schema = contract_->response_schema(*contract_->find("watch_observations"), 101, "application/json");
    ASSERT_NE(schema, nullptr);
    for (const auto& fault : contract_->validator().validate(*schema, message.json())) {
      ADD_FAILURE() << fault.pointer << " " << fault.detail << "\n" << message.text;
    }
  }
  int refused(const std::string& target, const std::string& extra) {
    WebSocketClient client(server_->port());
    auto reply = client.open(target, extra);
    check("GET", target, reply);
    return reply.status;
  }
};

TEST_F(ObservationSocket, EveryFrameIsAMessageAsTheContractHasIt) {
  start_open();
  add_camera();
  WebSocketClient client(server_->port());
  auto reply = client.open(kTarget);
  ASSERT_EQ(reply.status, 101);
  EXPECT_EQ(reply.headers.get("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455, 1.3
  EXPECT_FALSE(reply.headers.find("Sec-WebSocket-Protocol"));
  see(1);
  auto first = client.read();
  check_message(first);
  EXPECT_EQ(first.json()["vigil"]["sequence"], 1);
  EXPECT_EQ(first.json()["objects"][0]["id"], 7);
  see(2, model::TrackState::Tentative);
  EXPECT_EQ(client.read().json()["objects"].size(), 0u);
  client.send(9, "ping");
  auto pong = client.read();
  EXPECT_EQ(pong.opcode, 10);
  EXPECT_EQ(pong.text, "ping");
  client.send(8, "\x03\xe8");
  EXPECT_EQ(client.read().code(), 1000);
  EXPECT_TRUE(client.http().at_end());
}

TEST_F(ObservationSocket, TentativeTracksComeWhenTheyAreAskedFor) {
  start_open();
  add_camera();
  WebSocketClient client(server_->port());
  ASSERT_EQ(client.open(std::string(kTarget) + "?tentative=true").status, 101);
  see(1, model::TrackState::Tentative);
  auto message = client.read();
  check_message(message);
  EXPECT_EQ(message.json()["objects"].size(), 1u);
}

TEST_F(ObservationSocket, APageSignsInWithASubProtocolThatIsNeverSentBack) {
  start({});
  add_camera(token("anna"));
  const auto victor = token("victor");
  EXPECT_EQ(refused(kTarget, ""), 401);
  EXPECT_EQ(refused(kTarget, "Sec-WebSocket-Protocol: vigil.v1\r\n"), 401);
  EXPECT_EQ(refused(kTarget, "Sec-WebSocket-Protocol: vigil.v1, vigil.bearer.wrong\r\n"), 401);
  EXPECT_EQ(refused(std::string(kTarget) + "?access_token=" + victor, ""), 401);
  const auto offer = "Sec-WebSocket-Protocol: vigil.v1, vigil.bearer." + victor + "\r\n";
  EXPECT_EQ(refused(kTarget, offer + "Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(refused("/api/cameras/cam_009/observations", offer), 404);
  WebSocketClient client(server_->port());
  auto reply = client.open(kTarget, offer + "Origin: http://127.0.0.1\r\n");
  ASSERT_EQ(reply.status, 101);
  EXPECT_EQ(reply.headers.get("Sec-WebSocket-Protocol"), "vigil.v1");
  see(1);
  check_message(client.read());
}

TEST_F(ObservationSocket, ForeignPagesAreRefusedWithoutAuthenticationToo) {
  start_open();
  add_camera();
  EXPECT_EQ(refused(kTarget, "Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(refused(kTarget, "Origin: null\r\n"), 403);
}

TEST_F(ObservationSocket, WhatIsNoHandshakeIsToldSo) {
  start_open();
  add_camera();
  auto plain = call("GET", kTarget);
  EXPECT_EQ(plain.status, 426);
  EXPECT_EQ(plain.headers.get("Upgrade"), "websocket");
  EXPECT_EQ(plain.headers.get("Sec-WebSocket-Version"), "13");
  EXPECT_EQ(refused(std::string(kTarget) + "?tentative=maybe", ""), 400);
  WebSocketClient eager(server_->port());
  eager.http().send("GET " + std::string(kTarget) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + WebSocketClient::kHandshake +
                    "\r\n\x81\x80\x00\x00\x00\x00");
  EXPECT_EQ(eager.http().read_reply().status, 400);
}

TEST_F(ObservationSocket, TheNumberOfReadersIsLimitedAndPlacesAreGivenBack) {
  Config config;
  config.auth = AuthMode::None;
  config.max_observation_viewers = 1;
  start(config);
  add_camera();
  {
    WebSocketClient client(server_->port());
    ASSERT_EQ(client.open(kTarget).status, 101);
    EXPECT_EQ(refused(kTarget, ""), 503);
    client.send(8, "\x03\xe8");
    EXPECT_EQ(client.read().code(), 1000);
    EXPECT_TRUE(client.http().at_end());
  }
  int status = 0;
  for (int tries = 0; tries < 5000 && status != 101; ++tries)
    status = WebSocketClient(server_->port()).open(kTarget).status;
  EXPECT_EQ(status, 101);
}

TEST_F(ObservationSocket, WhoSpeaksIsSentAway) {
  start_open();
  add_camera();
  WebSocketClient client(server_->port());
  ASSERT_EQ(client.open(kTarget).status, 101);
  client.send(1, "hello");
  EXPECT_EQ(client.read().code(), 1008);
}

TEST_F(ObservationSocket, TooLongAMessageEndsTheConnection) {
  start_open();
  add_camera();
  WebSocketClient client(server_->port());
  ASSERT_EQ(client.open(kTarget).status, 101);
  client.http().send(std::string("\x81\xff\x00\x00\x00\x00\x7f\xff\xff\xff\x00\x00\x00\x00", 14));
  EXPECT_EQ(client.read().code(), 1009);
}

TEST_F(ObservationSocket, EndsWhenTheCameraIsRemoved) {
  Config config;
  config.auth = AuthMode::None;
  config.socket_rounds = std::chrono::milliseconds(5);
  start(config);
  add_camera();
  WebSocketClient client(server_->port());
  ASSERT_EQ(client.open(kTarget).status, 101);
  ASSERT_EQ(call("DELETE", "/api/cameras/cam_001").status, 204);
  EXPECT_EQ(client.read().code(), 4404);
}

TEST_F(ObservationSocket, EndsWhenTheSignInDoes) {
  Config config;
  config.socket_rounds = std::chrono::milliseconds(5);
  start(config);
  add_camera(token("anna"));
  const auto victor = token("victor");
  WebSocketClient client(server_->port());
  ASSERT_EQ(client.open(kTarget, "Authorization: Bearer " + victor + "\r\n").status, 101);
  see(1);
  check_message(client.read());
  ASSERT_TRUE(accounts_.logout_everywhere(victor_.id).ok());
  clock_.advance(std::chrono::seconds(6));
  EXPECT_EQ(client.read().code(), 4401);
}

TEST_F(ObservationSocket, SaysGoodByeWhenTheServerStops) {
  start_open();
  add_camera();
  WebSocketClient client(server_->port());
  ASSERT_EQ(client.open(kTarget).status, 101);
  std::thread stopping([this] { server_->stop(); });
  EXPECT_EQ(client.read().code(), 1001);
  client.send(8, "\x03\xe9");
  EXPECT_TRUE(client.http().at_end());
  client.http().hang_up();
  stopping.join();
}

TEST_F(ObservationSocket, ALateReaderIsToldWhatItLost) {
  start_open();
  add_camera();
  WebSocketClient client(server_->port());
  ASSERT_EQ(client.open(kTarget).status, 101);
  see(1);
  check_message(client.read());
  // Far more than the buffers of both sides hold.
  std::uint64_t last = 1;
  for (int i = 0; i < 20000; ++i) {
    see(++last);
    while (observations_.figures()[0].waiting > 100) std::this_thread::yield();
  }
  std::uint64_t lost = 0, received = 1;
  for (bool ended = false; !ended;) {
    auto message = client.read();
    ASSERT_EQ(message.opcode, 1);
    auto json = message.json();
    if (json.contains("lost")) {
      check_message(message);
      lost += json["lost"].get<std::uint64_t>();
    } else {
      ++received;
      ended = json["vigil"]["sequence"] == last;
    }
  }
  EXPECT_GT(lost, 0u);
  EXPECT_EQ(lost + received, last);
}

}  // namespace
}  // namespace vigil::api
