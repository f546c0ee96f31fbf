#include <gtest/gtest.h>

#include <atomic>

#include "api/http/http_server.h"
#include "api/websocket_client_fake.h"

namespace vigil::api::http {
namespace {

// Says nothing, or the same thing over and over.
class Talker final : public MessageSource {
 public:
  Talker(std::atomic<int>& open, std::size_t size) : open_(open) {
    if (size > 0) text_ = std::make_shared<const std::string>(size, 'x');
    ++open_;
  }
  ~Talker() override { --open_; }
  void begin(std::function<void()> wake) override { wake(); }
  Outgoing next() override { return {text_, {}}; }
  std::optional<End> check() override { return std::nullopt; }

 private:
  std::atomic<int>& open_;
  std::shared_ptr<const std::string> text_;
};

class SocketTest : public testing::Test, public Application {
 protected:
  Plan plan(Request&) override { return {}; }
  std::optional<Response> authorize(Request&, const Plan&) override { return std::nullopt; }
  Response handle(Request& request, const Plan&) override {
    Response response;
    response.status = 101;
    response.messages = std::make_unique<Talker>(open, request.target == "/flood" ? 65536 : 0);
    return response;
  }
  void finish(const Request&, const Plan&, Response&, double) override {}

  void start(HttpConfig config) {
    config.port = 0;
    server = std::make_unique<HttpServer>(config, *this, system_clock());
    ASSERT_TRUE(server->start().ok());
  }
  bool all_gone() {
    for (int i = 0; i < 5000 && open > 0; ++i) system_clock().sleep(std::chrono::milliseconds(1), {});
    return open == 0;
  }

  std::atomic<int> open{0};
  std::unique_ptr<HttpServer> server;
};

TEST_F(SocketTest, WhoDoesNotAnswerPingsIsCutOff) {
  HttpConfig config;
  config.socket_idle = std::chrono::milliseconds(100);
  start(config);
  WebSocketClient client(server->port());
  ASSERT_EQ(client.open("/").status, 101);
  EXPECT_EQ(client.read().opcode, 9);
  EXPECT_NE(client.read().opcode, 1);
  EXPECT_TRUE(client.http().at_end());
  EXPECT_TRUE(all_gone());
}

TEST_F(SocketTest, WhoAnswersPingsStays) {
  HttpConfig config;
  config.socket_idle = std::chrono::milliseconds(1000);
  start(config);
  WebSocketClient client(server->port());
  ASSERT_EQ(client.open("/").status, 101);
  for (int i = 0; i < 3; ++i) {
    auto ping = client.read();
    ASSERT_EQ(ping.opcode, 9);
    client.send(10, ping.text);
  }
  EXPECT_EQ(open, 1);
}

TEST_F(SocketTest, WhoTakesNothingIsCutOff) {
  HttpConfig config;
  config.write_gap = std::chrono::milliseconds(100);
  config.socket_rounds = std::chrono::milliseconds(10);
  start(config);
  WebSocketClient client(server->port());
  ASSERT_EQ(client.open("/flood").status, 101);
  EXPECT_TRUE(all_gone());
}

TEST_F(SocketTest, AHandshakeOfHttp10IsNone) {
  start({});
  HttpClient client(server->port());
  client.send("GET / HTTP/1.0\r\nHost: a\r\n" + std::string(WebSocketClient::kHandshake) + "\r\n");
  EXPECT_EQ(client.read_reply().status, 0);
  EXPECT_TRUE(all_gone());
}

TEST_F(SocketTest, StoppingCutsThoseWhoDoNotListen) {
  start({});
  WebSocketClient silent(server->port()), flooded(server->port());
  ASSERT_EQ(silent.open("/").status, 101);
  ASSERT_EQ(flooded.open("/flood").status, 101);
  const auto began = system_clock().steady();
  server->stop();
  EXPECT_LT(system_clock().steady() - began, std::chrono::seconds(4));
  server.reset();
  EXPECT_EQ(open, 0);
}

}  // namespace
}  // namespace vigil::api::http
