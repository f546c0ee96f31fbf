#include "api/http/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "api/http_client_fake.h"
#include "api/problem.h"

namespace vigil::api::http {
namespace {

using testing::HasSubstr;

// A body that never ends by itself, until nobody reads it.
class Endless final : public BodyStream {
 public:
  explicit Endless(std::atomic<int>& open) : open_(open) { ++open_; }
  ~Endless() override { --open_; }
  std::optional<std::string> next(std::stop_token gone) override {
    if (++pieces_ <= 3) return std::string("piece");
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait(lock, gone, [] { return false; });
    return std::nullopt;
  }

 private:
  std::atomic<int>& open_;
  int pieces_ = 0;
};

// Answers with what it got; some paths do special things.
class Echo final : public Application {
 public:
  Plan plan(Request& request) override {
    Plan plan;
    plan.max_body = request.target == "/large" ? 4u << 20 : 1000;
    plan.lane = request.target == "/slow" ? Lane::Slow : Lane::Quick;
    plan.authorize_first = request.headers.find("X-Check").has_value();
    if (request.target == "/no") plan.refusal = problem(403, "no", "No.");
    return plan;
  }
  std::optional<Response> authorize(Request& request, const Plan&) override {
    if (request.headers.get("X-Check") == "fail") return problem(401, "who", "Who are you?");
    return std::nullopt;
  }
  Response handle(Request& request, const Plan&) override {
    Response response;
    if (request.target == "/stream") {
      response.stream = std::make_unique<Endless>(streams);
      return response;
    }
    if (request.target == "/slow") {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      ++waiting;
      std::condition_variable_any().wait(lock, request.gone, [] { return false; });
      ++stopped;
    }
    if (request.target == "/inject") response.headers.add("X-A", "b\r\nX-Injected: 1");
    response.body = request.method + " " + request.target + " " + std::to_string(request.body.size()) + " " +
                    request.body.substr(0, 20);
    return response;
  }
  void finish(const Request& request, const Plan&, Response& response, double) override {
    complete_problem(response, request);
    ++finished;
  }
  std::atomic<int> streams{0}, waiting{0}, stopped{0}, finished{0};
};

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override { start({}); }
  void start(HttpConfig config) {
    config.port = 0;
    server_ = std::make_unique<HttpServer>(config, app_, system_clock());
    ASSERT_TRUE(server_->start().ok());
  }
  std::uint16_t port() const { return server_->port(); }
  static bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 5000 && !condition(); ++i) system_clock().sleep(std::chrono::milliseconds(1), {});
    return condition();
  }
  Echo app_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, ManyRequestsUseOneConnection) {
  HttpClient client(port());
  for (int i = 0; i < 3; ++i) {
    auto reply = client.ask("POST", "/x", "hello");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "POST /x 5 hello");
  }
  EXPECT_EQ(server_->figures().connections, 1);
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  HttpClient client(port());
  client.send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET /3 "
      "HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_reply().body, "GET /1 0 ");
  EXPECT_EQ(client.read_reply().body, "POST /2 2 ab");
  EXPECT_EQ(client.read_reply().body, "GET /3 0 ");
}

