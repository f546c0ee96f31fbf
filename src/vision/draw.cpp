#include "vision/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <string>
#include <string_view>

#include "media/glyph.h"
#include "vision/sheet.h"

namespace vigil::vision {
namespace {

// Told apart on any picture; a track keeps its own.
constexpr std::array kColours = {Colour{180, 90, 60},   Colour{200, 60, 150}, Colour{150, 180, 90},
                                 Colour{190, 110, 190}, Colour{170, 60, 90},  Colour{140, 150, 200},
                                 Colour{210, 40, 110},  Colour{120, 200, 130}};
constexpr Colour kMotion{200, 120, 120}, kArea{110, 128, 128};

constexpr std::size_t kTrail = 30;  // places
constexpr Ticks kForgotten = std::chrono::seconds(5);

Colour colour_of(std::uint64_t track) {
  return kColours[track % kColours.size()];
}

bool believed(const model::SeenObject& object) {
  return object.state == model::TrackState::Confirmed || object.state == model::TrackState::Coasting;
}

// From the picture that was looked at to the one that is drawn upon, which may be smaller.
struct Scale {
  double x = 1, y = 1;
  model::Box box(const model::Box& from) const {
    return {static_cast<float>(from.x * x), static_cast<float>(from.y * y), static_cast<float>(from.width * x),
            static_cast<float>(from.height * y)};
  }
};

struct Pen {
  Sheet& sheet;
  Scale scale;
  int line, dot;
};

int whole(double value) {
  return static_cast<int>(std::lround(std::clamp(value, -1e6, 1e6)));
}

void outline(Sheet& sheet, const model::Box& box, int line, bool dashed, Colour colour) {
  const int x0 = whole(box.x), x1 = whole(box.right());
  const int y0 = whole(box.y), y1 = whole(box.bottom());
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

void write(const Pen& pen, std::string_view text, int x0, int y0, Colour colour) {
  const int dot = pen.dot, width = static_cast<int>(text.size()) * 6 * dot + dot;
  pen.sheet.fill(x0, y0, x0 + width, y0 + 9 * dot, kBlack);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rows = media::glyph(static_cast<char>(std::toupper(static_cast<unsigned char>(text[i]))));
    for (int y = 0; y < 7; ++y) {
      for (int x = 0; x < 5; ++x) {
        if ((rows[static_cast<std::size_t>(y)] >> (4 - x) & 1) == 0) continue;
        const int px = x0 + dot + (static_cast<int>(i) * 6 + x) * dot, py = y0 + (y + 1) * dot;
        pen.sheet.fill(px, py, px + dot, py + dot, colour);
      }
    }
  }
}

// Above the box, or inside it at the picture's upper edge.
void label(const Pen& pen, std::string_view text, const model::Box& box, Colour colour) {
  const int height = 9 * pen.dot, top = whole(box.y);
  write(pen, text, whole(box.x), top >= height ? top - height : top, colour);
}

// Its runs, row by row.
void mask(const Pen& pen, const model::SeenObject& object, Colour colour) {
  if (!object.mask || !object.detected || object.mask->width <= 0 || object.mask->height <= 0) return;
  const auto box = pen.scale.box(*object.detected);
  const auto& grid = *object.mask;
  const auto column = [&](int x) {
    return whole(box.x + box.width * static_cast<float>(x) / static_cast<float>(grid.width));
  };
  const auto row = [&](int y) {
    return whole(box.y + box.height * static_cast<float>(y) / static_cast<float>(grid.height));
  };
  const auto end = static_cast<std::int64_t>(grid.width) * grid.height;
  std::int64_t at = 0;
  bool set = false;
  for (const auto run : grid.runs) {
    auto left = std::min<std::int64_t>(run, end - at);
    while (left > 0) {
      const auto x = static_cast<int>(at % grid.width), y = static_cast<int>(at / grid.width);
      const auto part = static_cast<int>(std::min<std::int64_t>(left, grid.width - x));
      if (set) pen.sheet.tint(column(x), row(y), column(x + part), row(y + 1), colour);
      at += part;
      left -= part;
    }
    set = !set;
  }
}

void trail(const Pen& pen, const Trail& trail) {
  const auto& places = trail.places;
  for (std::size_t i = 1; i < places.size(); ++i) {
    pen.sheet.line(whole(places[i - 1].x * pen.scale.x), whole(places[i - 1].y * pen.scale.y),
                   whole(places[i].x * pen.scale.x), whole(places[i].y * pen.scale.y), pen.line,
                   colour_of(trail.track_id));
  }
}

void area(const Pen& pen, const model::Polygon& polygon) {
  const double width = pen.sheet.width(), height = pen.sheet.height();
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const auto& from = polygon[i];
    const auto& to = polygon[(i + 1) % polygon.size()];
    pen.sheet.line(whole(from.x * width), whole(from.y * height), whole(to.x * width), whole(to.y * height),
                   std::max(1, pen.line / 2), kArea);
  }
}

void counts(const Pen& pen, const std::vector<model::SeenObject>& objects) {
  std::map<std::string, int> by_label;
  for (const auto& object : objects) by_label[object.label] += believed(object) ? 1 : 0;
  int y = pen.dot;
  for (const auto& [label, count] : by_label) {
    if (count == 0) continue;
    write(pen, fmt::format("{} {}", count, label), pen.dot, y, {220, 128, 128});
    y += 10 * pen.dot;
  }
}

}  // namespace

