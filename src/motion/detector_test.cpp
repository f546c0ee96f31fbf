#include "motion/detector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "motion/scene_fake.h"

namespace vigil::motion {
namespace {

Nanos at(double seconds) {
  return Nanos(static_cast<std::int64_t>(seconds * 1e9));
}

// Shows `paint(scene, time)` to the detector from `from` to `to` seconds; each analysis goes to `look`.
struct Show {
  Detector detector;
  Scene scene;
  double fps = 5;

  Show(const model::MotionSettings& settings, int width, int height, double pictures_per_second = 5)
      : detector(settings), scene(width, height), fps(pictures_per_second) {}

  void play(double from, double to, const std::function<void(Scene&, double)>& paint,
            const std::function<void(const Analysis&, double)>& look) {
    for (int i = 0; from + i / fps < to; ++i) {
      const double time = from + i / fps;
      scene.empty();
      paint(scene, time);
      look(detector.analyse(scene.plane(), at(time)), time);
    }
  }
  void calm(double from, double to) {
    play(
        from, to, [](Scene& s, double) { s.noise(2); }, [](const Analysis&, double) {});
  }
};

double overlap(const model::PixelBox& a, const model::PixelBox& b) {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const double both = width * height;
  return both / (double(a.width) * a.height + double(b.width) * b.height - both);
}

void expect_quiet(const Analysis& analysis, double time) {
  EXPECT_FALSE(analysis.moving()) << "at " << time << " s, score " << analysis.score;
}

struct Sort {
  int width, height;
  double fps;
};
class DetectorAtEveryPace : public testing::TestWithParam<Sort> {};

TEST_P(DetectorAtEveryPace, FindsAWalkingSquareWhereItIs) {
  const int width = GetParam().width, height = GetParam().height;
  const double fps = GetParam().fps;
  Show show({}, width, height, fps);
  show.calm(0, 10);
  // A box of a few cells only cannot be drawn tightly.
  const double least_overlap = width < 150 ? 0.3 : 0.5;
  int pictures = 0, found = 0;
  // A fifth of the picture high, across it in eight seconds.
  const double step = 0.8 / 8;
  show.play(
      10, 18, [&](Scene& s, double t) { s.box((t - 10) * step, 0.4, 0.12, 0.2, 20).noise(2); },
      [&](const Analysis& analysis, double t) {
        ++pictures;
        const model::PixelBox truth{int((t - 10) * step * width), int(0.4 * height), int(0.12 * width),
                                    int(0.2 * height)};
        for (const auto& box : analysis.boxes) {
          if (overlap(box, truth) > least_overlap) {
            ++found;
            EXPECT_NEAR(analysis.score, 0.036, 0.024);
            EXPECT_NEAR(analysis.area, 0.036 * width * height, 0.024 * width * height);
            break;
          }
        }
      });
  EXPECT_GE(found, pictures * 9 / 10 - 1) << "of " << pictures;
}

TEST_P(DetectorAtEveryPace, IsQuietWhereNothingButNoiseHappens) {
  const int width = GetParam().width, height = GetParam().height;
  const double fps = GetParam().fps;
  Show show({}, width, height, fps);
  show.play(
      0, 60, [](Scene& s, double) { s.noise(4); }, expect_quiet);
}

TEST_P(DetectorAtEveryPace, IsQuietWhileDaylightChanges) {
  const int width = GetParam().width, height = GetParam().height;
  const double fps = GetParam().fps;
  Show show({}, width, height, fps);
  // A cloud: down to 70 % and back within 40 seconds.
  show.play(
      0, 40, [](Scene& s, double t) { s.light(0.85 + 0.15 * std::cos(t * 2 * 3.14159 / 40), 0).noise(2); },
      expect_quiet);
}

INSTANTIATE_TEST_SUITE_P(Sizes, DetectorAtEveryPace,
                         testing::Values(Sort{640, 360, 0.5}, Sort{640, 360, 1}, Sort{640, 360, 5}, Sort{320, 180, 25},
                                         Sort{1920, 1080, 0.5}, Sort{178, 100, 6}, Sort{101, 577, 5}, Sort{32, 32, 5}),
                         [](const auto& param) {
                           return std::to_string(param.param.width) + "x" + std::to_string(param.param.height) + "at" +
                                  std::to_string(int(param.param.fps * 10)) + "tenths";
                         });

TEST(Detector, ALightSwitchIsAGlobalChangeAndNoMovement) {
  Show show({}, 640, 360);
  show.calm(0, 10);
  bool global = false;
  show.play(
      10, 30, [](Scene& s, double) { s.light(0.35, 5).box(0.1, 0.1, 0.3, 0.5, 90).noise(3); },
      [&](const Analysis& analysis, double t) {
        expect_quiet(analysis, t);
        global = global || analysis.global_change;
        if (t > 13) {
          EXPECT_FALSE(analysis.calibrating) << "at " << t;
        }
      });
  EXPECT_TRUE(global);
}

TEST(Detector, SeesAgainThreeSecondsAfterALightSwitch) {
  Show show({}, 640, 360);
  show.calm(0, 10);
  show.play(
      10, 13, [](Scene& s, double) { s.light(0.3, 0).noise(2); }, expect_quiet);
  int pictures = 0, found = 0;
  show.play(
      13, 17, [](Scene& s, double t) { s.light(0.3, 0).box((t - 13) * 0.2, 0.3, 0.12, 0.4, 120).noise(2); },
      [&](const Analysis& analysis, double) {
        ++pictures;
        found += analysis.moving();
      });
  EXPECT_GE(found, pictures - 2);
}

TEST(Detector, APushedCameraIsAGlobalChange) {
  Show show({}, 640, 360);
  const auto texture = [](Scene& s) {
    for (int i = 0; i < 20; ++i) s.box(i * 0.05, 0, 0.025, 1, i % 2 == 0 ? 230 : 20);
  };
  show.play(
      0, 10, [&](Scene& s, double) { texture(s); }, expect_quiet);
  bool global = false;
  show.play(
      10, 15,
      [&](Scene& s, double) {
        texture(s);
        s.turn(18);
      },
      [&](const Analysis& analysis, double t) {
        expect_quiet(analysis, t);
        global = global || analysis.global_change;
      });
  EXPECT_TRUE(global);
}

TEST(Detector, RainIsNoMovement) {
  for (const double fps : {2.0, 5.0, 25.0}) {
    Show show({}, 640, 360, fps);
    show.play(
        0, 20, [](Scene& s, double) { s.rain(40).noise(2); }, expect_quiet);
  }
}

TEST(Detector, APersonInTheRainIsSeen) {
  Show show({}, 640, 360);
  show.play(
      0, 20, [](Scene& s, double) { s.rain(40).noise(2); }, expect_quiet);
  int pictures = 0, found = 0;
  show.play(
      20, 25, [](Scene& s, double t) { s.box((t - 20) * 0.15, 0.3, 0.1, 0.4, 15).rain(40).noise(2); },
      [&](const Analysis& analysis, double) {
        ++pictures;
        found += analysis.moving();
      });
  EXPECT_GE(found, pictures - 3);
}

TEST(Detector, MovementUnderAMaskIsIgnored) {
  model::MotionSettings settings;
  settings.masks = {{{0.5, 0}, {1, 0}, {1, 1}, {0.5, 1}}};
  Show show(settings, 640, 360);
  show.calm(0, 5);
  show.play(
      5, 10, [](Scene& s, double t) { s.box(0.55 + (t - 5) * 0.05, 0.3, 0.1, 0.3, 20).noise(2); }, expect_quiet);
  int found = 0;
  show.play(
      10, 14, [](Scene& s, double t) { s.box(0.05 + (t - 10) * 0.05, 0.3, 0.1, 0.3, 20).noise(2); },
      [&](const Analysis& analysis, double) {
        found += analysis.moving();
        if (analysis.moving()) {
          EXPECT_NEAR(analysis.score, 0.06, 0.03) << "is a part of what is not masked";
        }
      });
  EXPECT_GE(found, 17);
}

TEST(Detector, APictureThatIsAllMaskIsQuietAndHarmless) {
  model::MotionSettings settings;
  settings.masks = {{{-0.1, -0.1}, {1.1, -0.1}, {1.1, 1.1}, {-0.1, 1.1}}};
  Show show(settings, 320, 180);
  show.calm(0, 3);
  show.play(
      3, 6, [](Scene& s, double t) { s.box((t - 3) * 0.2, 0.3, 0.2, 0.5, 20); }, expect_quiet);
}

TEST(Detector, WhatIsSmallerThanTheLeastAreaIsIgnored) {
  for (const double min_area : {0.02, 0.002}) {
    model::MotionSettings settings;
    settings.min_area = min_area;
    Show show(settings, 640, 360);
    show.calm(0, 5);
    int found = 0;
    // 1 % of the picture.
    show.play(
        5, 10, [](Scene& s, double t) { s.box((t - 5) * 0.1, 0.4, 0.1, 0.1, 20).noise(2); },
        [&](const Analysis& analysis, double) { found += analysis.moving(); });
    if (min_area > 0.01) {
      EXPECT_EQ(found, 0);
    } else {
      EXPECT_GE(found, 22);
    }
  }
}

TEST(Detector, ALowContrastPersonNeedsMoreSensitivity) {
  for (const int sensitivity : {20, 80}) {
    model::MotionSettings settings;
    settings.sensitivity = sensitivity;
    Show show(settings, 640, 360);
    show.calm(0, 5);
    int found = 0;
    show.play(
        5, 10, [](Scene& s, double t) { s.shade((t - 5) * 0.15, 0.3, 0.1, 0.4, -16).noise(2); },
        [&](const Analysis& analysis, double) { found += analysis.moving(); });
    if (sensitivity < 50) {
      EXPECT_EQ(found, 0);
    } else {
      EXPECT_GE(found, 22);
    }
  }
}

TEST(Detector, LimitedRangeIsAsGoodAsFullRange) {
  Show show({}, 640, 360);
  const auto limited = [](Scene& s) { s.light(219.0 / 255, 16); };
  show.play(
      0, 5, [&](Scene& s, double) { limited(s.noise(2)); }, expect_quiet);
  int found = 0;
  show.play(
      5, 10, [&](Scene& s, double t) { limited(s.box((t - 5) * 0.15, 0.3, 0.1, 0.4, 30).noise(2)); },
      [&](const Analysis& analysis, double) { found += analysis.moving(); });
  EXPECT_GE(found, 22);
}

TEST(Detector, SomethingPutDownBelongsToTheSceneAfterAWhile) {
  Show show({}, 640, 360);
  show.calm(0, 5);
  show.play(
      5, 6, [](Scene& s, double t) { s.box(0.2 + (t - 5) * 0.2, 0.4, 0.1, 0.2, 20).noise(2); }, [](auto&&...) {});
  show.play(
      6, 30, [](Scene& s, double) { s.box(0.4, 0.4, 0.1, 0.2, 20).noise(2); },
      [](const Analysis& analysis, double t) {
        if (t > 8) expect_quiet(analysis, t);
      });
  // And leaves no ghost when it is taken away again.
  show.play(
      30, 40, [](Scene& s, double) { s.noise(2); },
      [](const Analysis& analysis, double t) {
        if (t > 32) expect_quiet(analysis, t);
      });
}

TEST(Detector, AnotherPictureSizeStartsAnew) {
  Detector detector{model::MotionSettings{}};
  Scene large(1280, 720), small(178, 100);
  for (int i = 0; i < 20; ++i) expect_quiet(detector.analyse(large.plane(), at(i * 0.2)), i * 0.2);
  EXPECT_TRUE(detector.analyse(small.plane(), at(4)).calibrating);
  for (int i = 1; i < 20; ++i) expect_quiet(detector.analyse(small.plane(), at(4 + i * 0.2)), 4 + i * 0.2);
  small.box(0.3, 0.3, 0.2, 0.4, 10);
  detector.analyse(small.plane(), at(8));
  EXPECT_TRUE(detector.analyse(small.plane(), at(8.2)).moving());
}

TEST(Detector, ResetForgetsTheScene) {
  Show show({}, 320, 180);
  show.calm(0, 5);
  show.detector.reset();
  EXPECT_TRUE(show.detector.analyse(show.scene.plane(), at(5)).calibrating);
}

TEST(Detector, AClockThatJumpsBackIsSurvived) {
  Show show({}, 320, 180);
  show.calm(1000, 1010);
  show.calm(0, 5);
  int found = 0;
  show.play(
      5, 8, [](Scene& s, double t) { s.box((t - 5) * 0.2, 0.3, 0.12, 0.4, 15).noise(2); },
      [&](const Analysis& analysis, double) { found += analysis.moving(); });
  EXPECT_GE(found, 12);
}

TEST(Detector, WhatIsSeenDoesNotDependOnTheDate) {
  Detector at_zero({}), today({});
  Scene scene(768, 576);
  // Six pictures a second: calibration ends with one of them, to the bit.
  for (int i = 0; i < 60; ++i) {
    const Nanos passed(i * std::int64_t{166'666'000});
    scene.empty();
    scene.box(0.02 * i, 0.4, 0.12, 0.2, 20).noise(2);
    const auto one = at_zero.analyse(scene.plane(), passed);
    const auto other = today.analyse(scene.plane(), Nanos(1'763'726'400'123'456'789) + passed);
    ASSERT_EQ(one.calibrating, other.calibrating) << i;
    ASSERT_EQ(one.score, other.score) << i;
    ASSERT_EQ(one.boxes, other.boxes) << i;
  }
}

TEST(Detector, OddAndTinyPicturesAreSafe) {
  for (const auto& [width, height] :
       {std::pair{1, 1}, {2, 3}, {16, 16}, {17, 5}, {7, 1000}, {4000, 3}, {178, 100}, {201, 101}}) {
    Detector detector{model::MotionSettings{}};
    // Rows end where the memory ends: the sanitizer sees a read beyond it.
    std::vector<std::uint8_t> pixels(std::size_t(width) * height, 90);
    for (int i = 0; i < 12; ++i) {
      if (i % 4 == 3)
        std::fill(pixels.begin(), pixels.begin() + std::ptrdiff_t(pixels.size()) / 3, std::uint8_t(i * 20));
      detector.analyse({pixels.data(), width, width, height}, at(i * 0.5));
    }
  }
  Detector detector{model::MotionSettings{}};
  EXPECT_FALSE(detector.analyse({}, at(0)).moving());
}

TEST(Detector, ATinyPictureStillShowsMovement) {
  Show show({}, 16, 16);
  show.calm(0, 5);
  int found = 0;
  show.play(
      5, 8, [](Scene& s, double t) { s.box((t - 5) * 0.2, 0.25, 0.3, 0.5, 10).noise(2); },
      [&](const Analysis& analysis, double) { found += analysis.moving(); });
  EXPECT_GE(found, 10);
}

TEST(Detector, BoxesStayInsideThePictureAndAreFew) {
  Show show({}, 640, 360);
  show.calm(0, 5);
  show.play(
      5, 10,
      [](Scene& s, double t) {
        const double shift = std::fmod(t, 0.4) < 0.2 ? 0 : 0.03;
        for (int i = 0; i < 7; ++i) {
          for (int j = 0; j < 5; ++j) s.box(i * 0.14 + shift, j * 0.2 + 0.02, 0.05, 0.07, 10);
        }
        s.noise(2);
      },
      [](const Analysis& analysis, double) {
        EXPECT_LE(analysis.boxes.size(), kMaxBoxes);
        EXPECT_LE(analysis.score, 1.0);
        for (const auto& box : analysis.boxes) {
          EXPECT_GE(box.x, 0);
          EXPECT_GE(box.y, 0);
          EXPECT_GT(box.width, 0);
          EXPECT_GT(box.height, 0);
          EXPECT_LE(box.x + box.width, 640);
          EXPECT_LE(box.y + box.height, 360);
        }
      });
}

}  // namespace
}  // namespace vigil::motion
