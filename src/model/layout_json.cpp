#include "model/layout_json.h"

#include <climits>
#include <cstdint>
#include <optional>

namespace vigil::model {
namespace {

Error invalid() {
  return make_error(ErrorKind::InvalidArgument, "tiles are objects with camera, x, y, width and height",
                    "layout.invalid", "/tiles");
}

std::optional<int> whole_number(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  const auto number = found->get<std::int64_t>();
  if (number < INT_MIN || number > INT_MAX) return std::nullopt;
  return static_cast<int>(number);
}

}  // namespace

Json to_json(const std::vector<LayoutTile>& tiles) {
  Json out = Json::array();
  for (const auto& tile : tiles) {
    out.push_back(
        {{"camera", tile.camera_id}, {"x", tile.x}, {"y", tile.y}, {"width", tile.width}, {"height", tile.height}});
  }
  return out;
}

Result<std::vector<LayoutTile>> read_tiles(const Json& in) {
  if (!in.is_array() || in.size() > kMaxLayoutTiles) return invalid();
  std::vector<LayoutTile> tiles;
  for (const auto& one : in) {
    if (!one.is_object()) return invalid();
    const auto camera = one.find("camera");
    const auto x = whole_number(one, "x"), y = whole_number(one, "y");
    const auto width = whole_number(one, "width"), height = whole_number(one, "height");
    if (camera == one.end() || !camera->is_string() || !x || !y || !width || !height) return invalid();
    tiles.push_back({camera->get<std::string>(), *x, *y, *width, *height});
  }
  return tiles;
}

}  // namespace vigil::model
