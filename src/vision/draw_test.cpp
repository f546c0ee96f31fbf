#include "vision/draw.h"

#include <gtest/gtest.h>

namespace vigil::vision {
namespace {

struct Picture {
  Picture(int width, int height, media::PixelFormat format) : luma(std::size_t(width) * height, 100) {
    frame.width = width;
    frame.height = height;
    frame.format = format;
    frame.pts = Ticks(77);
    frame.planes[0] = {luma.data(), width, width, height};
    if (format == media::PixelFormat::Gray) return;
    const int cw = format == media::PixelFormat::I444 ? width : (width + 1) / 2;
    const int ch = format == media::PixelFormat::I420 ? (height + 1) / 2 : height;
    chroma.assign(std::size_t(cw) * ch, 90);
    frame.planes[1] = frame.planes[2] = {chroma.data(), cw, cw, ch};
  }
  std::vector<std::uint8_t> luma, chroma;
  media::Frame frame;
};

model::SeenObject person(model::Box box, model::TrackState state = model::TrackState::Confirmed) {
  model::SeenObject out;
  out.track_id = 3;
  out.label = "person";
  out.state = state;
  out.box = box;
  return out;
}

int changed(const media::FramePtr& drawn) {
  int count = 0;
  for (int y = 0; y < drawn->height; ++y) {
    for (int x = 0; x < drawn->width; ++x) count += drawn->luma().data[y * drawn->luma().stride + x] != 100 ? 1 : 0;
  }
  return count;
}

TEST(Draw, FramesWhatIsBelievedAndLeavesTheOriginalAlone) {
  Picture picture(320, 240, media::PixelFormat::I420);
  const auto drawn = draw(picture.frame, {person({100, 80, 60, 100})});
  ASSERT_TRUE(drawn);
  EXPECT_EQ(drawn->pts, Ticks(77));
  EXPECT_NE(drawn->luma().data[80 * 320 + 130], 100) << "upper edge";
  EXPECT_NE(drawn->luma().data[130 * 320 + 100], 100) << "left edge";
  EXPECT_EQ(drawn->luma().data[130 * 320 + 130], 100) << "inside";
  EXPECT_EQ(drawn->planes[1].data[65 * drawn->planes[1].stride + 65], 90);
  EXPECT_GT(changed(drawn), 2 * (60 + 100));
  EXPECT_EQ(picture.luma, std::vector<std::uint8_t>(320 * 240, 100));
}

TEST(Draw, WhatIsNotBelievedIsNotDrawnAndWhatWasNotSeenIsDashed) {
  Picture picture(320, 240, media::PixelFormat::I420);
  EXPECT_EQ(changed(draw(picture.frame, {person({100, 80, 60, 100}, model::TrackState::Tentative),
                                         person({100, 80, 60, 100}, model::TrackState::Lost)})),
            0);
  EXPECT_LT(changed(draw(picture.frame, {person({100, 80, 60, 100}, model::TrackState::Coasting)})),
            changed(draw(picture.frame, {person({100, 80, 60, 100})})));
}

TEST(Draw, EveryLayoutAndBoxIsSurvived) {
  for (const auto format :
       {media::PixelFormat::I420, media::PixelFormat::I422, media::PixelFormat::I444, media::PixelFormat::Gray}) {
    for (const auto& [width, height] : {std::pair{64, 48}, {65, 49}, {1, 1}, {3, 200}}) {
      Picture picture(width, height, format);
      const auto drawn =
          draw(picture.frame, {person({-20, -20, 40, 40}), person({30, 20, 500, 500}), person({1e9F, 1e9F, 5, 5}),
                               person({-1e9F, 0, 5, 5}), person({5, 5, 0, 0})});
      ASSERT_TRUE(drawn);
      EXPECT_EQ(drawn->format, media::PixelFormat::I420);
      EXPECT_EQ(drawn->width, width);
    }
  }
  EXPECT_EQ(draw(media::Frame{}, {}), nullptr);
}

}  // namespace
}  // namespace vigil::vision
