#include "ingest/push.h"

#include <gtest/gtest.h>

#include <thread>

#include "ingest/picture_fake.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::seconds;

std::span<const std::uint8_t> bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(PushSource, HandsPicturesOverWithTheirTimes) {
  ManualClock clock;
  PushSource source(clock);
  auto opened = source.open();
  ASSERT_TRUE(opened.ok());
  ASSERT_EQ(opened.value().tracks.size(), 1u);
  ASSERT_TRUE(source.push(bytes(fake_jpeg(64, 48)), std::nullopt).ok());
  auto taken = clock.wall() + seconds(2);
  ASSERT_TRUE(source.push(bytes(fake_jpeg(64, 48)), taken).ok());

  auto first = source.read();
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first.value().discontinuity);
  EXPECT_TRUE(first.value().key);
  EXPECT_EQ(first.value().pts.count(), 0);
  EXPECT_EQ(first.value().params->width, 64);
  EXPECT_EQ(first.value().params->height, 48);
  EXPECT_EQ(first.value().params->codec, media::Codec::Mjpeg);
  EXPECT_EQ(first.value().received, clock.wall());
  auto second = source.read();
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second.value().discontinuity);
  EXPECT_EQ(second.value().pts, Ticks(180000));
  EXPECT_EQ(second.value().received, taken);
  EXPECT_EQ(second.value().params, first.value().params) << "same size, same pointer";
}

TEST(PushSource, TimeNeverGoesBackWhenPicturesComeOutOfOrder) {
  ManualClock clock;
  PushSource source(clock);
  ASSERT_TRUE(source.push(bytes(fake_jpeg(8, 8)), clock.wall()).ok());
  ASSERT_TRUE(source.push(bytes(fake_jpeg(16, 8)), clock.wall() - seconds(3)).ok());
  ASSERT_TRUE(source.push(bytes(fake_jpeg(16, 8)), clock.wall() - seconds(60)).ok());
  ASSERT_TRUE(source.push(bytes(fake_jpeg(16, 8)), clock.wall() - seconds(59)).ok());
  auto first = source.read(), late = source.read(), set_back = source.read(), next = source.read();
  ASSERT_TRUE(first.ok() && late.ok() && set_back.ok() && next.ok());
  EXPECT_EQ(late.value().pts, Ticks(1));
  EXPECT_FALSE(late.value().discontinuity);
  EXPECT_NE(late.value().params, first.value().params) << "another size";
  EXPECT_EQ(set_back.value().pts, Ticks(2));
  EXPECT_TRUE(set_back.value().discontinuity);
  EXPECT_NEAR(static_cast<double>(next.value().pts.count()), 90002, 1);
}

TEST(PushSource, RefusesWhatIsNoPictureOrNotOfNow) {
  ManualClock clock;
  PushSource source(clock);
  auto refuse = [&](const std::string& picture, WallTime when) {
    auto pushed = source.push(bytes(picture), when);
    return pushed.ok() ? std::string("taken") : std::string(kind_name(pushed.error().kind));
  };
  auto good = fake_jpeg(8, 8);
  EXPECT_EQ(refuse("GIF89a", clock.wall()), kind_name(ErrorKind::UnsupportedMedia));
  EXPECT_EQ(refuse(good.substr(0, 8), clock.wall()), kind_name(ErrorKind::InvalidArgument));
  EXPECT_EQ(refuse(fake_jpeg(8, 8, 17u << 20), clock.wall()), kind_name(ErrorKind::PayloadTooLarge));
  EXPECT_EQ(refuse(good, clock.wall() + seconds(61)), kind_name(ErrorKind::InvalidArgument));
  EXPECT_EQ(refuse(good, clock.wall() - seconds(86401)), kind_name(ErrorKind::InvalidArgument));
  EXPECT_EQ(refuse(good, clock.wall() + seconds(59)), "taken");
}

TEST(PushSource, ForgetsTheOldestPictureWhenTheReaderIsBehind) {
  ManualClock clock;
  PushSource source(clock);
  for (int i = 1; i <= 10; ++i) ASSERT_TRUE(source.push(bytes(fake_jpeg(i, 1)), std::nullopt).ok());
  EXPECT_EQ(source.read().value().params->width, 3) << "eight are kept";
  PushSource large(clock);
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(large.push(bytes(fake_jpeg(i, 1, 12u << 20)), std::nullopt).ok());
  EXPECT_EQ(large.read().value().params->width, 3) << "32 MiB hold two of these";
}

TEST(PushSource, InterruptEndsAWaitingReader) {
  ManualClock clock;
  PushSource source(clock);
  std::jthread interrupter([&] { source.interrupt(); });
  auto packet = source.read();
  ASSERT_FALSE(packet.ok());
  EXPECT_EQ(packet.failure().reason, FailureReason::Stopped);
  EXPECT_EQ(source.push(bytes(fake_jpeg(8, 8)), std::nullopt).error().kind, ErrorKind::Unavailable);
  EXPECT_FALSE(source.open().ok());
}

}  // namespace
}  // namespace vigil::ingest
