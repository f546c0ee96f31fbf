// The writer over real databases that go away.

#include <gtest/gtest.h>

#include "records/sighting_fake.h"
#include "records/writer.h"
#include "store/store_fake.h"

namespace vigil::records {
namespace {

using namespace std::chrono_literals;
using testing::frame_with;

class DatabaseAway : public ::testing::Test {
 protected:
  void open(const char* kind) {
    auto opened = store::store_for_test(kind, dir_, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    WriterConfig config;
    config.data_dir = dir_.path("data");
    writer_ =
        std::make_unique<Writer>(config, topic_.subscribe("records", 10000), store_->records().log(), nullptr, clock_);
  }
  void watch(std::uint64_t from, std::uint64_t to) {
    for (auto i = from; i <= to; ++i) topic_.publish(frame_with(i, {7, 8}));
    clock_.advance(30s);
    writer_->step();
  }
  void expect_all(std::uint64_t frames) {
    std::uint64_t boxes = 0;
    auto segments = store_->records().tracks().boxes({});
    ASSERT_TRUE(segments) << segments.error().message;
    for (const auto& segment : *segments) boxes += segment.boxes;
    EXPECT_EQ(boxes, 2 * frames);
    auto runs = store_->records().runs().find({});
    ASSERT_EQ(runs->items.size(), 1U);
    EXPECT_EQ(runs->items[0].frames, frames);
    EXPECT_EQ(store_->records().tracks().find({})->items.size(), 2U);
    EXPECT_EQ(writer_->figures().lost, 0U);
    EXPECT_EQ(writer_->figures().refused, 0U);
  }

  store::TempDir dir_;
  ManualClock clock_;
  bus::Observations topic_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Writer> writer_;
};

TEST_F(DatabaseAway, PostgresThatIsStoppedAndStartedLosesNothingAndDoublesNothing) {
  open("postgres");
  watch(1, 500);
  store::PostgresServer::shared().stop(SIGQUIT);
  watch(501, 1000);
  EXPECT_TRUE(writer_->figures().away);
  watch(1001, 1500);
  EXPECT_GT(writer_->figures().spooled_bytes, 0U);
  ASSERT_TRUE(store::PostgresServer::shared().start());
  // The pool tries again a second after its last failure, by the machine's clock.
  const auto patience = system_clock().steady() + 20s;
  std::uint64_t last = 1500;
  while (writer_->figures().away && system_clock().steady() < patience) {
    watch(last + 1, last + 10);
    last += 10;
  }
  EXPECT_FALSE(writer_->figures().away);
  writer_->stop();
  expect_all(last);
}

TEST_F(DatabaseAway, SqliteThatAnotherProgramHoldsLosesNothingAndDoublesNothing) {
  open("sqlite");
  watch(1, 500);
  {
    store::SqliteHolder other(dir_.path("data"));
    watch(501, 1000);
    EXPECT_TRUE(writer_->figures().away);
  }
  watch(1001, 1500);
  writer_->stop();
  expect_all(1500);
}

}  // namespace
}  // namespace vigil::records
