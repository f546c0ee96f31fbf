#include "vision/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "media/glyph.h"

namespace vigil::vision {
namespace {

struct Colour {
  std::uint8_t y, u, v;
};

// Told apart on any picture; a track keeps its own.
constexpr std::array kColours = {Colour{180, 90, 60},   Colour{200, 60, 150}, Colour{150, 180, 90},
                                 Colour{190, 110, 190}, Colour{170, 60, 90},  Colour{140, 150, 200},
                                 Colour{210, 40, 110},  Colour{120, 200, 130}};
constexpr Colour kBlack{16, 128, 128};

class Sheet {
 public:
  explicit Sheet(const media::Frame& from) : frame_(std::make_shared<media::Frame>(from)) {
    const int half_width = (from.width + 1) / 2, half_height = (from.height + 1) / 2;
    const auto luma = static_cast<std::size_t>(from.width) * static_cast<std::size_t>(from.height);
    const auto chroma = static_cast<std::size_t>(half_width) * static_cast<std::size_t>(half_height);
    auto memory = std::make_shared<std::vector<std::uint8_t>>(luma + 2 * chroma, std::uint8_t{128});
    rows_ = {memory->data(), memory->data() + luma, memory->data() + luma + chroma};
    frame_->format = media::PixelFormat::I420;
    frame_->planes[0] = {rows_[0], from.width, from.width, from.height};
    frame_->planes[1] = {rows_[1], half_width, half_width, half_height};
    frame_->planes[2] = {rows_[2], half_width, half_width, half_height};
    frame_->bytes = memory->size();
    frame_->owner = std::move(memory);
    const int planes = from.format == media::PixelFormat::Gray ? 1 : 3;
    for (int i = 0; i < planes; ++i) copy(from.planes[static_cast<std::size_t>(i)], i);
  }

  void fill(int x0, int y0, int x1, int y1, Colour colour) {
    x0 = std::clamp(x0, 0, frame_->width), x1 = std::clamp(x1, 0, frame_->width);
    y0 = std::clamp(y0, 0, frame_->height), y1 = std::clamp(y1, 0, frame_->height);
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) {
        *at(0, x, y) = colour.y;
        *at(1, x / 2, y / 2) = colour.u;
        *at(2, x / 2, y / 2) = colour.v;
      }
    }
  }

  media::FramePtr take() { return std::move(frame_); }

 private:
  std::uint8_t* at(std::size_t plane, int x, int y) {
    return rows_[plane] + static_cast<std::ptrdiff_t>(y) * frame_->planes[plane].stride + x;
  }
  // Chroma of other layouts is sampled.
  void copy(const media::Plane& from, int plane) {
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

  std::shared_ptr<media::Frame> frame_;
  std::array<std::uint8_t*, 3> rows_{};
};

void outline(Sheet& sheet, const model::Box& box, int line, bool dashed, Colour colour) {
  const int x0 = static_cast<int>(std::lround(box.x)), x1 = static_cast<int>(std::lround(box.right()));
  const int y0 = static_cast<int>(std::lround(box.y)), y1 = static_cast<int>(std::lround(box.bottom()));
  const int dash = dashed ? 4 * line : 1 << 20;
  for (int x = x0; x < x1; x += 2 * dash) {
    const int end = std::min(x1, x + dash);
    sheet.fill(x, y0, end, y0 + line, colour);
    sheet.fill(x, y1 - line, end, y1, colour);
  }
  for (int y = y0; y < y1; y += 2 * dash) {
    const int end = std::min(y1, y + dash);
    sheet.fill(x0, y, x0 + line, end, colour);
    sheet.fill(x1 - line, y, x1, end, colour);
  }
}

// Above the box, or inside it at the picture's upper edge.
void label(Sheet& sheet, const std::string& text, const model::Box& box, int dot, Colour colour) {
  const int height = 9 * dot, width = static_cast<int>(text.size()) * 6 * dot + dot;
  const int x0 = static_cast<int>(std::lround(box.x)), top = static_cast<int>(std::lround(box.y));
  const int y0 = top >= height ? top - height : top;
  sheet.fill(x0, y0, x0 + width, y0 + height, kBlack);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rows = media::glyph(static_cast<char>(std::toupper(static_cast<unsigned char>(text[i]))));
    for (int y = 0; y < 7; ++y) {
      for (int x = 0; x < 5; ++x) {
        if ((rows[static_cast<std::size_t>(y)] >> (4 - x) & 1) == 0) continue;
        const int px = x0 + dot + (static_cast<int>(i) * 6 + x) * dot, py = y0 + (y + 1) * dot;
        sheet.fill(px, py, px + dot, py + dot, colour);
      }
    }
  }
}

}  // namespace

media::FramePtr draw(const media::Frame& frame, const std::vector<model::SeenObject>& objects) {
  if (frame.width <= 0 || frame.height <= 0) return nullptr;
  Sheet sheet(frame);
  const int line = std::max(2, frame.height / 270), dot = std::max(1, frame.height / 400);
  for (const auto& object : objects) {
    if (object.state != model::TrackState::Confirmed && object.state != model::TrackState::Coasting) continue;
    const auto box = model::clip(object.box, frame.width, frame.height);
    if (!(box.area() > 0)) continue;
    const auto colour = kColours[object.track_id % kColours.size()];
    outline(sheet, box, line, object.state == model::TrackState::Coasting, colour);
    label(sheet, fmt::format("{} {}", object.label, object.track_id), box, dot, colour);
  }
  return sheet.take();
}

}  // namespace vigil::vision
