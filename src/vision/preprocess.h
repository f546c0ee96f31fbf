#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "media/frame.h"
#include "model/box.h"
#include "vision/model_card.h"

// Pictures → a model's numbers, in the YUV domain: the planes are scaled first and only what is left of them is
// converted, straight into the tensor. For 1080p that is a fraction of what converting the whole picture costs.

namespace vigil::vision {

struct YuvMatrix;

struct TensorShape {
  int width = 0, height = 0;
  bool channels_last = false;  // NHWC instead of NCHW
  bool operator==(const TensorShape&) const = default;
};

// Part of a picture, in its pixels.
struct Region {
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const Region&) const = default;
};

// Where a region of the picture lies in the tensor.
struct Placement {
  Region region;                                 // what was looked at: x and y even
  int left = 0, top = 0, width = 0, height = 0;  // of it, in the tensor

  // Corners in the tensor → a box in the picture, clipped to the region.
  model::Box to_picture(float x1, float y1, float x2, float y2) const;
};

// The tensor's shape, multiples of `step`, in which a picture of that size has the scale that it has in `base`, and
// little more is filled than must be: 416×416 → 416×256 for 16:9. `slack`: what a letterbox must leave at the edge, as
// far as `base` has room: models find more with a little of it (docs/benchmarks.md).
TensorShape fitted_shape(const TensorShape& base, int width, int height, int step = 32, int slack = 16);

// The shape of at most so many pixels, multiples of `step`, in which such a picture is shown largest, but not larger
// than it is, and not smaller than fitted_shape() shows it: what is far away is small.
TensorShape roomy_shape(const TensorShape& base, std::int64_t pixels, int width, int height, int step = 32,
                        int slack = 16);

// Not thread-safe; keeps its tensor and tables for the next picture of the same size. Bilinear with pixel centres, like
// OpenCV's INTER_LINEAR, which models are commonly trained with; colours after ITU-R BT.709 for limited range pictures
// of 720 lines and more, else BT.601 (JPEG always).
class Preprocessor {
 public:
  Preprocessor(const TensorShape& shape, const Preparation& preparation);

  // Fills tensor() from the region, which is clipped to the picture; nothing (width 0): the whole picture.
  Placement prepare(const media::Frame& frame, const Region& region = {});

  std::span<const float> tensor() const { return tensor_; }
  const TensorShape& shape() const { return shape_; }

 private:
  struct Axis {  // where the samples of one output line come from
    int from = 0, origin = 0, to = 0;
    std::vector<std::int32_t> at;
    std::vector<std::int16_t> weights;  // pairs: of the sample there and of the next one; together 128
    bool matches(int f, int o, int t) const { return from == f && origin == o && to == t && !at.empty(); }
  };
  struct Scaled {
    Axis across, down;
    int width = 0, height = 0;
    std::vector<std::uint8_t> samples;
  };

  Placement place(const media::Frame& frame, const Region& region) const;
  void fill(const Placement& placement);
  void scale(const media::Plane& plane, const Region& part, int width, int height, Scaled& to);
  void convert(const media::Frame& frame, const Placement& placement);
  void write_line(int y, const Placement& placement, const YuvMatrix& matrix);
  static void make_axis(int from, int origin, int to, Axis& axis);

  TensorShape shape_;
  Preparation preparation_;
  Placement filled_for_;
  std::vector<float> tensor_;
  std::array<Scaled, 3> planes_;
  std::vector<std::int16_t> blended_;
  std::vector<float> line_;  // of one channel, where channels come last
  std::vector<float> luma_;
  std::array<std::vector<float>, 3> chroma_;  // what chroma adds to red, green and blue, for one line
};

}  // namespace vigil::vision
