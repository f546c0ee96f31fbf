#include <gtest/gtest.h>

#include <atomic>

#include "api/http/http_server.h"
#include "api/http_client_fake.h"
#include "base/sync.h"

namespace vigil::api::http {
namespace {

// Answers that come when they are let.
class Waiting final : public LaterAnswer {
 public:
  struct Board {
    Mutex mutex;
    CondVar changed;
    std::function<void()> wake VIGIL_GUARDED_BY(mutex);
    bool come VIGIL_GUARDED_BY(mutex) = false;
    int open VIGIL_GUARDED_BY(mutex) = 0;
    std::chrono::milliseconds limit{30000};
  };
  explicit Waiting(Board& board) : board_(board) {
    MutexLock lock(board_.mutex);
    ++board_.open;
  }
  ~Waiting() override {
    MutexLock lock(board_.mutex);
    --board_.open;
    board_.wake = nullptr;
    board_.changed.notify_all();
  }
  void begin(std::function<void()> wake) override {
    MutexLock lock(board_.mutex);
    board_.wake = std::move(wake);
    board_.changed.notify_all();
  }
  std::optional<Response> poll(bool over) override {
    MutexLock lock(board_.mutex);
    if (!board_.come && !over) return std::nullopt;
    Response response;
    response.status = board_.come ? 200 : 504;
    const std::string hello = "hello, ", world = "world";
    response.pieces = {media::SharedBytes({hello.begin(), hello.end()}),
                       media::SharedBytes({world.begin(), world.end()})};
    return response;
  }
  std::chrono::milliseconds limit() const override { return board_.limit; }

 private:
  Board& board_;
};

class LaterTest : public testing::Test, public Application {
 protected:
  void SetUp() override {
    HttpConfig config;
    config.port = 0;
    config.quick_workers = 1;
    server = std::make_unique<HttpServer>(config, *this, system_clock());
    ASSERT_TRUE(server->start().ok());
  }
  // While the server runs it calls this very object.
  void TearDown() override { server.reset(); }
  Plan plan(Request&) override {
    Plan plan;
    plan.lane = lane;
    return plan;
  }
  std::optional<Response> authorize(Request&, const Plan&) override { return std::nullopt; }
  Response handle(Request& request, const Plan&) override {
    Response response;
    if (request.target == "/later") response.later = std::make_unique<Waiting>(board);
    return response;
  }
  void finish(const Request&, const Plan&, Response&, double) override { ++finished; }

  bool waits(bool wanted) {
    MutexLock lock(board.mutex);
    return board.changed.wait_for(lock, std::chrono::seconds(10), [&]() VIGIL_REQUIRES(board.mutex) {
      return (board.wake != nullptr) == wanted && (board.open > 0) == wanted;
    });
  }
  void come() {
    MutexLock lock(board.mutex);
    board.come = true;
    if (board.wake) board.wake();
  }

  Waiting::Board board;
  Lane lane = Lane::Quick;
  std::atomic<int> finished{0};
  std::unique_ptr<HttpServer> server;
};

constexpr const char* kAsk = "GET /later HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(LaterTest, AnAnswerThatIsThereIsSentInItsPieces) {
  come();
  HttpClient client(server->port());
  client.send(kAsk);
  auto reply = client.read_reply();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "hello, world");
  EXPECT_EQ(reply.headers.get("Content-Length"), "12");
}

TEST_F(LaterTest, WaitingTakesNoThread) {
  HttpClient client(server->port()), other(server->port());
  client.send(kAsk);
  ASSERT_TRUE(waits(true));
  other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(other.read_reply().status, 200) << "though there is one thread only";
  come();
  EXPECT_EQ(client.read_reply().body, "hello, world");
  ASSERT_TRUE(waits(false));
  client.send(kAsk);
  EXPECT_EQ(client.read_reply().status, 200) << "the connection goes on";
}

TEST_F(LaterTest, EndsWithItsTime) {
  board.limit = std::chrono::milliseconds(1);
  HttpClient client(server->port());
  client.send(kAsk);
  EXPECT_EQ(client.read_reply().status, 504);
}

TEST_F(LaterTest, WhoHangsUpIsNotWaitedFor) {
  HttpClient client(server->port());
  client.send(kAsk);
  ASSERT_TRUE(waits(true));
  client.hang_up();
  EXPECT_TRUE(waits(false));
}

TEST_F(LaterTest, StoppingDoesNotWait) {
  HttpClient client(server->port());
  client.send(kAsk);
  ASSERT_TRUE(waits(true));
  server->stop();
  EXPECT_TRUE(waits(false));
}

// Whether the client hangs up is watched twice for these, one time after the other.
TEST_F(LaterTest, AnAnswerMayComeLaterFromTheSlowLaneToo) {
  lane = Lane::Slow;
  HttpClient client(server->port());
  for (int i = 0; i < 20; ++i) {
    client.send(kAsk);
    ASSERT_TRUE(waits(true));
    come();
    ASSERT_EQ(client.read_reply().body, "hello, world");
    ASSERT_TRUE(waits(false));
    MutexLock lock(board.mutex);
    board.come = false;
  }
  client.send(kAsk);
  ASSERT_TRUE(waits(true));
  client.hang_up();
  EXPECT_TRUE(waits(false));
}

TEST_F(LaterTest, AHeadRequestGetsTheLengthAndNoBody) {
  come();
  HttpClient client(server->port());
  client.send("HEAD /later HTTP/1.1\r\nHost: a\r\n\r\n");
  auto reply = client.read_reply(true);
  EXPECT_EQ(reply.headers.get("Content-Length"), "12");
  client.send(kAsk);
  EXPECT_EQ(client.read_reply().body, "hello, world");
}

}  // namespace
}  // namespace vigil::api::http
