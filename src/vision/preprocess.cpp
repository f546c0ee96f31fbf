#include "vision/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace vigil::vision {

// ITU-R BT.601 and BT.709, section 3: from the weights of red and blue in luma. `range`: excursion of luma and chroma.
struct YuvMatrix {
  float luma, luma_zero, red_v, green_u, green_v, blue_u;
};

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

YuvMatrix matrix_of(const media::Frame& frame) {
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
void blend(const std::uint8_t* upper, const std::uint8_t* lower, int weight, int count, std::int16_t* out) {
  const auto w1 = static_cast<std::int16_t>(weight), w0 = static_cast<std::int16_t>(kOne - weight);
  for (int x = 0; x < count; ++x) out[x] = static_cast<std::int16_t>(upper[x] * w0 + lower[x] * w1);
}

constexpr int kRound = kOne * kOne / 2, kBits = 14;

#if defined(__SSE2__)
__m128i pair_at(const std::int16_t* line, std::int32_t at) {
  int pair = 0;
  std::memcpy(&pair, line + at, sizeof pair);
  return _mm_cvtsi32_si128(pair);
}

// Four neighbouring samples of the output: the compiler does not find the multiply-and-add of pairs by itself.
__m128i four(const std::int16_t* line, const std::int32_t* at, const std::int16_t* weights) {
  const auto low = _mm_unpacklo_epi32(pair_at(line, at[0]), pair_at(line, at[1]));
  const auto high = _mm_unpacklo_epi32(pair_at(line, at[2]), pair_at(line, at[3]));
  const auto w = _mm_loadu_si128(reinterpret_cast<const __m128i*>(weights));
  const auto sum = _mm_madd_epi16(_mm_unpacklo_epi64(low, high), w);
  return _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(kRound)), kBits);
}
#endif

void pick(const std::int16_t* line, const std::int32_t* at, const std::int16_t* weights, int count, std::uint8_t* out) {
  int x = 0;
#if defined(__SSE2__)
  for (; x + 8 <= count; x += 8) {
    const auto words =
        _mm_packs_epi32(four(line, at + x, weights + 2 * x), four(line, at + x + 4, weights + 2 * x + 8));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + x), _mm_packus_epi16(words, words));
  }
#endif
  for (; x < count; ++x) {
    const auto* pair = line + at[x];
    out[x] = static_cast<std::uint8_t>((pair[0] * weights[2 * x] + pair[1] * weights[2 * x + 1] + kRound) >> kBits);
  }
}

// What chroma adds to a line; each sample counts for `Step` neighbours.
template <int Step>
void chroma_terms(const std::uint8_t* u, const std::uint8_t* v, int count, const YuvMatrix& m, float* __restrict red,
                  float* __restrict green, float* __restrict blue) {
  for (int x = 0; x < count; ++x) {
    const auto du = static_cast<float>(u[x] - 128), dv = static_cast<float>(v[x] - 128);
    for (int i = 0; i < Step; ++i) {
      red[x * Step + i] = m.red_v * dv;
      green[x * Step + i] = -m.green_u * du - m.green_v * dv;
      blue[x * Step + i] = m.blue_u * du;
    }
  }
}

void luma_terms(const std::uint8_t* luma, int count, const YuvMatrix& m, float* __restrict out) {
  for (int x = 0; x < count; ++x) out[x] = (static_cast<float>(luma[x]) - m.luma_zero) * m.luma;
}

