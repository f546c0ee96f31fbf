#include "vision/track/camera_motion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "vision/tracker.h"

namespace vigil::vision::track {
namespace {

// A landscape of smooth hills; seen through a camera at (x, y) that shows `zoom` pixels for each of its own.
class View {
 public:
  View(float x, float y, float zoom = 1, int width = 640, int height = 480) {
    plane_ = {nullptr, width, width, height};
    for (int v = 0; v < height; ++v) {
      for (int u = 0; u < width; ++u) {
        const float a = x + static_cast<float>(u) / zoom, b = y + static_cast<float>(v) / zoom;
        const float hills = std::sin(a / 11) * std::cos(b / 13) + std::sin(a / 29 + b / 17) + std::cos(a / 47 - b / 7);
        bytes_.push_back(static_cast<std::uint8_t>(std::clamp(128 + 40 * hills, 0.0F, 255.0F)));
      }
    }
    plane_.data = bytes_.data();
  }
  const media::Plane& plane() const { return plane_; }

 private:
  std::vector<std::uint8_t> bytes_;
  media::Plane plane_;
};

TEST(CameraMotion, FindsHowFarTheCameraTurned) {
  CameraMotion motion;
  EXPECT_FALSE(motion.next(View(0, 0).plane(), {}));
  auto shift = motion.next(View(13, -9).plane(), {});
  ASSERT_TRUE(shift);
  EXPECT_NEAR(shift->x, -13, 1);
  EXPECT_NEAR(shift->y, 9, 1);
  EXPECT_NEAR(shift->scale, 1, 0.003);
  auto still = motion.next(View(13, -9).plane(), {});
  ASSERT_TRUE(still);
  EXPECT_EQ(still->x, 0);
  EXPECT_EQ(still->scale, 1);
}

TEST(CameraMotion, FindsHowMuchItZoomed) {
  CameraMotion motion;
  (void)motion.next(View(100, 50).plane(), {});
  auto shift = motion.next(View(100, 50, 1.03F).plane(), {});
  ASSERT_TRUE(shift);
  EXPECT_NEAR(shift->scale, 1.03, 0.004);
}

TEST(CameraMotion, SaysNothingWhereNothingCanBeSaid) {
  CameraMotion motion;
  std::vector<std::uint8_t> grey(640 * 480, 90);
  const media::Plane even = {grey.data(), 640, 640, 480};
  (void)motion.next(even, {});
  EXPECT_FALSE(motion.next(even, {}));                    // no texture
  EXPECT_FALSE(motion.next(View(0, 0).plane(), {}));      // a cut
  EXPECT_FALSE(motion.next(View(900, 700).plane(), {}));  // farther than anything is looked for
  EXPECT_FALSE(motion.next(View(0, 0, 1, 320, 240).plane(), {}));
  EXPECT_FALSE(motion.next({}, {}));
  EXPECT_FALSE(motion.next(View(0, 0, 1, 3, 2).plane(), {}));
  EXPECT_FALSE(motion.next(View(0, 0, 1, 3, 2).plane(), {}));
}

TEST(CameraMotion, LeavesOutWhatMovesByItself) {
  CameraMotion motion;
  (void)motion.next(View(0, 0).plane(), {});
  const std::vector<model::Box> all = {{0, 0, 640, 480}};
  EXPECT_FALSE(motion.next(View(5, 0).plane(), all));
}

// Somebody stands still while the camera is swung to and fro.
TEST(CameraMotion, LetsTheTrackerFollowThroughASwing) {
  auto ids = [](bool camera_motion) {
    TrackerConfig config;
    config.camera_motion = camera_motion;
    Tracker tracker(config);
    for (int i = 0; i < 40; ++i) {
      const float x = i < 10 ? 0 : i % 4 < 2 ? 24 : 0;
      std::vector<Detection> seen = {{{300 - x, 200, 20, 60}, 0, 0.9F, {}}};
      const View view(x, 0);
      (void)tracker.update(seen, std::chrono::milliseconds(100) * i, {}, &view.plane());
    }
    return tracker.next_id() - 1;
  };
  EXPECT_EQ(ids(true), 1u);
  EXPECT_GT(ids(false), 1u);  // what is tested above is not nothing
}

}  // namespace
}  // namespace vigil::vision::track
