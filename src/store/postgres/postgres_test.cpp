#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "store/postgres/migrations.h"
#include "store/postgres/pool.h"
#include "store/records.h"
#include "store/store_fake.h"

namespace vigil::store::postgres {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename T>
Error failure(const Result<T>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? Error{} : result.error();
}

class Postgres : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(PostgresServer::shared().start()) << PostgresServer::kMissing; }
  void TearDown() override { ASSERT_TRUE(PostgresServer::shared().start()); }
  Result<std::unique_ptr<Store>> open(const std::string& folder = "data") {
    OpenOptions options;
    options.data_dir = dir_.path(folder);
    options.database_url = url_;
    options.clock = &clock_;
    return open_store(options);
  }
  std::unique_ptr<Connection> connect(Nanos statement_timeout = 10s) {
    auto connection = Connection::open({url_, 5s, statement_timeout, std::make_shared<Patience>()});
    EXPECT_TRUE(connection) << (connection ? "" : connection.error().message);
    return connection ? std::move(*connection) : nullptr;
  }
  static model::Camera camera(const std::string& id) {
    model::Camera made;
    made.id = made.name = id;
    made.streams[0].url = *parse_url("rtsp://user:secret@10.0.0.1/");
    return made;
  }

  ManualClock clock_;
  TempDir dir_;
  Secret url_ = new_postgres_schema();
};

TEST_F(Postgres, KeepsEverythingOverARestartOfVigilAndOfTheServer) {
  {
    auto store = open();
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE((*store)->cameras().insert(camera("a")));
  }
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ((*store)->cameras().get("a")->streams, camera("a").streams);
  PostgresServer::shared().stop(SIGQUIT);
  ASSERT_TRUE(PostgresServer::shared().start());
  // The idle connections broke meanwhile; nobody is to notice.
  EXPECT_TRUE((*store)->cameras().get("a").ok());
  EXPECT_TRUE((*store)->cameras().insert(camera("b")).ok());
  EXPECT_GT((*store)->health().bytes, 1000000U);
}

TEST_F(Postgres, ServerThatIsAwayIsSaidSoAtOnceAndWithoutThePassword) {
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  PostgresServer::shared().stop(SIGQUIT);
  for (int i = 0; i < 3; ++i) {
    auto error = failure((*store)->cameras().list());
    EXPECT_EQ(error.kind, ErrorKind::Unavailable) << error.message;
    EXPECT_THAT(error.message, HasSubstr("127.0.0.1"));
    EXPECT_THAT(error.message, Not(HasSubstr("canary")));
  }
  EXPECT_FALSE((*store)->health().ok);
  auto error = failure(open("other"));
  EXPECT_EQ(error.kind, ErrorKind::Unavailable);
  EXPECT_THAT(error.message, Not(HasSubstr("canary")));
}

TEST_F(Postgres, WrongPasswordIsRefusedWithoutShowingIt) {
  url_ = Secret("postgres://vigil:canary_wrong@127.0.0.1:" + std::to_string(PostgresServer::shared().port()) +
                "/postgres");
  auto error = failure(open());
  EXPECT_EQ(error.kind, ErrorKind::PermissionDenied) << error.message;
  EXPECT_THAT(error.message, Not(HasSubstr("canary")));
}

TEST_F(Postgres, WhatIsNoDatabaseUrlIsRefusedWithoutEchoingIt) {
  for (const char* text : {"", "canary", "http://canary@h/", "postgres://canary:pw@h:notaport:9/x?canary=1",
                           "host=canary password=canary"}) {
    auto error = failure(database_target(Secret(text)));
    EXPECT_EQ(error.kind, ErrorKind::InvalidArgument) << text;
    EXPECT_THAT(error.message, Not(HasSubstr("canary")));
  }
  EXPECT_EQ(*database_target(Secret("postgresql://u:canary@db.local:5433/vigil?sslmode=require")),
            "postgres://db.local:5433/vigil");
}

TEST_F(Postgres, SlowStatementIsEndedByTheServer) {
  auto connection = connect(100ms);
  auto error = failure(connection->query("SELECT count(*) FROM (SELECT pg_sleep(60)) AS slow"));
  EXPECT_EQ(error.kind, ErrorKind::DeadlineExceeded) << error.message;
  EXPECT_TRUE(connection->fresh());
}

TEST_F(Postgres, ServerThatHangsIsGivenUp) {
  auto connection = connect(100ms);
  const int session = connection->server_process();
  PostgresServer::pause_session(session);
  auto error = failure(connection->query("SELECT 1"));
  PostgresServer::resume_session(session);
  EXPECT_EQ(error.kind, ErrorKind::Unavailable) << error.message;
  EXPECT_EQ(error.code, sql::Database::kLost);
  EXPECT_FALSE(connection->fresh());
  EXPECT_EQ(failure(connection->query("SELECT 1")).kind, ErrorKind::Unavailable);
}

