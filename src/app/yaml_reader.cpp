#include "app/yaml_reader.h"

#include <fmt/format.h>

#include <set>

#include "app/value.h"

namespace vigil::app {
namespace {

constexpr std::size_t kMost = 10000;
constexpr std::size_t kLongest = 4096;
constexpr std::size_t kOfAMember = 64, kOfAValue = 16;  // about what holding one takes, besides its text

}  // namespace

Error YamlReader::error(const YAML::Node& where, const std::string& why) const {
  return make_error(ErrorKind::InvalidArgument, fmt::format("{}:{}: {}", name_, line(where), why), "camera_file");
}

Result<void> YamlReader::spend(const YAML::Node& where, std::size_t bytes) const {
  if (bytes > left_) return error(where, "the aliases of this file unfold to too much");
  left_ -= bytes;
  return {};
}

Result<std::vector<YamlReader::Member>> YamlReader::members(const YAML::Node& map, const std::string& what) const {
  if (!map.IsMap()) return error(map, fmt::format("{}: expected keys with values", what));
  std::vector<Member> out;
  std::set<std::string> seen;
  for (const auto& pair : map) {
    if (!pair.first.IsScalar()) return error(pair.first, "expected a key");
    if (pair.first.Scalar().size() > kLongest) return error(pair.first, "this key is too long");
    if (!seen.insert(pair.first.Scalar()).second)
      return error(pair.first, fmt::format("{} stands twice", pair.first.Scalar().substr(0, 64)));
    VIGIL_TRY(spend(pair.first, kOfAMember + pair.first.Scalar().size()));
    if (out.size() >= kMost) return error(pair.first, "too many keys");
    out.push_back({pair.first.Scalar(), pair.first, pair.second});
  }
  return out;
}

Result<std::string> YamlReader::text(const YAML::Node& node, const std::string& what) const {
  if (node.IsNull()) return std::string();
  if (!node.IsScalar()) return error(node, fmt::format("{}: expected a text", what));
  const auto& raw = node.Scalar();
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw.compare(i, 3, "$${") == 0) {
      out += "${";
      i += 2;
    } else if (raw.compare(i, 2, "${") == 0) {
      auto end = raw.find('}', i);
      if (end == std::string::npos)
        return error(node, fmt::format("{}: ${{ without }}; write $${{ where it stands for itself", what));
      auto variable = raw.substr(i + 2, end - i - 2);
      auto found = environment_.find(variable);
      if (found == environment_.end()) {
        return error(node, fmt::format("{}: the environment variable {} is not set", what, variable.substr(0, 64)));
      }
      out += found->second;
      i = end;
    } else {
      out.push_back(raw[i]);
    }
    if (out.size() > kLongest) return error(node, fmt::format("{}: longer than {} characters", what, kLongest));
  }
  VIGIL_TRY(spend(node, kOfAValue + out.size()));
  return out;
}

Result<Json> YamlReader::integer(const YAML::Node& node, const std::string& what) const {
  VIGIL_ASSIGN(auto raw, text(node, what));
  auto value = parse_integer(raw);
  if (!value) return error(node, fmt::format("{}: {}", what, value.error().message));
  return Json(*value);
}

Result<Json> YamlReader::number(const YAML::Node& node, const std::string& what) const {
  VIGIL_ASSIGN(auto raw, text(node, what));
  auto value = parse_number(raw);
  if (!value) return error(node, fmt::format("{}: {}", what, value.error().message));
  return Json(*value);
}

Result<Json> YamlReader::boolean(const YAML::Node& node, const std::string& what) const {
  VIGIL_ASSIGN(auto raw, text(node, what));
  auto value = parse_boolean(raw);
  if (!value) return error(node, fmt::format("{}: {}", what, value.error().message));
  return Json(*value);
}

Result<Json> YamlReader::numbers(const YAML::Node& node, const std::string& what, int depth) const {
  constexpr int kDeepest = 3;  // polygons of points of two numbers
  if (!node.IsSequence()) return number(node, what);
  if (depth >= kDeepest) return error(node, fmt::format("{}: nested too deeply", what));
  Json out = Json::array();
  for (const auto& each : node) {
    if (out.size() >= kMost) return error(node, fmt::format("{}: too long", what));
    VIGIL_ASSIGN(auto value, numbers(each, what, depth + 1));
    out.push_back(std::move(value));
  }
  return out;
}

}  // namespace vigil::app
