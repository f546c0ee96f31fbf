#include "footage/analyse_payload.h"

#include <array>
#include <utility>

namespace vigil::footage {
namespace {

using model::AnalysisSettings;
using model::RateMode;

constexpr std::size_t kMostClasses = 1000, kLongestName = 200;

constexpr std::array<std::pair<const char*, bool AnalysisSettings::*>, 6> kFlags = {
    {{"tiles", &AnalysisSettings::tiling},
     {"gate", &AnalysisSettings::motion_gate},
     {"attributes", &AnalysisSettings::attributes},
     {"plates", &AnalysisSettings::plates},
     {"appearance", &AnalysisSettings::appearance},
     {"scene", &AnalysisSettings::scene}}};

Error wrong(const std::string& member, const std::string& why) {
  return make_error(ErrorKind::InvalidArgument, member + ": " + why, "analyse.request", "/" + member);
}

Result<void> read_flag(const std::string& name, const Json& json, bool& out) {
  if (!json.is_boolean()) return wrong(name, "true or false is expected");
  out = json.get<bool>();
  return {};
}

Result<void> read_classes(const Json& json, std::vector<std::string>& out) {
  const auto expected = wrong("classes", "a list of names is expected, with at most 1000 of them");
  if (!json.is_array() || json.size() > kMostClasses) return expected;
  for (const auto& name : json) {
    if (!name.is_string()) return expected;
    auto text = name.get<std::string>();
    if (text.empty() || text.size() > kLongestName) return expected;
    out.push_back(std::move(text));
  }
  return {};
}

Result<void> read_rate(const std::string& name, const Json& json, model::Rate& out) {
  if (out.mode != RateMode::EveryFrame) return wrong(name, "either fps or every, not both");
  if (name == "fps") {
    if (!json.is_number() || json < 0.1 || json > 120) return wrong(name, "a number from 0.1 to 120 is expected");
    out.mode = RateMode::FixedFps;
    out.fps = json.get<double>();
    return {};
  }
  if (!json.is_number_integer() || json < 1 || json > 1000) return wrong(name, "a number from 1 to 1000 is expected");
  out.nth = json.get<int>();
  out.mode = out.nth > 1 ? RateMode::EveryNth : RateMode::EveryFrame;
  return {};
}

Result<void> read_member(const std::string& name, const Json& json, screening::Request& out) {
  auto& settings = out.analysis;
  if (name == "model") {
    if (!json.is_string() || json.get_ref<const std::string&>().size() > kLongestName) {
      return wrong(name, "the name of a model is expected");
    }
    settings.model = json.get<std::string>();
    return {};
  }
  if (name == "fps" || name == "every") return read_rate(name, json, settings.rate);
  if (name == "classes") return read_classes(json, settings.classes);
  if (name == "confidence") {
    if (!json.is_number() || json < 0 || json > 1) return wrong(name, "a number from 0 to 1 is expected");
    settings.confidence = json.get<double>();
    return {};
  }
  if (name == "annotate") return read_flag(name, json, out.annotate);
  for (const auto& [flag, member] : kFlags) {
    if (name == flag) return read_flag(name, json, settings.*member);
  }
  return wrong(name, "nobody knows this member");
}

}  // namespace

Result<screening::Request> read_analyse_request(const std::string& payload) {
  VIGIL_ASSIGN(const auto json, parse_json(payload, {.max_bytes = 64 << 10, .max_depth = 4}));
  if (!json.is_object()) return wrong("", "an object is expected");
  screening::Request out;
  out.analysis.enabled = true;
  out.analysis.rate = {RateMode::EveryFrame, 1, model::Rate{}.fps};
  for (const auto& [name, value] : json.items()) VIGIL_TRY(read_member(name, value, out));
  VIGIL_TRY(model::validate(out.analysis, ""));
  return out;
}

Json to_json(const screening::Request& request) {
  const auto& settings = request.analysis;
  Json out = {{"model", settings.model},
              {"classes", settings.classes},
              {"confidence", settings.confidence},
              {"annotate", request.annotate}};
  if (settings.rate.mode == RateMode::FixedFps) out["fps"] = settings.rate.fps;
  if (settings.rate.mode == RateMode::EveryNth) out["every"] = settings.rate.nth;
  for (const auto& [flag, member] : kFlags) out[flag] = settings.*member;
  return out;
}

}  // namespace vigil::footage
