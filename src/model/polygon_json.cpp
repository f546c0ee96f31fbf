#include "model/polygon_json.h"

namespace vigil::model {
namespace {

Error invalid(const std::string& pointer, const char* message) {
  return make_error(ErrorKind::InvalidArgument, message, "camera.invalid", pointer);
}

}  // namespace

Json to_json(const std::vector<Polygon>& polygons) {
  Json out = Json::array();
  for (const auto& polygon : polygons) {
    Json points = Json::array();
    for (const auto& point : polygon) points.push_back(Json::array({point.x, point.y}));
    out.push_back(std::move(points));
  }
  return out;
}

Result<void> read_polygons(const Json& in, std::vector<Polygon>& polygons, const std::string& pointer) {
  if (!in.is_array() || in.size() > 32) return invalid(pointer, "must be a list of at most 32 polygons");
  polygons.clear();
  for (const auto& points : in) {
    if (!points.is_array() || points.size() > 64) return invalid(pointer, "a polygon is a list of 3 to 64 points");
    auto& polygon = polygons.emplace_back();
    for (const auto& point : points) {
      if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number())
        return invalid(pointer, "a polygon's points are pairs of numbers");
      polygon.push_back({point[0].get<double>(), point[1].get<double>()});
    }
  }
  return {};
}

}  // namespace vigil::model
