#include "records/sight.h"

#include <algorithm>
#include <cmath>

namespace vigil::records {
namespace {

constexpr double kPathDigits = 1e4;

}  // namespace

model::Point foot_of(const model::Box& box, const model::Observation& frame) {
  auto part = [](double value, int whole) {
    return std::isfinite(value) && whole > 0
               ? std::round(std::clamp(value / whole, 0.0, 1.0) * kPathDigits) / kPathDigits
               : 0.0;
  };
  return {part(double{box.x} + double{box.width} / 2, frame.width), part(double{box.bottom()}, frame.height)};
}

double quality_of(const model::SeenObject& object, const model::Observation& frame) {
  if (!(object.box.area() > 0)) return 0;
  const double area = double{model::clip(object.box, frame.width, frame.height).area()};
  const double inside = area / double{object.box.area()};
  return double{object.confidence} * area * (inside < 0.95 ? 0.25 : 1.0);
}

bool is_seen(const model::SeenObject& object) {
  return object.state == model::TrackState::Confirmed || object.detected.has_value();
}

model::Observation moment_of(const model::SeenObject& object, const model::Observation& frame) {
  model::Observation moment;
  moment.camera_id = frame.camera_id;
  moment.sequence = frame.sequence;
  moment.captured = frame.captured;
  moment.width = frame.width;
  moment.height = frame.height;
  moment.objects.push_back(object);
  return moment;
}

std::string cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace vigil::records
