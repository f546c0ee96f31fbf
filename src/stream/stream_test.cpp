#include "stream/stream.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace vigil::stream {
namespace {

using media::Packet;
using media::PacketPtr;
using std::chrono::milliseconds;

media::ParamsPtr params() {
  static const auto made = std::make_shared<const media::CodecParams>(media::CodecParams{.codec = media::Codec::H264});
  return made;
}

// A packet of `size` bytes received `at` milliseconds after the epoch.
Packet packet(int at, bool key = false, std::size_t size = 100, int track = 0) {
  Packet p;
  p.track = track;
  p.key = key;
  p.received = WallTime(milliseconds(at));
  p.params = params();
  p.data = media::SharedBytes(std::vector<std::uint8_t>(size));
  return p;
}

std::shared_ptr<Stream> make(std::size_t bytes = 1 << 20, milliseconds age = milliseconds(10000)) {
  return std::make_shared<Stream>(Limits{bytes, age});
}

std::uint64_t sequence(const Next& next) {
  auto p = std::get_if<PacketPtr>(&next);
  return p ? (*p)->sequence : 0;
}

TEST(Stream, NewReaderBeginsAtTheCachedGroup) {
  auto stream = make();
  stream->publish(packet(0, true));
  stream->publish(packet(40));
  stream->publish(packet(80, true));
  stream->publish(packet(120));
  auto cursor = stream->open(Start::NewestKeyFrame);
  EXPECT_EQ(sequence(cursor.try_next()), 3u);
  EXPECT_EQ(sequence(cursor.try_next()), 4u);
  EXPECT_TRUE(std::holds_alternative<TimedOut>(cursor.try_next()));
}

TEST(Stream, StartChoosesWhereToBegin) {
  auto stream = make();
  for (int i = 0; i < 6; ++i) stream->publish(packet(i * 40, i % 3 == 0));
  auto oldest = stream->open(Start::OldestKeyFrame);
  auto next = stream->open(Start::NextPacket);
  EXPECT_EQ(sequence(oldest.try_next()), 1u);
  EXPECT_TRUE(std::holds_alternative<TimedOut>(next.try_next()));
  stream->publish(packet(300));
  EXPECT_EQ(sequence(next.try_next()), 7u);
}

TEST(Stream, SlowReaderLearnsWhatItMissed) {
  auto stream = make(1000);
  auto slow = stream->open(Start::NextPacket);
  for (int i = 0; i < 30; ++i) stream->publish(packet(i * 40, i % 5 == 0));
  auto lagged = slow.try_next();
  ASSERT_TRUE(std::holds_alternative<Lagged>(lagged));
  EXPECT_EQ(std::get<Lagged>(lagged).from, 1u);
  EXPECT_EQ(std::get<Lagged>(lagged).to, 26u);
  auto resumed = slow.try_next();
  EXPECT_EQ(sequence(resumed), 26u);
  EXPECT_TRUE(std::get<PacketPtr>(resumed)->key);
  EXPECT_EQ(stream->figures().lagged_packets, 25u);
}

TEST(Stream, KeepsWholeGroupsWithinItsLimits) {
  auto stream = make(1000);
  for (int i = 0; i < 30; ++i) stream->publish(packet(i * 40, i % 4 == 0));
  auto figures = stream->figures();
  EXPECT_LE(figures.ring_bytes, 1000u);
  auto cursor = stream->open(Start::OldestKeyFrame);
  auto first = cursor.try_next();
  EXPECT_TRUE(std::get<PacketPtr>(first)->key);
  EXPECT_EQ(sequence(first), 30u - figures.ring_packets + 1);
}

TEST(Stream, OldGroupsGoByAgeButTheNewestStays) {
  auto stream = make(1 << 20, milliseconds(1000));
  stream->publish(packet(0, true));
  stream->publish(packet(400));
  stream->publish(packet(800, true));
  EXPECT_EQ(stream->figures().ring_packets, 3u);
  stream->publish(packet(1900));
  EXPECT_EQ(stream->figures().ring_packets, 2u);
  stream->publish(packet(9000));
  EXPECT_EQ(stream->newest_group().size(), 3u);
}

TEST(Stream, AnEndlessGroupCannotOutgrowTheByteLimit) {
  auto stream = make(1000);
  auto reader = stream->open(Start::NextPacket);
  stream->publish(packet(0, true));
  for (int i = 1; i < 100; ++i) {
    stream->publish(packet(i * 40));
    EXPECT_LE(stream->figures().ring_bytes, 1000u);
  }
  EXPECT_TRUE(stream->newest_group().empty());
  EXPECT_TRUE(std::holds_alternative<Lagged>(reader.try_next()));
  EXPECT_TRUE(std::holds_alternative<TimedOut>(reader.try_next()));  // no key frame to resume at yet
  stream->publish(packet(5000, true));
  EXPECT_EQ(sequence(reader.try_next()), 101u);
}

TEST(Stream, OnePacketLargerThanTheRingIsStillDelivered) {
  auto stream = make(1000);
  auto reader = stream->open(Start::NextPacket);
  stream->publish(packet(0, true, 5000));
  EXPECT_EQ(sequence(reader.try_next()), 1u);
}

TEST(Stream, AudioDoesNotStartAGroup) {
  auto stream = make();
  stream->publish(packet(0, true));
  stream->publish(packet(20, true, 10, 1));
  auto cursor = stream->open(Start::NewestKeyFrame);
  EXPECT_EQ(sequence(cursor.try_next()), 1u);
  EXPECT_EQ(stream->newest_group().size(), 1u);
  EXPECT_EQ(stream->tracks().size(), 2u);
}

TEST(Stream, GroupAtReachesBackByReceiveTime) {
  auto stream = make();
  for (int i = 0; i < 12; ++i) stream->publish(packet(i * 100, i % 4 == 0));
  auto group = stream->group_at(WallTime(milliseconds(650)));
  ASSERT_EQ(group.size(), 3u);
  EXPECT_EQ(group.front()->sequence, 5u);
  EXPECT_EQ(group.back()->sequence, 7u);
  EXPECT_TRUE(stream->group_at(WallTime(milliseconds(-1))).empty());
}

TEST(Stream, AKeyFrameReaderSleepsThroughTheRest) {
  auto stream = make();
  stream->publish(packet(0, true));
  auto cursor = stream->open(Start::NewestKeyFrame);
  EXPECT_EQ(sequence(cursor.next_key({}, milliseconds(0))), 1u);
  stream->publish(packet(40));
  EXPECT_TRUE(std::holds_alternative<TimedOut>(cursor.next_key({}, milliseconds(0))));
  stream->publish(packet(80, true));
  stream->publish(packet(120, true));
  EXPECT_EQ(sequence(cursor.next_key({}, milliseconds(0))), 4u);  // the newest, not every one
}

TEST(Stream, ReadersGetWhatIsLeftAndThenClosed) {
  auto stream = make();
  stream->publish(packet(0, true));
  auto cursor = stream->open(Start::NewestKeyFrame);
  stream->close();
  EXPECT_EQ(sequence(cursor.try_next()), 1u);
  EXPECT_TRUE(std::holds_alternative<Closed>(cursor.try_next()));
  EXPECT_TRUE(std::holds_alternative<Closed>(cursor.next_key({}, milliseconds(0))));
  EXPECT_EQ(stream->publish(packet(40)), 0u);
}

TEST(Stream, AWaitingReaderIsWokenByAPacketByClosingAndByStop) {
  auto stream = make();
  auto cursor = stream->open(Start::NextPacket);
  std::jthread writer([&] { stream->publish(packet(0, true)); });
  EXPECT_EQ(sequence(cursor.next({}, std::chrono::minutes(1))), 1u);
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_TRUE(std::holds_alternative<TimedOut>(cursor.next(stop.get_token(), std::chrono::minutes(1))));
  std::jthread closer([&] { stream->close(); });
  EXPECT_TRUE(std::holds_alternative<Closed>(cursor.next({}, std::chrono::minutes(1))));
}

TEST(Stream, CountsItsReaders) {
  auto stream = make();
  {
    auto one = stream->open(Start::NextPacket);
    auto two = std::move(one);
    EXPECT_EQ(stream->figures().readers, 1);
  }
  EXPECT_EQ(stream->figures().readers, 0);
}

TEST(Stream, WatchersAreToldUntilTheyLeave) {
  auto stream = make();
  int calls = 0;
  int id = stream->watch([&] { ++calls; });
  stream->publish(packet(0, true));
  stream->unwatch(id);
  stream->publish(packet(40));
  EXPECT_EQ(calls, 1);
}

TEST(Stream, SkippingGoesForwardOnly) {
  auto stream = make();
  auto cursor = stream->open(Start::NextPacket);
  for (int i = 0; i < 6; ++i) stream->publish(packet(i * 40, i % 3 == 0));
  EXPECT_EQ(cursor.behind(), 6u);
  EXPECT_EQ(cursor.skip_to_newest_key(), 3u);
  EXPECT_EQ(cursor.skip_to_newest_key(), 0u);
  EXPECT_EQ(sequence(cursor.try_next()), 4u);
}

// Every reader sees an unbroken ascending sequence, or is told about exactly the part that it did not see.
TEST(Stream, ManyReadersAccountForEveryPacket) {
  auto stream = make(20000);
  constexpr int kPackets = 4000;
  std::vector<std::jthread> readers;
  std::atomic<int> wrong{0};
  for (int r = 0; r < 8; ++r) {
    readers.emplace_back([&, cursor = stream->open(Start::NextPacket)]() mutable {
      std::uint64_t expected = 1;
      for (;;) {
        auto next = cursor.next({}, std::chrono::minutes(1));
        if (std::holds_alternative<Closed>(next)) break;
        if (auto lagged = std::get_if<Lagged>(&next)) {
          if (lagged->from != expected) ++wrong;
          expected = lagged->to;
        } else if (sequence(next) != expected++) {
          ++wrong;
        }
      }
      if (expected != kPackets + 1) ++wrong;
    });
  }
  for (int i = 0; i < kPackets; ++i) stream->publish(packet(i, i % 25 == 0));
  stream->close();
  readers.clear();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace vigil::stream
