#include "ingest/publish.h"

#include <gtest/gtest.h>

#include <thread>

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;
using std::chrono::seconds;

media::Packet packet(std::size_t size = 10, bool key = true) {
  media::Packet out;
  out.key = key;
  out.params = std::make_shared<const media::CodecParams>();
  out.data = media::SharedBytes(std::vector<std::uint8_t>(size));
  return out;
}

TEST(PublishSource, WaitsForAnEncoderAndHandsItsPacketsOver) {
  PublishSource source(seconds(60));
  std::jthread encoder([&] {
    const auto ticket = source.attach();
    ASSERT_TRUE(ticket.ok());
    EXPECT_TRUE(source.put(*ticket, packet(7)));
    source.detach(*ticket, {FailureReason::Ended, "gone"});
  });
  auto opened = source.open();
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened.value().transport, "tcp");
  encoder.join();
  auto read = source.read();
  ASSERT_TRUE(read.ok()) << "what was sent before the end is still read";
  EXPECT_EQ(read.value().data.size(), 7u);
  auto end = source.read();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.failure().detail, "gone");
}

TEST(PublishSource, WhatAnEncoderLeftBeforeAnybodyReadIsStillRead) {
  PublishSource source(seconds(60));
  const auto ticket = source.attach();
  ASSERT_TRUE(ticket.ok());
  EXPECT_TRUE(source.put(*ticket, packet(7)));
  source.detach(*ticket, {FailureReason::Ended, "gone"});
  ASSERT_TRUE(source.open().ok());
  auto read = source.read();
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value().data.size(), 7u);
  auto end = source.read();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.failure().detail, "gone");
}

TEST(PublishSource, ASecondEncoderTakesThePlaceOfTheFirst) {
  PublishSource source(seconds(60));
  const auto first = source.attach();
  ASSERT_TRUE(source.open().ok());
  const auto second = source.attach();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_FALSE(source.put(*first, packet())) << "its place is taken";
  EXPECT_TRUE(source.put(*second, packet(5)));
  source.detach(*first, {FailureReason::Ended, "late"});
  auto told = source.read();
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.failure().reason, FailureReason::Ended);
  ASSERT_TRUE(source.open().ok());
  auto read = source.read();
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value().data.size(), 5u);
}

TEST(PublishSource, AnEncoderThatFallsSilentIsStalledAndLosesItsPlace) {
  PublishSource source(milliseconds(1));
  const auto ticket = source.attach();
  ASSERT_TRUE(source.open().ok());
  auto read = source.read();
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().reason, FailureReason::Stalled);
  EXPECT_FALSE(source.put(*ticket, packet()));
}

TEST(PublishSource, ASessionThatIsBehindGoesOnAtAKeyFrame) {
  PublishSource source(seconds(60));
  const auto ticket = source.attach();
  ASSERT_TRUE(source.open().ok());
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(source.put(*ticket, packet(9u << 20, i == 0)));
  ASSERT_TRUE(source.put(*ticket, packet(3)));
  auto read = source.read();
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value().data.size(), 3u);
  EXPECT_TRUE(read.value().discontinuity);
}

TEST(PublishSource, StoppingEndsEveryWait) {
  PublishSource source(seconds(60));
  std::jthread stopper([&] { source.interrupt(); });
  auto opened = source.open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.failure().reason, FailureReason::Stopped);
  EXPECT_FALSE(source.read().ok());
  EXPECT_EQ(source.attach().error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace vigil::ingest
