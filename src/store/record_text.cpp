#include "store/record_text.h"

#include <bit>
#include <optional>

#include "base/json.h"

namespace vigil::store {
namespace {

// A mask of 4096 by 4096 cells that change each time is larger; nobody needs that.
constexpr std::size_t kMaxText = 16 << 20;

std::optional<Json> parsed(std::string_view text) {
  auto json = parse_json(text, {kMaxText, 8});
  if (!json) return std::nullopt;
  return std::move(*json);
}

std::optional<std::string> text_of(const Json& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<int> integer_of(const Json& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<int>();
}

}  // namespace

std::string written(const std::map<std::string, std::uint64_t>& counts) {
  Json out = Json::object();
  for (const auto& [label, count] : counts) out[label] = count;
  return to_text(out);
}

std::string written(const std::vector<model::Point>& path) {
  Json out = Json::array();
  for (const auto& point : path) out.push_back(Json::array({point.x, point.y}));
  return to_text(out);
}

std::string written(const std::vector<model::Attribute>& attributes) {
  Json out = Json::array();
  for (const auto& attribute : attributes) {
    out.push_back({{"name", attribute.name},
                   {"value", attribute.value},
                   {"confidence", attribute.confidence},
                   {"model", attribute.model}});
  }
  return to_text(out);
}

std::string written(const model::Mask& mask) {
  return to_text({{"width", mask.width}, {"height", mask.height}, {"runs", mask.runs}});
}

std::string written(const std::vector<float>& values) {
  std::string out;
  out.reserve(values.size() * 4);
  for (float value : values) {
    auto bits = std::bit_cast<std::uint32_t>(value);
    for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>((bits >> shift) & 0xffU));
  }
  return out;
}

bool read(std::string_view text, std::map<std::string, std::uint64_t>& counts) {
  auto json = parsed(text);
  if (!json || !json->is_object()) return false;
  for (const auto& [label, count] : json->items()) {
    if (!count.is_number_unsigned()) return false;
    counts[label] = count.get<std::uint64_t>();
  }
  return true;
}

bool read(std::string_view text, std::vector<model::Point>& path) {
  auto json = parsed(text);
  if (!json || !json->is_array()) return false;
  for (const auto& point : *json) {
    if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number()) return false;
    path.push_back({point[0].get<double>(), point[1].get<double>()});
  }
  return true;
}

bool read(std::string_view text, std::vector<model::Attribute>& attributes) {
  auto json = parsed(text);
  if (!json || !json->is_array()) return false;
  for (const auto& each : *json) {
    if (!each.is_object()) return false;
    auto name = text_of(each, "name"), value = text_of(each, "value"), model = text_of(each, "model");
    auto confidence = each.find("confidence");
    if (!name || !value || !model || confidence == each.end() || !confidence->is_number()) return false;
    attributes.push_back({*name, *value, confidence->get<float>(), *model});
  }
  return true;
}

bool read(std::string_view text, model::Mask& mask) {
  auto json = parsed(text);
  if (!json || !json->is_object()) return false;
  auto width = integer_of(*json, "width"), height = integer_of(*json, "height");
  auto runs = json->find("runs");
  if (!width || !height || runs == json->end() || !runs->is_array()) return false;
  mask.width = *width;
  mask.height = *height;
  for (const auto& run : *runs) {
    if (!run.is_number_unsigned()) return false;
    mask.runs.push_back(run.get<std::uint32_t>());
  }
  return true;
}

bool read(std::string_view bytes, std::vector<float>& values) {
  if (bytes.size() % 4 != 0) return false;
  values.reserve(bytes.size() / 4);
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) bits |= std::uint32_t{static_cast<unsigned char>(bytes[i + k])} << (8 * k);
    values.push_back(std::bit_cast<float>(bits));
  }
  return true;
}

}  // namespace vigil::store
