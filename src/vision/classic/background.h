#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "media/frame.h"

namespace vigil::vision::classic {

// What a fixed camera's scene looks like when nobody is in it, on a small luma picture. Two layers for each pixel: the
// background (mean and variance) and a candidate, the value that it has had since a while; a candidate that stays
// becomes the background. All memory is in seconds. Not thread-safe.
class Background {
 public:
  // `width`: of the small picture, at most; its height follows.
  explicit Background(int width) : widest_(width) {}

  // Learns and tells. `keep`: pixels (of the small picture, 0 or 1, may be empty) that somebody was found in: they are
  // hardly learnt, so that who stands still does not fade into the background.
  void see(const media::Plane& luma, Nanos at, const std::vector<std::uint8_t>& keep);
  void reset();

  int width() const { return width_; }
  int height() const { return height_; }
  double scale() const { return scale_; }                                      // small pixels a source pixel
  const std::vector<std::uint8_t>& foreground() const { return foreground_; }  // 0 or 1 a pixel
  bool settled() const { return age_ > kBoot; }

  // The part (0..1) of a box's foreground that changed within the last second: what moves is alive, what was uncovered
  // or switched on is not.
  double alive(int x0, int y0, int x1, int y1) const;

 private:
  void resize(const media::Plane& luma);
  void shrink(const media::Plane& luma);
  int exposure_shift() const;
  void clean();

  static constexpr Nanos kBoot = std::chrono::milliseconds(1500);

  const int widest_;
  int source_width_ = 0, source_height_ = 0;
  int width_ = 0, height_ = 0;
  double scale_ = 1;
  Nanos last_{0}, age_{0};
  std::vector<std::uint8_t> small_, raw_, foreground_, candidate_;
  std::vector<float> mean_, variance_, stable_;  // stable_: seconds that the candidate has lasted
};

}  // namespace vigil::vision::classic
