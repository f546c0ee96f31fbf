#include "api/yaml_json.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>

namespace vigil::api {
namespace {

Json scalar(const YAML::Node& node) {
  const auto& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text == "null" || text == "~" || text.empty()) return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  std::int64_t integer = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (status == std::errc() && end == text.data() + text.size()) return integer;
  double number = 0;
  auto [last, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault == std::errc() && last == text.data() + text.size() && (std::isdigit(text.back()) != 0)) return number;
  return text;
}

Json convert(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Map: {
      Json object = Json::object();
      for (const auto& member : node) object[member.first.Scalar()] = convert(member.second);
      return object;
    }
    case YAML::NodeType::Sequence: {
      Json array = Json::array();
      for (const auto& item : node) array.push_back(convert(item));
      return array;
    }
    case YAML::NodeType::Scalar:
      return scalar(node);
    default:
      return nullptr;
  }
}

}  // namespace

Result<Json> yaml_to_json(const std::string& text) {
  try {
    return convert(YAML::Load(text));
  } catch (const YAML::Exception& fault) {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("line {}, column {}: {}", fault.mark.line + 1, fault.mark.column + 1, fault.msg));
  }
}

}  // namespace vigil::api
