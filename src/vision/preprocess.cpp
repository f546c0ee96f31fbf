#include "vision/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace vigil::vision {
namespace {

constexpr int kOne = 128;      // weights are parts of it
constexpr int kHdLines = 720;  // from here on video is BT.709
constexpr int kPad = 8;

struct Shift {
  int x = 0, y = 0;
};

Shift chroma_shift(media::PixelFormat format) {
  switch (format) {
    case media::PixelFormat::I420:
      return {1, 1};
    case media::PixelFormat::I422:
      return {1, 0};
    case media::PixelFormat::I444:
    case media::PixelFormat::Gray:
      return {0, 0};
  }
  return {0, 0};
}

// ITU-R BT.601 and BT.709, section 3: from the weights of red and blue in luma. `range`: excursion of luma and chroma.
struct Matrix {
  float luma, luma_zero, red_v, green_u, green_v, blue_u;
};

Matrix matrix_of(const media::Frame& frame) {
  bool is_709 = !frame.full_range && frame.height >= kHdLines;
  const float kr = is_709 ? 0.2126F : 0.299F, kb = is_709 ? 0.0722F : 0.114F, kg = 1 - kr - kb;
  const float luma = frame.full_range ? 1.F : 255.F / 219.F, chroma = frame.full_range ? 1.F : 255.F / 224.F;
  return {luma,
          frame.full_range ? 0.F : 16.F,
          2 * (1 - kr) * chroma,
          2 * (1 - kb) * kb / kg * chroma,
          2 * (1 - kr) * kr / kg * chroma,
          2 * (1 - kb) * chroma};
}

// Two lines of samples → one, in 1/128.
void blend(const std::uint8_t* upper, const std::uint8_t* lower, int weight, int count, std::uint16_t* out) {
  const auto w1 = static_cast<std::uint16_t>(weight), w0 = static_cast<std::uint16_t>(kOne - weight);
  for (int x = 0; x < count; ++x) out[x] = static_cast<std::uint16_t>(upper[x] * w0 + lower[x] * w1);
}

void pick(const std::uint16_t* line, const std::int32_t* at, const std::uint16_t* weight, int count,
          std::uint8_t* out) {
  for (int x = 0; x < count; ++x) {
    const auto* pair = line + at[x];
    auto sum = static_cast<std::uint32_t>(pair[0]) * static_cast<std::uint32_t>(kOne - weight[x]) +
               static_cast<std::uint32_t>(pair[1]) * weight[x];
    out[x] = static_cast<std::uint8_t>((sum + kOne * kOne / 2) / (kOne * kOne));
  }
}

void chroma_terms(const std::uint8_t* u, const std::uint8_t* v, int count, const Matrix& m, float* red, float* green,
                  float* blue) {
  for (int x = 0; x < count; ++x) {
    const auto du = static_cast<float>(u[x] - 128), dv = static_cast<float>(v[x] - 128);
    red[x] = m.red_v * dv;
    green[x] = -m.green_u * du - m.green_v * dv;
    blue[x] = m.blue_u * du;
  }
}

float limited(float value) {
  value = value < 0.F ? 0.F : value;
  return value > 255.F ? 255.F : value;
}

// One channel of one line: luma and what chroma adds, then the model's own scale.
void channel(const std::uint8_t* luma, const float* add, int count, const Matrix& m, float factor, float offset,
             float* out) {
  for (int x = 0; x < count; ++x)
    out[x] = limited((static_cast<float>(luma[x]) - m.luma_zero) * m.luma + add[x]) * factor + offset;
}

}  // namespace

model::Box Placement::to_picture(float x1, float y1, float x2, float y2) const {
  const auto rx = static_cast<float>(region.x), ry = static_cast<float>(region.y);
  const auto rw = static_cast<float>(region.width), rh = static_cast<float>(region.height);
  const float sx = rw / static_cast<float>(width), sy = rh / static_cast<float>(height);
  auto across = [&](float x) { return rx + std::clamp((x - static_cast<float>(left)) * sx, 0.F, rw); };
  auto down = [&](float y) { return ry + std::clamp((y - static_cast<float>(top)) * sy, 0.F, rh); };
  const float l = across(x1), t = down(y1);
  return {l, t, across(x2) - l, down(y2) - t};
}