// One channel of one line: luma and what chroma adds, then the model's own scale.
void channel(const float* __restrict luma, const float* __restrict add, int count, float factor, float offset,
             float* __restrict out) {
  for (int x = 0; x < count; ++x) {
    float value = luma[x] + add[x];
    value = value > 0.F ? value : 0.F;
    value = value < 255.F ? value : 255.F;
    out[x] = value * factor + offset;
  }
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

TensorShape roomy_shape(const TensorShape& base, std::int64_t pixels, int width, int height, int step, int slack) {
  auto best = fitted_shape(base, width, height, step, slack);
  if (width <= 0 || height <= 0) return best;
  double scale = std::min(static_cast<double>(best.width) / width, static_cast<double>(best.height) / height);
  auto up = [&](double side) { return static_cast<std::int64_t>(std::ceil((side + slack) / step - 1e-6)) * step; };
  // One side is a multiple of the step and the other follows, either way round.
  auto consider = [&](int along, int across, bool lies) {
    for (std::int64_t side = step; side * step <= pixels; side += step) {
      const double s = static_cast<double>(side - slack) / along;
      const auto other = up(across * s);
      if (side * other > pixels || s > 1) return;
      if (s <= scale) continue;
      scale = s;
      best.width = static_cast<int>(lies ? side : other);
      best.height = static_cast<int>(lies ? other : side);
    }
  };
  consider(width, height, true);
  consider(height, width, false);
  return best;
}

Preprocessor::Preprocessor(const TensorShape& shape, const Preparation& preparation)
    : shape_(shape),
      preparation_(preparation),
      tensor_(static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height) * 3) {
  line_.resize(static_cast<std::size_t>(shape.width));
  luma_.resize(static_cast<std::size_t>(shape.width));
  for (auto& row : chroma_) row.resize(static_cast<std::size_t>(shape.width) + 1);
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
  axis.weights.resize(static_cast<std::size_t>(to) * 2);
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
    axis.weights[static_cast<std::size_t>(i) * 2] = static_cast<std::int16_t>(kOne - weight);
    axis.weights[static_cast<std::size_t>(i) * 2 + 1] = static_cast<std::int16_t>(weight);
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
    const int weight = to.down.weights[row * 2 + 1];
    const auto* lower = weight == 0 ? upper : upper + plane.stride;
    blend(upper, lower, weight, part.width, blended_.data());
    blended_[static_cast<std::size_t>(part.width)] = 0;  // read, with no weight, in planes of a single column
    pick(blended_.data(), to.across.at.data(), to.across.weights.data(), width,
         to.samples.data() + row * static_cast<std::size_t>(width));
  }
}

void Preprocessor::convert(const media::Frame& frame, const Placement& placement) {
  const auto& region = placement.region;
  scale(frame.planes[0], region, placement.width, placement.height, planes_[0]);
  const bool gray = frame.format == media::PixelFormat::Gray;
  const auto shift = chroma_shift(frame.format);
  // A picture that becomes much smaller has more chroma than can be seen: half as many samples do.
  const int half = region.width >= 2 * placement.width && region.height >= 2 * placement.height ? 1 : 0;
  const int chroma_width = (placement.width + half) >> half, chroma_height = (placement.height + half) >> half;
  if (!gray) {
    for (std::size_t i : {1U, 2U}) {
      const auto& plane = frame.planes[i];
      Region part{region.x >> shift.x, region.y >> shift.y, 0, 0};
      part.width = std::min((region.width + shift.x) >> shift.x, plane.width - part.x);
      part.height = std::min((region.height + shift.y) >> shift.y, plane.height - part.y);
      scale(plane, part, chroma_width, chroma_height, planes_[i]);
    }
  }
  const auto matrix = matrix_of(frame);
  for (auto& terms : chroma_) std::fill(terms.begin(), terms.end(), 0.F);
  for (int y = 0; y < placement.height; ++y) {
    if (!gray && (y & half) == 0) {
      const auto at = static_cast<std::size_t>(y >> half) * static_cast<std::size_t>(chroma_width);
      const auto terms = half != 0 ? chroma_terms<2> : chroma_terms<1>;
      terms(planes_[1].samples.data() + at, planes_[2].samples.data() + at, chroma_width, matrix, chroma_[0].data(),
            chroma_[1].data(), chroma_[2].data());
    }
    write_line(y, placement, matrix);
  }
}

void Preprocessor::write_line(int y, const Placement& placement, const YuvMatrix& matrix) {
  const auto width = static_cast<std::size_t>(placement.width), area = tensor_.size() / 3;
  const auto* luma = planes_[0].samples.data() + static_cast<std::size_t>(y) * width;
  const auto line = static_cast<std::size_t>(placement.top + y) * static_cast<std::size_t>(shape_.width) +
                    static_cast<std::size_t>(placement.left);
  luma_terms(luma, placement.width, matrix, luma_.data());
  for (std::size_t i = 0; i < 3; ++i) {
    const auto colour = preparation_.order == Preparation::Order::Rgb ? i : 2 - i;
    const float factor = 1 / preparation_.scale[i], offset = -preparation_.mean[i] * factor;
    auto* out = shape_.channels_last ? line_.data() : tensor_.data() + i * area + line;
    channel(luma_.data(), chroma_[colour].data(), placement.width, factor, offset, out);
    if (shape_.channels_last) {
      for (std::size_t x = 0; x < width; ++x) tensor_[(line + x) * 3 + i] = line_[x];
    }
  }
}

}  // namespace vigil::vision
