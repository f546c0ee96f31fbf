#include "pipeline/rendering.h"

#include <gtest/gtest.h>

#include <cstring>

#include "media/decoder.h"

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;

constexpr model::Renditions kAnnotated{.annotated = true}, kH264{.h264 = true};

media::FramePtr grey(int number, int width = 320, int height = 240) {
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(width * height * 3 / 2), 120);
  auto frame = std::make_shared<media::Frame>();
  const auto luma = static_cast<std::size_t>(width * height);
  frame->width = width;
  frame->height = height;
  frame->sequence = static_cast<std::uint64_t>(number);
  frame->pts = milliseconds(40 * number);
  frame->captured = WallTime(std::chrono::seconds(1000)) + milliseconds(40 * number);
  frame->planes[0] = {bytes->data(), width, width, height};
  frame->planes[1] = {bytes->data() + luma, width / 2, width / 2, height / 2};
  frame->planes[2] = {bytes->data() + luma + luma / 4, width / 2, width / 2, height / 2};
  frame->owner = bytes;
  return frame;
}

model::Observation seen_in(const media::FramePtr& frame, int x) {
  model::Observation out;
  out.sequence = frame->sequence;
  out.pts = frame->pts;
  out.captured = frame->captured;
  out.width = frame->width;
  out.height = frame->height;
  out.model = "classic";
  model::SeenObject object;
  object.track_id = 1;
  object.state = model::TrackState::Confirmed;
  object.label = "person";
  object.box = {static_cast<float>(x), 80, 60, 100};
  out.objects.push_back(object);
  return out;
}

struct Collected {
  Rendering rendering{
      [this](model::Rendition rendition, media::Packet packet) { packets[rendition].push_back(std::move(packet)); }};
  std::map<model::Rendition, std::vector<media::Packet>> packets;

  const std::vector<media::Packet>& annotated() { return packets[model::Rendition::Annotated]; }
  const std::vector<media::Packet>& h264() { return packets[model::Rendition::H264]; }
};

std::vector<media::FramePtr> decoded(const std::vector<media::Packet>& packets) {
  std::vector<media::FramePtr> out;
  auto decoder = media::make_decoder(*packets.front().params, {});
  for (const auto& packet : packets) {
    const auto frames = (*decoder)->decode(packet);
    if (frames) out.insert(out.end(), frames->begin(), frames->end());
  }
  const auto rest = (*decoder)->flush();
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

bool drawn_at(const media::FramePtr& frame, int x, int y) {
  return std::abs(frame->luma().data[y * frame->luma().stride + x] - 120) > 25;
}

TEST(Rendering, PicturesComeOutAsH264WithTheirTimes) {
  Collected it;
  it.rendering.want(kH264);
  for (int i = 1; i <= 60; ++i) it.rendering.take(grey(i));
  ASSERT_EQ(it.h264().size(), 60u);
  EXPECT_TRUE(it.annotated().empty());
  int keys = 0;
  for (int i = 0; i < 60; ++i) {
    const auto& packet = it.h264()[static_cast<std::size_t>(i)];
    EXPECT_EQ(packet.pts, Ticks(milliseconds(40 * (i + 1))));
    EXPECT_EQ(packet.dts, packet.pts);
    EXPECT_EQ(packet.received, grey(i + 1)->captured);
    EXPECT_EQ(packet.discontinuity, i == 0);
    EXPECT_EQ(packet.params->codec, media::Codec::H264);
    keys += packet.key ? 1 : 0;
  }
  EXPECT_TRUE(it.h264()[0].key);
  EXPECT_EQ(keys, 2) << "one every two seconds";
  EXPECT_EQ(decoded(it.h264()).size(), 60u);
}

TEST(Rendering, BoxesAreDrawnIntoThePictureTheyWereSeenIn) {
  Collected it;
  it.rendering.want(kAnnotated);
  it.rendering.take(grey(1));
  it.rendering.see(seen_in(grey(1), 20));
  for (int i = 2; i <= 4; ++i) it.rendering.take(grey(i));
  EXPECT_EQ(it.annotated().size(), 1u) << "what is seen in them may still come";
  it.rendering.see(seen_in(grey(4), 200));
  ASSERT_EQ(it.annotated().size(), 4u);
  const auto frames = decoded(it.annotated());
  ASSERT_EQ(frames.size(), 4u);
  EXPECT_TRUE(drawn_at(frames[1], 21, 130)) << "nearer to the first";
  EXPECT_FALSE(drawn_at(frames[1], 201, 130));
  EXPECT_TRUE(drawn_at(frames[3], 201, 130));
  EXPECT_FALSE(drawn_at(frames[3], 21, 130));
}

TEST(Rendering, NobodyWaitsLongForAnAnalysisThatDoesNotCome) {
  Collected it;
  it.rendering.want(kAnnotated);
  it.rendering.areas({{{0, 0}, {1, 0}, {1, 1}}});
  for (int i = 1; i <= 5; ++i) it.rendering.take(grey(i));
  EXPECT_EQ(it.annotated().size(), 5u) << "nothing is looked at";
  it.rendering.see(seen_in(grey(5), 20));
  for (int i = 6; i <= 20; ++i) it.rendering.take(grey(i));
  EXPECT_EQ(it.annotated().size(), 15u) << "200 ms are five pictures";
  it.rendering.interrupt();
  EXPECT_EQ(it.annotated().size(), 20u);
}

TEST(Rendering, AnInterruptionASmallerPictureAndTimeThatGoesBackBeginAnew) {
  Collected it;
  it.rendering.want(kH264);
  const auto last = [&]() -> const media::Packet& { return it.h264().back(); };
  it.rendering.take(grey(1));
  it.rendering.take(grey(2));
  EXPECT_FALSE(last().key);
  it.rendering.interrupt();
  it.rendering.take(grey(3));
  EXPECT_TRUE(last().key && last().discontinuity);
  it.rendering.take(grey(4, 161, 121));
  EXPECT_TRUE(last().key);
  EXPECT_EQ(last().params->width, 160);
  EXPECT_EQ(last().params->height, 120);
  it.rendering.take(grey(2, 161, 121));
  EXPECT_TRUE(last().key && last().discontinuity);
  it.rendering.want({});
  it.rendering.take(grey(5));
  EXPECT_EQ(it.h264().size(), 5u);
}

TEST(Rendering, LargePicturesAreMadeSmaller) {
  Collected it;
  it.rendering.want(kH264);
  it.rendering.take(grey(1, 3840, 2160));
  ASSERT_EQ(it.h264().size(), 1u);
  EXPECT_EQ(it.h264()[0].params->width, 1920);
  EXPECT_EQ(it.h264()[0].params->height, 1080);
  it.rendering.take(grey(2, 8, 4000));
  EXPECT_EQ(it.h264().back().params->height, 1080);
}

}  // namespace
}  // namespace vigil::pipeline