TensorShape fitted_shape(const TensorShape& base, int width, int height, int step, int slack) {
  if (width <= 0 || height <= 0) return base;
  const double scale = std::min(static_cast<double>(base.width) / width, static_cast<double>(base.height) / height);
  auto fit = [&](int side, int most) {
    auto steps = static_cast<int>(std::ceil((side * scale + slack) / step - 1e-6));
    return std::clamp(steps * step, step, std::max(most, step));
  };
  return {fit(width, base.width), fit(height, base.height), base.channels_last};
}

Preprocessor::Preprocessor(const TensorShape& shape, const Preparation& preparation)
    : shape_(shape),
      preparation_(preparation),
      tensor_(static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height) * 3) {
  for (auto& row : colours_) row.resize(static_cast<std::size_t>(shape.width));
  for (auto& row : chroma_) row.resize(static_cast<std::size_t>(shape.width));
}

Placement Preprocessor::prepare(const media::Frame& frame, const Region& region) {
  auto placement = place(frame, region);
  fill(placement);
  convert(frame, placement);
  return placement;
}

Placement Preprocessor::place(const media::Frame& frame, const Region& wanted) const {
  Placement out;
  auto& region = out.region;
  region = wanted.width <= 0 || wanted.height <= 0 ? Region{0, 0, frame.width, frame.height} : wanted;
  region.x = std::clamp(region.x, 0, std::max(frame.width - 2, 0)) & ~1;  // where chroma samples are
  region.y = std::clamp(region.y, 0, std::max(frame.height - 2, 0)) & ~1;
  region.width = std::clamp(region.width, 1, frame.width - region.x);
  region.height = std::clamp(region.height, 1, frame.height - region.y);
  out.width = shape_.width;
  out.height = shape_.height;
  if (preparation_.fit == Preparation::Fit::Letterbox) {
    const double scale =
        std::min(static_cast<double>(shape_.width) / region.width, static_cast<double>(shape_.height) / region.height);
    // As the code does that such models are trained with: YOLOX cuts a part of a pixel off, the YOLOv5 family rounds.
    auto whole = [&](double side) { return static_cast<int>(preparation_.centred ? std::round(side) : side + 1e-9); };
    out.width = std::clamp(whole(region.width * scale), 1, shape_.width);
    out.height = std::clamp(whole(region.height * scale), 1, shape_.height);
    if (preparation_.centred) {
      out.left = (shape_.width - out.width) / 2;
      out.top = (shape_.height - out.height) / 2;
    }
  }
  return out;
}

// The tensor is kept: what lies around the picture is written only when the picture moves.
void Preprocessor::fill(const Placement& placement) {
  const bool same = filled_for_.left == placement.left && filled_for_.top == placement.top &&
                    filled_for_.width == placement.width && filled_for_.height == placement.height;
  filled_for_ = placement;
  if (same || (placement.width == shape_.width && placement.height == shape_.height)) return;
  const auto area = static_cast<std::size_t>(shape_.width) * static_cast<std::size_t>(shape_.height);
  for (std::size_t i = 0; i < 3; ++i) {
    const float value = (preparation_.fill - preparation_.mean[i]) / preparation_.scale[i];
    if (shape_.channels_last) {
      for (std::size_t at = i; at < tensor_.size(); at += 3) tensor_[at] = value;
    } else {
      std::fill_n(tensor_.begin() + static_cast<std::ptrdiff_t>(i * area), area, value);
    }
  }
}

