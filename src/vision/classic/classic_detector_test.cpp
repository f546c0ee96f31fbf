#include "vision/classic_detector.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>

#include "media/video_file.h"

namespace vigil::vision {
namespace {

std::string video(const char* name) {
  const char* data = std::getenv("VIGIL_TEST_DATA");
  const char* source = std::getenv("VIGIL_SOURCE_DIR");
  const auto root =
      data != nullptr ? std::string(data) : std::string(source != nullptr ? source : ".") + "/../shared/data";
  const auto path = root + "/videos/" + name;
  return std::filesystem::exists(path) ? path : "";
}

struct Count {
  int frames = 0, with_people = 0, found = 0;
};

// Frames [from, to) of which somebody is found in, at every other picture.
Count look(Detector& detector, media::VideoFile& file, int& at, int to, float min_score = 0.4F) {
  Count out;
  for (; at < to; ++at) {
    auto frame = file.read();
    if (!frame.ok() || !*frame) break;
    if (at % 2 != 0) continue;
    auto seen = detector.detect(**frame, {.min_score = min_score});
    EXPECT_TRUE(seen.ok());
    ++out.frames;
    out.with_people += seen->found.empty() ? 0 : 1;
    out.found += static_cast<int>(seen->found.size());
  }
  return out;
}

TEST(ClassicDetector, SaysWhatItIs) {
  const auto detector = make_classic_detector();
  EXPECT_EQ(detector->model_name(), "classic");
  EXPECT_EQ(detector->device(), "cpu");
  EXPECT_EQ(detector->labels(), std::vector<std::string>{"person"});
}

TEST(ClassicDetector, FindsWhoComesInAndStandsThereAndNobodyInTheEmptyRoom) {
  const auto path = video("one-by-one-person-detection.mp4");
  if (path.empty()) GTEST_SKIP() << "needs one-by-one-person-detection.mp4 in ../shared/data/videos";
  auto file = media::open_video_file(path);
  ASSERT_TRUE(file.ok());
  const auto detector = make_classic_detector();
  int at = 0;
  const auto empty = look(*detector, **file, at, 30);
  EXPECT_EQ(empty.found, 0);
  look(*detector, **file, at, 70);  // she comes in from below
  const auto stands = look(*detector, **file, at, 150);
  EXPECT_GE(stands.with_people, stands.frames * 9 / 10);
  EXPECT_LE(stands.found, stands.frames * 11 / 10);
}

TEST(ClassicDetector, CarsAreNotPeople) {
  const auto path = video("car-detection.mp4");
  if (path.empty()) GTEST_SKIP() << "needs car-detection.mp4 in ../shared/data/videos";
  auto file = media::open_video_file(path);
  ASSERT_TRUE(file.ok());
  const auto detector = make_classic_detector();
  int at = 0;
  const auto cars = look(*detector, **file, at, 250, 0.5F);
  EXPECT_LE(cars.with_people, cars.frames / 10);
}

TEST(ClassicDetector, SurvivesPicturesOfAnySizeThatChangesAndNoise) {
  const auto detector = make_classic_detector();
  std::mt19937 random(3);
  Ticks pts{0};
  for (const auto& [width, height] :
       {std::pair{640, 480}, {641, 481}, {1, 1}, {3, 200}, {200, 3}, {1920, 1080}, {0, 0}}) {
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int i = 0; i < 6; ++i) {
      for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random());
      media::Frame frame;
      frame.pts = pts += Ticks(i == 3 ? -90000 : 9000);  // a jump back, too
      frame.format = media::PixelFormat::Gray;
      frame.width = width;
      frame.height = height;
      frame.planes[0] = {pixels.data(), width, width, height};
      const auto seen = detector->detect(frame, {});
      ASSERT_TRUE(seen.ok());
      for (const auto& detection : seen->found) {
        EXPECT_GE(detection.box.x, 0);
        EXPECT_LE(detection.box.right(), static_cast<float>(width));
      }
    }
  }
}

}  // namespace
}  // namespace vigil::vision