TEST_F(HttpServerTest, ChunkedBodiesAreTaken) {
  HttpClient client(port());
  auto reply = client.ask(
      "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(reply.body, "POST /c 5 abcde");
  EXPECT_EQ(client.ask("GET", "/next").status, 200);
}

TEST_F(HttpServerTest, NoSecondRequestIsSmuggledPast) {
  for (const char* fields :
       {"Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked, identity\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: +4\r\n", "Host: b\r\n", "X: a\r\n folded\r\n", "X : y\r\n"}) {
    HttpClient client(port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) +
                "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    auto reply = client.read_reply();
    EXPECT_GE(reply.status, 400) << fields;
    EXPECT_EQ(reply.headers.get("Connection"), "close") << fields;
    EXPECT_EQ(reply.headers.get("Content-Type"), "application/problem+json");
    EXPECT_TRUE(client.at_end()) << fields;
  }
}

TEST_F(HttpServerTest, BrokenChunksEndTheConnection) {
  for (const char* body : {"zz\r\nabc\r\n", "3\r\nabcX\r\n0\r\n\r\n", "-1\r\n", "ffffffffffffffffff\r\n"}) {
    HttpClient client(port());
    client.send("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body));
    auto reply = client.read_reply();
    EXPECT_TRUE(reply.status == 400 || reply.status == 413) << body << reply.status;
    EXPECT_TRUE(client.at_end());
  }
}

TEST_F(HttpServerTest, BodiesAreBoundedBeforeAndWhileTheyAreRead) {
  HttpClient announced(port());
  announced.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(announced.read_reply().status, 413);  // without the body, and without "continue"
  HttpClient chunked(port());
  chunked.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + std::string(0x1000, 'a') +
               "\r\n0\r\n\r\n");
  EXPECT_EQ(chunked.read_reply().status, 413);
}

TEST_F(HttpServerTest, AClientMayWaitForTheWordToContinue) {
  HttpClient client(port());
  client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_EQ(client.read_reply().body, "POST /x 3 abc");
}

TEST_F(HttpServerTest, NobodyUnknownMaySendALargeBody) {
  HttpClient client(port());
  client.send("POST /large HTTP/1.1\r\nHost: a\r\nX-Check: fail\r\nContent-Length: 4000000\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 401);
  HttpClient known(port());
  EXPECT_EQ(known.ask("POST", "/large", std::string(3000000, 'a'), "a/b", "X-Check: pass\r\n").body,
            "POST /large 3000000 " + std::string(20, 'a'));
}

TEST_F(HttpServerTest, LargeBodiesTogetherAreBounded) {
  HttpConfig config;
  config.max_body_memory = 3u << 20;
  start(config);
  HttpClient first(port());
  first.send("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
  first.read_until("\r\n\r\n");
  HttpClient second(port());
  second.send("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
  auto reply = second.read_reply();
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.headers.get("Retry-After"), "1");
  first.send(std::string(2000000, 'a'));
  EXPECT_EQ(first.read_reply().status, 200);
  HttpClient third(port());
  EXPECT_EQ(third.ask("POST", "/large", std::string(2000000, 'a')).status, 200);
}

TEST_F(HttpServerTest, ALargeHeaderIsRefused) {
  HttpClient client(port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20000, 'a') + "\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 431);
}

TEST_F(HttpServerTest, HeadHasNoBodyAndNothingBreaksTheHeader) {
  HttpClient client(port());
  auto head = client.ask("HEAD", "/x");
  EXPECT_EQ(head.headers.get("Content-Length"), "10");
  auto next = client.ask("GET", "/inject");
  EXPECT_EQ(next.headers.get("X-A"), "bX-Injected: 1");
  EXPECT_FALSE(next.headers.find("X-Injected"));
}

TEST_F(HttpServerTest, WhatIsRefusedByItsHeadKeepsTheConnectionOnlyWithoutBody) {
  HttpClient client(port());
  EXPECT_EQ(client.ask("GET", "/no").status, 403);
  EXPECT_EQ(client.ask("GET", "/x").status, 200);
  EXPECT_EQ(client.ask("POST", "/no", "abc").headers.get("Connection"), "close");
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpServerTest, SlowClientsAreCutOff) {
  HttpConfig config;
  config.head_timeout = config.idle_timeout = config.body_gap = std::chrono::milliseconds(100);
  start(config);
  HttpClient head(port()), idle(port()), body(port());
  head.send("GET / HT");
  EXPECT_EQ(idle.ask("GET", "/x").status, 200);
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_TRUE(head.at_end());
  EXPECT_TRUE(idle.at_end());
  EXPECT_TRUE(body.at_end());
}

TEST_F(HttpServerTest, ConnectionsAreBounded) {
  HttpConfig config;
  config.max_connections = 2;
  start(config);
  HttpClient one(port()), two(port());
  EXPECT_EQ(one.ask("GET", "/").status, 200);
  EXPECT_EQ(two.ask("GET", "/").status, 200);
  HttpClient three(port());
  EXPECT_EQ(three.read_reply().status, 503);
  one.hang_up();
  EXPECT_TRUE(eventually([&] { return server_->figures().connections < 2; }));
  HttpClient four(port());
  EXPECT_EQ(four.ask("GET", "/").status, 200);
}

TEST_F(HttpServerTest, RequestsThatWaitAreBoundedAndOthersGoOn) {
  HttpConfig config;
  config.slow_workers = 1;
  config.max_waiting = 2;
  start(config);
  HttpClient first(port()), second(port()), third(port());
  for (auto* client : {&first, &second}) client->send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return server_->figures().waiting == 2; }));
  EXPECT_EQ(third.ask("GET", "/slow").status, 503);
  EXPECT_EQ(third.ask("GET", "/quick").status, 200);
}

TEST_F(HttpServerTest, ALongHandlerLearnsThatItsClientHasGone) {
  auto client = std::make_unique<HttpClient>(port());
  client->send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return app_.waiting == 1; }));
  client.reset();
  EXPECT_TRUE(eventually([&] { return app_.stopped == 1; }));
}

TEST_F(HttpServerTest, AStreamEndsWhenItsReaderGoes) {
  auto client = std::make_unique<HttpClient>(port());
  client->send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client->read_until("\r\n\r\n"), testing::Not(HasSubstr("Content-Length")));
  EXPECT_EQ(client->read_bytes(15), "piecepiecepiece");
  EXPECT_EQ(app_.streams, 1);
  client.reset();
  EXPECT_TRUE(eventually([&] { return app_.streams == 0 && server_->figures().connections == 0; }));
}

TEST_F(HttpServerTest, StoppingEndsStreamsIdleAndBusyConnectionsQuickly) {
  HttpClient idle(port()), stream(port()), busy(port());
  EXPECT_EQ(idle.ask("GET", "/").status, 200);
  stream.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  stream.read_until("piecepiecepiece");
  busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return app_.waiting == 1; }));
  const auto began = system_clock().steady();
  server_->stop();
  EXPECT_LT(system_clock().steady() - began, std::chrono::seconds(1));
  EXPECT_EQ(busy.read_reply().status, 200);  // what was under way is answered
  EXPECT_TRUE(idle.at_end());
  EXPECT_TRUE(stream.at_end());
}

TEST_F(HttpServerTest, ATakenPortIsAnErrorThatSaysSo) {
  HttpConfig config;
  config.port = port();
  HttpServer other(config, app_, system_clock());
  auto started = other.start();
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, HasSubstr(std::to_string(port())));
  config.address = "example.org";
  EXPECT_FALSE(HttpServer(config, app_, system_clock()).start().ok());
}

TEST(HttpDate, IsWrittenAsTheStandardSays) {
  EXPECT_EQ(http_date(WallTime(std::chrono::seconds(784111777))), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace vigil::api::http