TEST_F(Postgres, InAHurryNobodyWaitsForAServerThatHangs) {
  auto patience = std::make_shared<Patience>();
  auto opened = Connection::open({url_, 5s, 60s, patience});
  ASSERT_TRUE(opened) << opened.error().message;
  auto& connection = **opened;
  const int session = connection.server_process();
  PostgresServer::pause_session(session);
  Error error;
  std::thread waiting([&] { error = failure(connection.query("SELECT 1")); });
  const auto began = system_clock().steady();
  patience->shorten(100ms);
  waiting.join();
  PostgresServer::resume_session(session);
  EXPECT_EQ(error.kind, ErrorKind::Unavailable) << error.message;
  EXPECT_LT(system_clock().steady() - began, 5s);
}

TEST_F(Postgres, InAHurryNobodyWaitsForAnAnswerToTheFirstWord) {
  // A port that lets in, and never says a word.
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 8), 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  ConnectionConfig config;
  config.url = Secret("postgres://vigil@127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/vigil");
  config.connect_timeout = 60s;
  config.patience->shorten(100ms);
  const auto began = system_clock().steady();
  EXPECT_EQ(failure(Connection::open(config)).kind, ErrorKind::Unavailable);
  EXPECT_LT(system_clock().steady() - began, 5s);
  ::close(listener);
}

TEST_F(Postgres, TextWithAZeroByteIsRefusedInsteadOfBeingCut) {
  auto store = open();
  ASSERT_TRUE(store);
  RecordBatch batch;
  batch.runs.resize(1);
  batch.runs[0].id = std::string("a\0b", 3);
  EXPECT_EQ(failure((*store)->records().log().write(batch)).kind, ErrorKind::InvalidArgument);
  batch.runs[0].id = "\xff";
  EXPECT_EQ(failure((*store)->records().log().write(batch)).kind, ErrorKind::InvalidArgument);
  EXPECT_EQ(*(*store)->records().log().count(RecordKind::Run), 0U);
}

TEST_F(Postgres, ServersThatStartAtOnceMakeTheSchemaOnce) {
  std::atomic<int> done{0};
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < 4; ++i) {
      all.emplace_back([&] {
        auto connection = connect();
        auto migrated = migrate(*connection);
        EXPECT_TRUE(migrated) << migrated.error().message;
        if (migrated) ++done;
      });
    }
  }
  EXPECT_EQ(done, 4);
}

TEST_F(Postgres, DatabaseOfANewerVigilIsLeftAlone) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(connect()->script("INSERT INTO schema_version (version) VALUES (9999)"));
  auto error = failure(open());
  EXPECT_EQ(error.kind, ErrorKind::FailedPrecondition);
  EXPECT_THAT(error.message, HasSubstr("9999"));
}

TEST_F(Postgres, DatabaseOfAnotherInstanceIsRefused) {
  ASSERT_TRUE(open());
  auto error = failure(open("another"));
  EXPECT_EQ(error.kind, ErrorKind::FailedPrecondition);
  EXPECT_THAT(error.message, HasSubstr("another instance"));
}

TEST_F(Postgres, WhoeverWaitsTooLongForAConnectionIsToldSo) {
  Pool::Config config;
  config.connection.url = url_;
  config.connections = 1;
  config.wait = 20ms;
  Pool pool(config);
  auto outer = pool.read([&](sql::Connection&) -> Result<int> {
    auto inner = pool.read([](sql::Connection&) -> Result<int> { return 1; });
    EXPECT_EQ(failure(inner).kind, ErrorKind::Unavailable);
    return 2;
  });
  EXPECT_TRUE(outer.ok());
}

TEST_F(Postgres, PageOfTracksIsReadFromAnIndex) {
  auto store = open();
  ASSERT_TRUE(store);
  RecordBatch batch;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    model::TrackRecord track;
    track.id = model::track_key("run", i);
    track.camera_id = i % 10 == 0 ? "gate" : "door";
    track.label = i % 100 == 0 ? "dog" : "person";
    track.first_seen = track.last_seen = WallTime(std::chrono::seconds(i));
    batch.tracks.push_back(std::move(track));
  }
  ASSERT_TRUE((*store)->records().log().write(batch));
  auto connection = connect();
  ASSERT_TRUE(connection->script("ANALYZE tracks"));
  auto plan = [&](const std::string& where) {
    auto rows = connection->query_once(
        "EXPLAIN SELECT * FROM tracks WHERE " + where + " ORDER BY first_seen DESC, id DESC LIMIT 20", {});
    std::string text;
    while (rows && *rows->step()) text += rows->text(0) + "\n";
    return text;
  };
  EXPECT_THAT(plan("first_seen < 2000000000"), HasSubstr("tracks_by_time"));
  EXPECT_THAT(plan("(first_seen, id) < (2000000000, 'x')"), HasSubstr("tracks_by_time"));
  EXPECT_THAT(plan("camera_id IN ('gate')"), HasSubstr("tracks_by_"));
  EXPECT_THAT(plan("label IN ('dog')"), HasSubstr("tracks_by_"));
}

}  // namespace
}  // namespace vigil::store::postgres