void Preprocessor::make_axis(int from, int origin, int to, Axis& axis) {
  if (axis.matches(from, origin, to)) return;
  axis.from = from;
  axis.origin = origin;
  axis.to = to;
  axis.at.resize(static_cast<std::size_t>(to));
  axis.weight.resize(static_cast<std::size_t>(to));
  const double step = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    const double position = std::clamp((i + 0.5) * step - 0.5, 0.0, static_cast<double>(from - 1));
    auto at = static_cast<int>(position);
    auto weight = static_cast<int>(std::lround((position - at) * kOne));
    if (at >= from - 1) {  // the last sample has no neighbour: use it as one
      at = std::max(from - 2, 0);
      weight = from > 1 ? kOne : 0;
    }
    axis.at[static_cast<std::size_t>(i)] = origin + at;
    axis.weight[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(weight);
  }
}

// `part`: in samples of the plane.
void Preprocessor::scale(const media::Plane& plane, const Region& part, int width, int height, Scaled& to) {
  make_axis(part.width, 0, width, to.across);
  make_axis(part.height, part.y, height, to.down);
  to.width = width;
  to.height = height;
  to.samples.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  blended_.resize(static_cast<std::size_t>(part.width + kPad));
  for (int y = 0; y < height; ++y) {
    const auto row = static_cast<std::size_t>(y);
    const auto* upper = plane.data + static_cast<std::ptrdiff_t>(to.down.at[row]) * plane.stride + part.x;
    const int weight = to.down.weight[row];
    const auto* lower = weight == 0 ? upper : upper + plane.stride;
    blend(upper, lower, weight, part.width, blended_.data());
    blended_[static_cast<std::size_t>(part.width)] = 0;  // read, with no weight, in planes of a single column
    pick(blended_.data(), to.across.at.data(), to.across.weight.data(), width,
         to.samples.data() + row * static_cast<std::size_t>(width));
  }
}

void Preprocessor::convert(const media::Frame& frame, const Placement& placement) {
  const auto& region = placement.region;
  scale(frame.planes[0], region, placement.width, placement.height, planes_[0]);
  const bool gray = frame.format == media::PixelFormat::Gray;
  const auto shift = chroma_shift(frame.format);
  if (!gray) {
    for (std::size_t i : {1U, 2U}) {
      const auto& plane = frame.planes[i];
      Region part{region.x >> shift.x, region.y >> shift.y, 0, 0};
      part.width = std::min((region.width + shift.x) >> shift.x, plane.width - part.x);
      part.height = std::min((region.height + shift.y) >> shift.y, plane.height - part.y);
      scale(plane, part, placement.width, placement.height, planes_[i]);
    }
  }
  const auto matrix = matrix_of(frame);
  const auto width = static_cast<std::size_t>(placement.width);
  for (auto& terms : chroma_) std::fill(terms.begin(), terms.end(), 0.F);
  for (int y = 0; y < placement.height; ++y) {
    const auto at = static_cast<std::size_t>(y) * width;
    if (!gray) {
      chroma_terms(planes_[1].samples.data() + at, planes_[2].samples.data() + at, placement.width, matrix,
                   chroma_[0].data(), chroma_[1].data(), chroma_[2].data());
    }
    for (std::size_t i = 0; i < 3; ++i) {
      const auto colour = preparation_.order == Preparation::Order::Rgb ? i : 2 - i;
      const float factor = 1 / preparation_.scale[i], offset = -preparation_.mean[i] * factor;
      const auto row = static_cast<std::size_t>(placement.top + y), column = static_cast<std::size_t>(placement.left);
      const auto line = row * static_cast<std::size_t>(shape_.width) + column;
      const auto area = static_cast<std::size_t>(shape_.width) * static_cast<std::size_t>(shape_.height);
      auto* out = shape_.channels_last ? colours_[i].data() : tensor_.data() + i * area + line;
      channel(planes_[0].samples.data() + at, chroma_[colour].data(), placement.width, matrix, factor, offset, out);
      if (shape_.channels_last) {
        for (std::size_t x = 0; x < width; ++x) tensor_[(line + x) * 3 + i] = colours_[i][x];
      }
    }
  }
}

}  // namespace vigil::vision
