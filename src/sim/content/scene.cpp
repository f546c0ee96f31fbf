#include "sim/content/scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "media/glyph.h"

namespace vigil::sim {
namespace {

struct Colour {
  std::uint8_t y, u, v;
};

constexpr Colour kBlack{16, 128, 128}, kWhite{235, 128, 128};
constexpr std::array<Colour, 6> kClothes{
    {{90, 200, 110}, {140, 60, 110}, {110, 100, 200}, {180, 110, 140}, {60, 150, 120}, {150, 90, 170}}};
constexpr Colour kSkin{170, 110, 150};

// An open I420 picture with planes one after the other.
struct Canvas {
  int width, height;
  std::uint8_t* y;
  std::uint8_t* u;
  std::uint8_t* v;

  Canvas(std::vector<std::uint8_t>& bytes, int w, int h)
      : width(w), height(h), y(bytes.data()), u(y + w * h), v(u + w * h / 4) {}

  // Clipped to the picture; the chroma has half the resolution.
  void row(int x0, int x1, int line, Colour colour) {
    if (line < 0 || line >= height) return;
    x0 = std::clamp(x0, 0, width);
    x1 = std::clamp(x1, x0, width);
    std::fill(y + line * width + x0, y + line * width + x1, colour.y);
    const auto chroma = (line / 2) * (width / 2);
    std::fill(u + chroma + x0 / 2, u + chroma + x1 / 2, colour.u);
    std::fill(v + chroma + x0 / 2, v + chroma + x1 / 2, colour.v);
  }

  void box(int x, int top, int w, int h, Colour colour) {
    for (int line = top; line < top + h; ++line) row(x, x + w, line, colour);
  }

  void disc(int x, int middle, int radius, Colour colour) {
    for (int dy = -radius; dy <= radius; ++dy) {
      const int half = static_cast<int>(std::sqrt(radius * radius - dy * dy));
      row(x - half, x + half, middle + dy, colour);
    }
  }

  void text(int x, int top, int scale, std::string_view words, Colour colour) {
    for (char c : words) {
      const auto rows = media::glyph(c);
      for (int line = 0; line < 7; ++line) {
        for (int dot = 0; dot < 5; ++dot) {
          if ((rows[static_cast<std::size_t>(line)] >> (4 - dot) & 1) != 0) {
            box(x + dot * scale, top + line * scale, scale, scale, colour);
          }
        }
      }
      x += 6 * scale;
    }
  }
};

std::uint32_t noise(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ x >> 16;
}

std::size_t bytes_of(int width, int height) {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3 / 2;
}

// A figure of head and body that walks to and fro, nearer is larger.
void paint_figure(Canvas& canvas, int number, int variant, double seconds) {
  const double phase = number * 2.1 + variant * 0.7, speed = 0.21 + 0.07 * number;
  const double depth = 0.5 + 0.35 * std::sin(seconds * speed * 0.6 + phase * 1.3);
  const int tall = static_cast<int>(canvas.height * (0.16 + 0.3 * depth));
  const int x = static_cast<int>(canvas.width * (0.5 + 0.42 * std::sin(seconds * speed + phase)));
  const int feet = static_cast<int>(canvas.height * (0.5 + 0.45 * depth));
  const auto clothes = kClothes[static_cast<std::size_t>(number + variant) % kClothes.size()];
  const int swing = static_cast<int>(tall * 0.06 * std::sin(seconds * 6 + phase));
  canvas.box(x - tall / 8 + swing, feet - tall * 2 / 5, tall / 9, tall * 2 / 5, {50, 120, 130});
  canvas.box(x + tall / 40 - swing, feet - tall * 2 / 5, tall / 9, tall * 2 / 5, {50, 120, 130});
  canvas.box(x - tall / 7, feet - tall * 4 / 5, tall * 2 / 7, tall * 2 / 5, clothes);
  canvas.disc(x, feet - tall * 9 / 10, tall / 10, kSkin);
}

struct Picture {
  media::Frame frame;
  std::vector<std::uint8_t> bytes;
};

}  // namespace

ScenePainter::ScenePainter(int width, int height, int variant, std::string label)
    : width_(width), height_(height), variant_(variant), label_(std::move(label)) {
  background_.resize(bytes_of(width, height));
  Canvas canvas(background_, width, height);
  const int horizon = height * 2 / 5;
  for (int line = 0; line < height; ++line) {
    const bool wall = line < horizon;
    const int shade = wall ? 120 + 30 * line / horizon : 70 + 60 * (line - horizon) / (height - horizon);
    const auto hue = static_cast<std::uint8_t>(116 + 8 * (variant % 4));
    canvas.row(0, width, line, {static_cast<std::uint8_t>(shade), hue, static_cast<std::uint8_t>(wall ? 132 : 124)});
    for (int x = 0; x < width; ++x) {
      const auto grain = noise(static_cast<std::uint32_t>(line / 2 * 4096 + x / 2 + variant * 7919)) % 13;
      auto& dot = canvas.y[line * width + x];
      dot = static_cast<std::uint8_t>(dot + static_cast<int>(grain) - 6);
    }
  }
  // A door, a window and a table, so that a picture has edges that stand still.
  const int unit = height / 12;
  canvas.box(width / 8 + variant * unit, horizon - 4 * unit, 2 * unit, 4 * unit, {80, 120, 140});
  canvas.box(width * 5 / 8 - variant * unit / 2, horizon - 3 * unit, 4 * unit, 2 * unit, {200, 136, 122});
  canvas.box(width / 2 - 3 * unit, horizon + 3 * unit, 6 * unit, unit / 2, {95, 112, 146});
}

media::FramePtr ScenePainter::paint(Ticks pts, WallTime now) const {
  auto picture = std::make_shared<Picture>();
  picture->bytes = background_;
  Canvas canvas(picture->bytes, width_, height_);
  const double seconds = static_cast<double>(pts.count()) / 90000;
  for (int figure = 0; figure < 4; ++figure) paint_figure(canvas, figure, variant_, seconds);

  // "2026-11-21T12:05:34.123Z" as two lines.
  const auto time = to_rfc3339(now);
  const int scale = std::max(1, width_ / 240), edge = 2 * scale;
  const auto first = label_ + " " + time.substr(0, 10), second = time.substr(11, 12);
  const int wide = static_cast<int>(std::max(first.size(), 2 * second.size())) * 6 * scale;
  canvas.box(edge, edge, wide + 2 * edge, 26 * scale, kBlack);
  canvas.text(2 * edge, 2 * edge - scale, scale, first, kWhite);
  canvas.text(2 * edge, 12 * scale, 2 * scale, second, kWhite);

  auto& frame = picture->frame;
  frame.pts = pts;
  frame.captured = now;
  frame.width = width_;
  frame.height = height_;
  frame.bytes = picture->bytes.size();
  frame.planes = {media::Plane{canvas.y, width_, width_, height_},
                  media::Plane{canvas.u, width_ / 2, width_ / 2, height_ / 2},
                  media::Plane{canvas.v, width_ / 2, width_ / 2, height_ / 2}};
  return media::FramePtr(picture, &frame);
}

}  // namespace vigil::sim
