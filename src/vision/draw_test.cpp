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

Drawing of(std::vector<model::SeenObject> objects) {
  Drawing out;
  out.objects = std::move(objects);
  return out;
}

// With masks, trails, motion, areas and counts, some of them far outside.
Drawing everything(std::vector<model::SeenObject> objects) {
  auto out = of(std::move(objects));
  for (auto& object : out.objects) {
    object.detected = object.box;
    object.mask = model::Mask{4, 4, {2, 3, 4, 100}};
  }
  out.trails = {{3, {{-50, -50}, {20, 30}, {1000, 1000}, {1000, 1000}}}, {4, {}}};
  out.motion = {{-5, -5, 20, 20}, {1 << 30, 0, 5, 5}};
  out.areas = {{{0, 0}, {1, 0}, {0.5, 1}}, {}};
  out.counts = true;
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
  const auto drawn = draw(picture.frame, of({person({100, 80, 60, 100})}));
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
  EXPECT_EQ(changed(draw(picture.frame, of({person({100, 80, 60, 100}, model::TrackState::Tentative),
                                            person({100, 80, 60, 100}, model::TrackState::Lost)}))),
            0);
  EXPECT_LT(changed(draw(picture.frame, of({person({100, 80, 60, 100}, model::TrackState::Coasting)}))),
            changed(draw(picture.frame, of({person({100, 80, 60, 100})}))));
}

TEST(Draw, EveryLayoutAndBoxIsSurvived) {
  for (const auto format :
       {media::PixelFormat::I420, media::PixelFormat::I422, media::PixelFormat::I444, media::PixelFormat::Gray}) {
    for (const auto& [width, height] : {std::pair{64, 48}, {65, 49}, {1, 1}, {3, 200}}) {
      Picture picture(width, height, format);
      const auto drawn =
          draw(picture.frame, everything({person({-20, -20, 40, 40}), person({30, 20, 500, 500}),
                                          person({1e9F, 1e9F, 5, 5}), person({-1e9F, 0, 5, 5}), person({5, 5, 0, 0})}));
      ASSERT_TRUE(drawn);
      EXPECT_EQ(drawn->format, media::PixelFormat::I420);
      EXPECT_EQ(drawn->width, width);
    }
  }
  EXPECT_EQ(draw(media::Frame{}, {}), nullptr);
}

TEST(Draw, PlacesOfALargerPictureAreBroughtToThisOne) {
  Picture picture(320, 240, media::PixelFormat::I420);
  auto drawing = of({person({200, 160, 120, 200})});
  drawing.width = 640;
  drawing.height = 480;
  const auto drawn = draw(picture.frame, drawing);
  EXPECT_NE(drawn->luma().data[80 * 320 + 130], 100) << "upper edge";
  EXPECT_NE(drawn->luma().data[130 * 320 + 100], 100) << "left edge";
  EXPECT_EQ(drawn->luma().data[200 * 320 + 220], 100) << "where it would be";
}

TEST(Draw, AMaskTintsWhatItCovers) {
  Picture picture(320, 240, media::PixelFormat::I420);
  auto object = person({100, 80, 60, 100});
  object.detected = object.box;
  object.mask = model::Mask{2, 2, {2, 2}};  // the lower half
  const auto drawn = draw(picture.frame, of({object}));
  EXPECT_EQ(drawn->luma().data[100 * 320 + 130], 100);
  EXPECT_NE(drawn->luma().data[160 * 320 + 130], 100);
}

model::Observation observation(int x, Ticks pts) {
  model::Observation out;
  out.pts = pts;
  out.width = 320;
  out.height = 240;
  out.model = "classic";
  out.objects = {person({static_cast<float>(x), 80, 60, 100})};
  return out;
}

TEST(Trails, FollowATrackAndForgetIt) {
  Trails trails;
  EXPECT_TRUE(trails.see(observation(100, std::chrono::seconds(1))).trails.empty()) << "one place is no way";
  const auto second = trails.see(observation(110, std::chrono::seconds(2)));
  ASSERT_EQ(second.trails.size(), 1u);
  EXPECT_EQ(second.trails[0], (Trail{3, {{130, 180}, {140, 180}}}));
  EXPECT_EQ(trails.see(observation(110, std::chrono::seconds(3))).trails[0].places.size(), 2u) << "it stands still";
  for (int i = 0; i < 100; ++i) {
    EXPECT_LE(trails.see(observation(120 + i, std::chrono::seconds(4))).trails[0].places.size(), 30u);
  }
  auto nobody = observation(0, std::chrono::seconds(60));
  nobody.objects.clear();
  EXPECT_TRUE(trails.see(nobody).trails.empty());
  EXPECT_TRUE(trails.see(observation(100, std::chrono::seconds(61))).trails.empty()) << "begins anew";
}

TEST(Trails, ShowWhatMovesWhereNoDetectorRuns) {
  Trails trails;
  auto seen = observation(100, std::chrono::seconds(1));
  seen.motion = {{10, 10, 30, 30}};
  EXPECT_TRUE(trails.see(seen).motion.empty());
  seen.model.clear();
  seen.objects.clear();
  const auto drawing = trails.see(seen);
  ASSERT_EQ(drawing.motion.size(), 1u);
  Picture picture(320, 240, media::PixelFormat::I420);
  EXPECT_GT(changed(draw(picture.frame, drawing)), 0);
}

}  // namespace
}  // namespace vigil::vision
