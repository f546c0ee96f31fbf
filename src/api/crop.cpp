#include "api/crop.h"

#include <algorithm>
#include <cmath>

namespace vigil::api {
namespace {

constexpr float kMargin = 0.25F;
constexpr int kLeast = 32;

struct Span {
  int begin = 0, end = 0;
};

// Even where the frame allows it, so that chroma samples stay with their pixels.
Span span(float from, float length, int size) {
  const float margin = length * kMargin;
  auto begin = static_cast<int>(std::floor(std::clamp(from - margin, 0.0F, static_cast<float>(size))));
  auto end = static_cast<int>(std::ceil(std::clamp(from + length + margin, 0.0F, static_cast<float>(size))));
  const int missing = std::max(0, kLeast - (end - begin));
  begin = std::clamp(begin - missing / 2, 0, std::max(0, size - kLeast)) & ~1;
  end = std::min(size, std::max(end, begin + kLeast));
  if ((end & 1) != 0 && end < size) ++end;
  return {begin, end};
}

}  // namespace

media::FramePtr cut_out(const media::FramePtr& frame, const model::Box& box) {
  const auto inside = model::clip(box, frame->width, frame->height);
  if (!(inside.area() > 0)) return frame;
  const auto across = span(inside.x, inside.width, frame->width), down = span(inside.y, inside.height, frame->height);
  auto out = std::make_shared<media::Frame>(*frame);
  out->width = across.end - across.begin;
  out->height = down.end - down.begin;
  out->owner = frame;
  const bool narrow = frame->format == media::PixelFormat::I420 || frame->format == media::PixelFormat::I422;
  const bool flat = frame->format == media::PixelFormat::I420;
  const std::size_t planes = frame->format == media::PixelFormat::Gray ? 1 : 3;
  for (std::size_t i = 0; i < planes; ++i) {
    auto& plane = out->planes[i];
    const int h = i > 0 && narrow ? 2 : 1, v = i > 0 && flat ? 2 : 1;
    plane.data += static_cast<std::ptrdiff_t>(down.begin / v) * plane.stride + across.begin / h;
    plane.width = (out->width + h - 1) / h;
    plane.height = (out->height + v - 1) / v;
  }
  return out;
}

}  // namespace vigil::api
