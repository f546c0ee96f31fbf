#include "pipeline/rendition_streams.h"

#include <gtest/gtest.h>

namespace vigil::pipeline {
namespace {

using namespace std::chrono_literals;
using model::Rendition;
using model::Renditions;

media::Packet packet(int track = 0) {
  media::Packet out;
  out.track = track;
  out.key = true;
  out.params = std::make_shared<const media::CodecParams>();
  out.data = media::SharedBytes(std::vector<std::uint8_t>{1});
  return out;
}

std::uint64_t held(const HeldStream& it) {
  const auto newest = it.stream->newest_video();
  return newest ? newest->sequence : 0;
}

TEST(RenditionStreams, AreFedWhileSomebodyHoldsThemAndALittleLonger) {
  ManualClock clock;
  RenditionStreams streams(10s, clock);
  EXPECT_EQ(streams.wanted(), Renditions());
  streams.publish(Rendition::H264, packet());
  auto first = streams.open(Rendition::H264);
  EXPECT_EQ(held(first), 0u) << "nothing of before";
  auto second = streams.open(Rendition::H264);
  EXPECT_EQ(first.stream, second.stream) << "encoded once";
  EXPECT_EQ(streams.wanted(), (Renditions{.h264 = true}));
  streams.publish(Rendition::H264, packet());
  streams.publish(Rendition::Annotated, packet());
  streams.publish_audio(packet(1));
  EXPECT_EQ(held(first), 1u);
  EXPECT_EQ(first.stream->figures().packets, 2u);

  first.hold.reset();
  clock.advance(1min);
  EXPECT_TRUE(streams.wanted().h264) << "the other one still holds it";
  second.hold.reset();
  clock.advance(9s);
  EXPECT_TRUE(streams.wanted().h264);
  clock.advance(2s);
  EXPECT_FALSE(streams.wanted().any());
  EXPECT_FALSE(streams.running().any());
  auto after = streams.open(Rendition::H264);
  EXPECT_NE(after.stream, second.stream);
  auto cursor = second.stream->open(stream::Start::NextPacket);
  EXPECT_TRUE(std::holds_alternative<stream::Closed>(cursor.try_next()));
}

TEST(RenditionStreams, WhatIsHeldIsFedThoughNothingMayLinger) {
  ManualClock clock;
  RenditionStreams streams(0s, clock);
  auto it = streams.open(Rendition::H264);
  EXPECT_TRUE(streams.wanted().h264);
  it.hold.reset();
  EXPECT_FALSE(streams.wanted().any());
}

TEST(RenditionStreams, AHoldOutlivesThem) {
  ManualClock clock;
  HeldStream it;
  {
    RenditionStreams streams(10s, clock);
    it = streams.open(Rendition::Annotated);
    streams.close();
    EXPECT_TRUE(std::holds_alternative<stream::Closed>(
        streams.open(Rendition::H264).stream->open(stream::Start::NextPacket).try_next()));
  }
  EXPECT_TRUE(std::holds_alternative<stream::Closed>(it.stream->open(stream::Start::NextPacket).try_next()));
}

}  // namespace
}  // namespace vigil::pipeline
