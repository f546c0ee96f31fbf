#include "pipeline/opus_streams.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "media/opus.h"
#include "media/sample.h"
#include "pipeline/local_analyst.h"

namespace vigil::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kLong{30};

// Counts what is opened, and takes nothing while it is told so.
class Counting final : public Analysts {
 public:
  std::unique_ptr<Analyst> open(const AnalystConfig& config, AnalystListener& listener) override {
    ++opened;
    EXPECT_TRUE(config.sound);
    last = &listener;
    return std::make_unique<One>(*this, inner_.open(config, listener));
  }
  std::atomic<int> opened{0}, open_now{0}, sent{0}, interrupted{0};
  std::atomic<bool> busy{false};
  AnalystListener* last = nullptr;

 private:
  class One final : public Analyst {
   public:
    One(Counting& counts, std::unique_ptr<Analyst> inner) : counts_(counts), inner_(std::move(inner)) {
      ++counts_.open_now;
    }
    ~One() override { --counts_.open_now; }
    bool send(const media::PacketPtr& packet, const Order& order) override {
      if (counts_.busy) return false;
      ++counts_.sent;
      return inner_->send(packet, order);
    }
    void configure(const AnalysisConfig& config) override { inner_->configure(config); }
    void interrupt(bool forget) override {
      ++counts_.interrupted;
      inner_->interrupt(forget);
    }
    Result<std::vector<media::FramePtr>> fetch(const std::vector<std::uint64_t>&, std::chrono::milliseconds) override {
      return std::vector<media::FramePtr>();
    }
    Result<std::vector<media::FramePtr>> decode(const std::vector<media::PacketPtr>&, const Selection&,
                                                const std::function<bool()>&) override {
      return std::vector<media::FramePtr>();
    }

   private:
    Counting& counts_;
    std::unique_ptr<Analyst> inner_;
  };
  LocalAnalysts inner_{system_clock()};
};

std::vector<media::Packet> tone(int frames) {
  auto made = media::sample_packets({.codec = media::Codec::Aac, .frames = frames});
  EXPECT_TRUE(made.ok());
  if (!made.ok()) return {};
  for (auto& packet : *made) packet.track = 2;
  return std::move(*made);
}

media::Packet picture(WallTime received) {
  static const auto params =
      std::make_shared<const media::CodecParams>(media::CodecParams{.codec = media::Codec::H264});
  media::Packet out;
  out.received = received;
  out.key = true;
  out.params = params;
  out.data = media::SharedBytes(std::vector<std::uint8_t>{1});
  return out;
}

class OpusStreamsTest : public testing::Test {
 protected:
  // Everything that comes until the packet `last`.
  static std::vector<media::PacketPtr> read_until(stream::Cursor& cursor, Ticks last) {
    std::vector<media::PacketPtr> out;
    for (;;) {
      auto next = cursor.next({}, kLong);
      if (!std::holds_alternative<media::PacketPtr>(next)) return out;
      out.push_back(std::get<media::PacketPtr>(next));
      if (out.back()->pts + 3 * media::kOpusStep > last) return out;
    }
  }
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + kLong;
    while (!condition() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    return condition();
  }

  Counting analysts_;
  std::shared_ptr<stream::Stream> source_ = std::make_shared<stream::Stream>();
};

TEST_F(OpusStreamsTest, WhoeverListensHearsTheSameStream) {
  OpusStreams streams(analysts_, 10s, system_clock());
  EXPECT_EQ(streams.running(), 0u);
  const auto first = streams.open("a", source_), second = streams.open("a", source_);
  ASSERT_TRUE(first.stream);
  EXPECT_EQ(first.stream, second.stream);
  EXPECT_EQ(analysts_.opened, 1);
  auto cursor = first.stream->open(stream::Start::NextPacket);
  const auto in = tone(60);
  source_->publish(picture({}));
  for (const auto& packet : in) source_->publish(packet);
  const auto out = read_until(cursor, in.back().pts);
  ASSERT_GT(out.size(), 40u);
  for (const auto& packet : out) {
    EXPECT_EQ(packet->track, OpusStreams::kTrack);
    EXPECT_EQ(packet->params->codec, media::Codec::Opus);
  }
  EXPECT_LE(out.front()->pts, in.front().pts);
  EXPECT_GT(out.front()->pts, in.front().pts - media::kOpusStep);
}

