#include "model/plate_settings_json.h"

#include <algorithm>

namespace vigil::model {
namespace {

constexpr std::size_t kMaxRules = 32, kMaxPlates = 10000;
constexpr std::size_t kMaxName = 64, kMaxPattern = 500, kMaxPlate = 32, kMaxLabel = 200;

Error invalid(std::string message, const std::string& pointer) {
  return make_error(ErrorKind::InvalidArgument, std::move(message), "plates.invalid", pointer);
}

Result<void> read(const Json& in, const char* name, std::size_t most, bool needed, std::string& out,
                  const std::string& pointer) {
  const auto found = in.find(name);
  const auto at = pointer + "/" + name;
  if (found == in.end() && !needed) return {};
  if (found == in.end() || !found->is_string()) return invalid("expected a text", at);
  out = found->get<std::string>();
  if (needed && out.empty()) return invalid("must not be empty", at);
  if (out.size() > most) return invalid("is longer than " + std::to_string(most) + " bytes", at);
  if (std::any_of(out.begin(), out.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; })) {
    return invalid("has a control character", at);
  }
  return {};
}

Result<void> read_number(const Json& in, const char* name, int most, int& out) {
  const auto found = in.find(name);
  if (found == in.end()) return {};
  const bool fits = found->is_number_integer() && found->get<std::int64_t>() >= 0 && found->get<std::int64_t>() <= most;
  if (!fits) return invalid("must be from 0 to " + std::to_string(most), std::string("/") + name);
  out = found->get<int>();
  return {};
}

// Each of a list of objects, given to `one` with its pointer.
template <typename One>
Result<void> read_list(const Json& in, const char* name, std::size_t most, One one) {
  const auto found = in.find(name);
  if (found == in.end()) return {};
  const auto at = std::string("/") + name;
  if (!found->is_array()) return invalid("expected a list", at);
  if (found->size() > most) return invalid("at most " + std::to_string(most) + " entries", at);
  for (std::size_t i = 0; i < found->size(); ++i) {
    const auto pointer = at + "/" + std::to_string(i);
    if (!(*found)[i].is_object()) return invalid("expected an object", pointer);
    VIGIL_TRY(one((*found)[i], pointer));
  }
  return {};
}

Json to_json(const std::vector<ListedPlate>& plates) {
  Json out = Json::array();
  for (const auto& each : plates) out.push_back({{"plate", each.plate}, {"label", each.label}});
  return out;
}

Result<void> read_plates(const Json& in, const char* name, std::vector<ListedPlate>& out) {
  return read_list(in, name, kMaxPlates, [&](const Json& each, const std::string& at) -> Result<void> {
    ListedPlate plate;
    VIGIL_TRY(read(each, "plate", kMaxPlate, true, plate.plate, at));
    VIGIL_TRY(read(each, "label", kMaxLabel, false, plate.label, at));
    out.push_back(std::move(plate));
    return {};
  });
}

}  // namespace

Json to_json(const PlateSettings& settings) {
  Json formats = Json::array(), replacements = Json::array();
  for (const auto& each : settings.formats) formats.push_back({{"name", each.name}, {"pattern", each.pattern}});
  for (const auto& each : settings.replacements) {
    replacements.push_back({{"pattern", each.pattern}, {"replacement", each.replacement}});
  }
  return {{"formats", std::move(formats)},     {"replacements", std::move(replacements)},
          {"only_known", settings.only_known}, {"max_corrections", settings.max_corrections},
          {"allow", to_json(settings.allow)},  {"deny", to_json(settings.deny)},
          {"max_edits", settings.max_edits}};
}

Result<PlateSettings> read_plate_settings(const Json& in) {
  if (!in.is_object()) return invalid("expected an object", "");
  PlateSettings out;
  auto format = [&](const Json& each, const std::string& at) -> Result<void> {
    PlateFormatRule rule;
    VIGIL_TRY(read(each, "name", kMaxName, true, rule.name, at));
    VIGIL_TRY(read(each, "pattern", kMaxPattern, true, rule.pattern, at));
    out.formats.push_back(std::move(rule));
    return {};
  };
  auto replacement = [&](const Json& each, const std::string& at) -> Result<void> {
    PlateReplacementRule rule;
    VIGIL_TRY(read(each, "pattern", kMaxPattern, true, rule.pattern, at));
    VIGIL_TRY(read(each, "replacement", kMaxPattern, false, rule.replacement, at));
    out.replacements.push_back(std::move(rule));
    return {};
  };
  VIGIL_TRY(read_list(in, "formats", kMaxRules, format));
  VIGIL_TRY(read_list(in, "replacements", kMaxRules, replacement));
  if (const auto only = in.find("only_known"); only != in.end()) {
    if (!only->is_boolean()) return invalid("expected true or false", "/only_known");
    out.only_known = only->get<bool>();
  }
  VIGIL_TRY(read_number(in, "max_corrections", 4, out.max_corrections));
  VIGIL_TRY(read_plates(in, "allow", out.allow));
  VIGIL_TRY(read_plates(in, "deny", out.deny));
  VIGIL_TRY(read_number(in, "max_edits", 3, out.max_edits));
  return out;
}

}  // namespace vigil::model
