#include "vision/sheet.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace vigil::vision {

Sheet::Sheet(const media::Frame& from) : frame_(std::make_shared<media::Frame>(from)) {
  const int half_width = (from.width + 1) / 2, half_height = (from.height + 1) / 2;
  const auto luma = static_cast<std::size_t>(from.width) * static_cast<std::size_t>(from.height);
  const auto chroma = static_cast<std::size_t>(half_width) * static_cast<std::size_t>(half_height);
  const std::shared_ptr<std::uint8_t[]> memory(new std::uint8_t[luma + 2 * chroma]);  // every byte is written below
  rows_ = {memory.get(), memory.get() + luma, memory.get() + luma + chroma};
  frame_->format = media::PixelFormat::I420;
  frame_->planes[0] = {rows_[0], from.width, from.width, from.height};
  frame_->planes[1] = {rows_[1], half_width, half_width, half_height};
  frame_->planes[2] = {rows_[2], half_width, half_width, half_height};
  frame_->bytes = luma + 2 * chroma;
  frame_->owner = memory;
  copy(from.planes[0], 0);
  if (from.format == media::PixelFormat::Gray) {
    std::memset(rows_[1], 128, 2 * chroma);
  } else {
    copy(from.planes[1], 1);
    copy(from.planes[2], 2);
  }
}

void Sheet::copy(const media::Plane& from, int plane) {
  const auto& to = frame_->planes[static_cast<std::size_t>(plane)];
  for (int y = 0; y < to.height; ++y) {
    const auto* in =
        from.data + static_cast<std::ptrdiff_t>(std::min(from.height - 1, y * from.height / to.height)) * from.stride;
    auto* out = at(static_cast<std::size_t>(plane), 0, y);
    if (from.width == to.width) {
      std::memcpy(out, in, static_cast<std::size_t>(to.width));
    } else {
      for (int x = 0; x < to.width; ++x) out[x] = in[std::min(from.width - 1, x * from.width / to.width)];
    }
  }
}

template <class Row>
void Sheet::rows(Span span, Colour colour, Row row) {
  const int x0 = std::clamp(span.x0, 0, width()), x1 = std::clamp(span.x1, 0, width());
  const int y0 = std::clamp(span.y0, 0, height()), y1 = std::clamp(span.y1, 0, height());
  if (x0 >= x1 || y0 >= y1) return;
  for (int y = y0; y < y1; ++y) row(at(0, x0, y), x1 - x0, colour.y);
  const int columns = (x1 - 1) / 2 - x0 / 2 + 1;
  for (int y = y0 / 2; y <= (y1 - 1) / 2; ++y) {
    row(at(1, x0 / 2, y), columns, colour.u);
    row(at(2, x0 / 2, y), columns, colour.v);
  }
}

void Sheet::fill(int x0, int y0, int x1, int y1, Colour colour) {
  rows({x0, y0, x1, y1}, colour, [](std::uint8_t* to, int count, std::uint8_t value) {
    std::memset(to, value, static_cast<std::size_t>(count));
  });
}

void Sheet::tint(int x0, int y0, int x1, int y1, Colour colour) {
  rows({x0, y0, x1, y1}, colour, [](std::uint8_t* to, int count, std::uint8_t value) {
    for (int i = 0; i < count; ++i) to[i] = static_cast<std::uint8_t>((to[i] + value + 1) / 2);
  });
}

// Runs of equal rows, or of equal columns where it is steeper than that.
void Sheet::line(int x0, int y0, int x1, int y1, int thickness, Colour colour) {
  // Far outside nothing is to be seen, but every step counts.
  const auto near = [](int value, int side) { return std::clamp(value, -2 * side, 3 * side); };
  x0 = near(x0, width()), x1 = near(x1, width()), y0 = near(y0, height()), y1 = near(y1, height());
  const int dx = std::abs(x1 - x0), dy = std::abs(y1 - y0), half = thickness / 2;
  const int steps = std::max({1, std::min(dx, dy)});
  const auto along = [&](int from, int to, int step) {
    return from + static_cast<int>(static_cast<std::int64_t>(to - from) * step / steps);
  };
  for (int step = 0; step < steps; ++step) {
    const int ax = along(x0, x1, step), ay = along(y0, y1, step);
    const int bx = along(x0, x1, step + 1), by = along(y0, y1, step + 1);
    fill(std::min(ax, bx) - half, std::min(ay, by) - half, std::max(ax, bx) - half + thickness,
         std::max(ay, by) - half + thickness, colour);
  }
}

}  // namespace vigil::vision