TEST_F(OpusStreamsTest, ItEndsWhenNobodyListensAndBeginsAnewWhenSomebodyDoes) {
  OpusStreams streams(analysts_, 0ms, system_clock());
  auto held = streams.open("a", source_);
  auto cursor = held.stream->open(stream::Start::NextPacket);
  held.hold.reset();
  EXPECT_TRUE(std::holds_alternative<stream::Closed>(cursor.next({}, kLong)));
  EXPECT_TRUE(eventually([&] { return analysts_.open_now == 0; }));
  EXPECT_EQ(streams.running(), 0u);
  held = streams.open("a", source_);
  EXPECT_EQ(analysts_.opened, 2);
  EXPECT_EQ(streams.running(), 1u);
}

TEST_F(OpusStreamsTest, WithItsSourceItIsOver) {
  OpusStreams streams(analysts_, 10s, system_clock());
  const auto held = streams.open("a", source_);
  auto cursor = held.stream->open(stream::Start::NextPacket);
  source_->close();
  EXPECT_TRUE(std::holds_alternative<stream::Closed>(cursor.next({}, kLong)));
  EXPECT_TRUE(eventually([&] { return streams.running() == 0; }));
}

TEST_F(OpusStreamsTest, SoundThatHadToWaitTooLongIsPassedOver) {
  OpusStreams streams(analysts_, 10s, system_clock());
  const auto held = streams.open("a", source_);
  auto cursor = held.stream->open(stream::Start::NextPacket);
  analysts_.busy = true;
  const auto in = tone(300);
  const auto before = in.begin() + 200;
  std::for_each(in.begin(), before, [&](const auto& packet) { source_->publish(packet); });
  source_->publish(picture(in[200].received));
  // Told once for the beginning, and once more when what waits is given up for the newest there is.
  EXPECT_TRUE(eventually([&] { return analysts_.interrupted > 1; }));
  analysts_.busy = false;
  analysts_.last->ready();
  std::for_each(before, in.end(), [&](const auto& packet) { source_->publish(packet); });
  const auto out = read_until(cursor, in.back().pts);
  ASSERT_FALSE(out.empty());
  EXPECT_GT(out.front()->pts, in[150].pts) << "seconds that are over";
  EXPECT_LT(analysts_.sent, 150);
}

TEST_F(OpusStreamsTest, ItListensToOneTrackAndOnlyWhatCanBecomeOpus) {
  OpusStreams streams(analysts_, 10s, system_clock());
  const auto held = streams.open("a", source_);
  auto cursor = held.stream->open(stream::Start::NextPacket);
  const auto in = tone(60);
  for (const auto& packet : in) {
    source_->publish(picture({}));
    source_->publish(packet);
    auto other = packet;
    other.track = 3;
    source_->publish(std::move(other));
  }
  const auto out = read_until(cursor, in.back().pts);
  EXPECT_GT(out.size(), 40u);
  EXPECT_TRUE(eventually([&] { return analysts_.sent >= static_cast<int>(in.size()); }));
  EXPECT_EQ(analysts_.sent, static_cast<int>(in.size()));
}

TEST_F(OpusStreamsTest, ThereAreNotMoreThanItMayMake) {
  OpusStreams streams(analysts_, 10s, system_clock());
  std::vector<HeldStream> held;
  for (std::size_t i = 0; i < OpusStreams::kMost; ++i) {
    held.push_back(streams.open("a", std::make_shared<stream::Stream>()));
    ASSERT_TRUE(held.back().stream);
  }
  EXPECT_FALSE(streams.open("a", source_).stream);
  streams.stop();
  EXPECT_FALSE(streams.open("a", source_).stream);
  EXPECT_EQ(analysts_.open_now, 0);
}

}  // namespace
}  // namespace vigil::pipeline
