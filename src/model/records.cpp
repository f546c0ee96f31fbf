#include "model/records.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cmath>

namespace vigil::model {

std::string track_key(std::string_view run_id, std::uint64_t number) {
  return fmt::format("{}-{}", run_id, number);
}

std::string frame_key(std::string_view run_id, std::uint64_t sequence) {
  return fmt::format("{}-{}", run_id, sequence);
}

std::string object_key(std::string_view track_id, std::uint64_t sequence) {
  return fmt::format("{}-{}", track_id, sequence);
}

std::string segment_key(std::string_view track_id, std::uint64_t index) {
  return fmt::format("{}-{}", track_id, index);
}

std::string plain_plate(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    if (c >= 0x80) out.push_back(static_cast<char>(c));
    if (c < 0x80 && std::isalnum(c) != 0) out.push_back(static_cast<char>(std::toupper(c)));
  }
  return out;
}

std::string specific_type(const std::vector<Attribute>& attributes) {
  constexpr std::array<std::string_view, 3> kNames = {"vehicle_type", "person_type", "type"};
  for (auto name : kNames) {
    for (const auto& attribute : attributes) {
      if (attribute.name == name && attribute.value != "unknown") return attribute.value;
    }
  }
  return "";
}

bool inside(const Polygon& polygon, Point point) {
  if (polygon.size() < 3) return false;
  bool within = false;
  for (std::size_t i = 0, before = polygon.size() - 1; i < polygon.size(); before = i++) {
    const auto &a = polygon[i], &b = polygon[before];
    if ((a.y > point.y) == (b.y > point.y)) continue;
    if (point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x) within = !within;
  }
  return within;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return 0;
  double both = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += double{a[i]} * double{b[i]};
    of_a += double{a[i]} * double{a[i]};
    of_b += double{b[i]} * double{b[i]};
  }
  const double length = std::sqrt(of_a * of_b);
  return length > 0 ? both / length : 0;
}

}  // namespace vigil::model