media::FramePtr draw(const media::Frame& frame, const Drawing& drawing) {
  if (frame.width <= 0 || frame.height <= 0) return nullptr;
  Sheet sheet(frame);
  Scale scale;
  if (drawing.width > 0 && drawing.height > 0) {
    scale = {static_cast<double>(frame.width) / drawing.width, static_cast<double>(frame.height) / drawing.height};
  }
  const Pen pen{sheet, scale, std::max(2, frame.height / 270), std::max(1, frame.height / 400)};
  for (const auto& each : drawing.areas) area(pen, each);
  for (const auto& box : drawing.motion) {
    const model::Box moved{static_cast<float>(box.x), static_cast<float>(box.y), static_cast<float>(box.width),
                           static_cast<float>(box.height)};
    outline(sheet, model::clip(scale.box(moved), frame.width, frame.height), std::max(1, pen.line / 2), false, kMotion);
  }
  for (const auto& each : drawing.trails) trail(pen, each);
  for (const auto& object : drawing.objects) {
    if (!believed(object)) continue;
    const auto box = model::clip(scale.box(object.box), frame.width, frame.height);
    if (!(box.area() > 0)) continue;
    const auto colour = colour_of(object.track_id);
    mask(pen, object, colour);
    outline(sheet, box, pen.line, object.state == model::TrackState::Coasting, colour);
    label(pen, fmt::format("{} {}", object.label, object.track_id), box, colour);
  }
  if (drawing.counts) counts(pen, drawing.objects);
  return sheet.take();
}

Drawing Trails::see(const model::Observation& observation) {
  Drawing out{observation.width, observation.height, {}, {}, {}, {}, true};
  for (const auto& object : observation.objects) {
    if (!believed(object)) continue;
    auto& path = paths_[object.track_id];
    const Place foot{whole(object.box.x + object.box.width / 2), whole(object.box.bottom())};
    if (path.places.empty() || path.places.back() != foot) path.places.push_back(foot);
    if (path.places.size() > kTrail) path.places.pop_front();
    path.seen = observation.pts;
    if (path.places.size() > 1) out.trails.push_back({object.track_id, {path.places.begin(), path.places.end()}});
    out.objects.push_back(object);
  }
  std::erase_if(paths_, [&](const auto& each) {
    return observation.pts - each.second.seen > kForgotten || each.second.seen - observation.pts > kForgotten;
  });
  // "" where no detector runs.
  if (observation.model.empty()) out.motion = observation.motion;
  return out;
}

}  // namespace vigil::vision
