#include "model/analysis_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "model/polygon_json.h"

namespace vigil::model {
namespace {

constexpr std::size_t kMaxClasses = 256;

Error invalid(std::string pointer, std::string message) {
  return make_error(ErrorKind::InvalidArgument, std::move(message), "camera.invalid", std::move(pointer));
}

// Reads the members of one object one by one; what nobody asked for in the end is an unknown member.
class Members {
 public:
  Members(const Json& object, std::string pointer) : object_(object), pointer_(std::move(pointer)) {}

  void read(const char* name, bool& out) { take(name, out, &Json::is_boolean, "true or false"); }
  void read(const char* name, int& out) { take(name, out, &Json::is_number_integer, "an integer"); }
  void read(const char* name, double& out) { take(name, out, &Json::is_number, "a number"); }
  void read(const char* name, std::string& out) { take(name, out, &Json::is_string, "a text"); }
  const Json* member(const char* name) {
    auto found = object_.find(name);
    if (found == object_.end()) return nullptr;
    return &*found;
  }
  void fail(const std::string& name, std::string message) {
    if (!error_) error_ = invalid(pointer_ + "/" + name, std::move(message));
  }
  void fail(const Result<void>& result) {
    if (!result.ok() && !error_) error_ = result.error();
  }

  template <std::size_t N>
  Result<void> done(const char* const (&names)[N]) const {
    if (error_) return *error_;
    for (const auto& [key, value] : object_.items()) {
      if (std::none_of(std::begin(names), std::end(names),
                       [&member = key](const char* name) { return member == name; }))
        return invalid(pointer_, fmt::format("there is no member {} here", key.substr(0, 64)));
    }
    return {};
  }

 private:
  template <typename T>
  void take(const char* name, T& out, bool (Json::*is)() const noexcept, const char* expected) {
    const auto* found = member(name);
    if (found == nullptr) return;
    if ((found->*is)())
      out = found->template get<T>();
    else
      fail(name, fmt::format("{} must be {}", name, expected));
  }

  const Json& object_;
  const std::string pointer_;
  std::optional<Error> error_;
};

Result<void> expect_object(const Json& in, const std::string& pointer) {
  return in.is_object() ? Result<void>() : invalid(pointer, "must be an object");
}

Result<void> read_rate(const Json& in, Rate& rate, const std::string& pointer) {
  VIGIL_TRY(expect_object(in, pointer));
  Members members(in, pointer);
  std::string mode = to_string(rate.mode);
  members.read("mode", mode);
  members.read("nth", rate.nth);
  members.read("fps", rate.fps);
  if (auto known = rate_mode_from(mode))
    rate.mode = *known;
  else
    members.fail("mode", "mode must be every_frame, every_nth, fixed_fps, economic or adaptive");
  return members.done({"mode", "nth", "fps"});
}

Result<void> read_size(const Json& in, SizeFilter& size, const std::string& pointer) {
  VIGIL_TRY(expect_object(in, pointer));
  Members members(in, pointer);
  members.read("min_area", size.min_area);
  members.read("max_area", size.max_area);
  members.read("min_aspect", size.min_aspect);
  members.read("max_aspect", size.max_aspect);
  return members.done({"min_area", "max_area", "min_aspect", "max_aspect"});
}

Result<void> read_classes(const Json& in, std::vector<std::string>& classes, const std::string& pointer) {
  if (!in.is_array() || in.size() > kMaxClasses) return invalid(pointer, "must be a list of labels");
  classes.clear();
  for (const auto& label : in) {
    if (!label.is_string()) return invalid(pointer, "must be a list of labels");
    classes.push_back(label.get<std::string>());
  }
  return {};
}

Result<void> read_thresholds(const Json& in, std::map<std::string, double>& out, const std::string& pointer) {
  VIGIL_TRY(expect_object(in, pointer));
  if (in.size() > kMaxClasses) return invalid(pointer, "too many labels");
  out.clear();
  for (const auto& [label, value] : in.items()) {
    if (!value.is_number()) return invalid(pointer, "must be labels and the confidence of each");
    out[label] = value.get<double>();
  }
  return {};
}

}  // namespace

Json to_json(const AnalysisSettings& settings) {
  return {{"enabled", settings.enabled},
          {"model", settings.model},
          {"rate", {{"mode", to_string(settings.rate.mode)}, {"nth", settings.rate.nth}, {"fps", settings.rate.fps}}},
          {"classes", settings.classes},
          {"confidence", settings.confidence},
          {"class_confidence", settings.class_confidence},
          {"size",
           {{"min_area", settings.size.min_area},
            {"max_area", settings.size.max_area},
            {"min_aspect", settings.size.min_aspect},
            {"max_aspect", settings.size.max_aspect}}},
          {"masks", to_json(settings.masks)},
          {"tiling", settings.tiling},
          {"motion_gate", settings.motion_gate},
          {"appearance", settings.appearance},
          {"attributes", settings.attributes},
          {"plates", settings.plates},
          {"scene", settings.scene}};
}

Result<void> merge_json(const Json& in, AnalysisSettings& settings, const std::string& pointer) {
  VIGIL_TRY(expect_object(in, pointer));
  Members members(in, pointer);
  members.read("enabled", settings.enabled);
  members.read("model", settings.model);
  members.read("confidence", settings.confidence);
  members.read("tiling", settings.tiling);
  members.read("motion_gate", settings.motion_gate);
  members.read("appearance", settings.appearance);
  members.read("attributes", settings.attributes);
  members.read("plates", settings.plates);
  members.read("scene", settings.scene);
  if (const auto* rate = members.member("rate")) members.fail(read_rate(*rate, settings.rate, pointer + "/rate"));
  if (const auto* size = members.member("size")) members.fail(read_size(*size, settings.size, pointer + "/size"));
  if (const auto* classes = members.member("classes"))
    members.fail(read_classes(*classes, settings.classes, pointer + "/classes"));
  if (const auto* each = members.member("class_confidence"))
    members.fail(read_thresholds(*each, settings.class_confidence, pointer + "/class_confidence"));
  if (const auto* masks = members.member("masks"))
    members.fail(read_polygons(*masks, settings.masks, pointer + "/masks"));
  return members.done({"enabled", "model", "rate", "classes", "confidence", "class_confidence", "size", "masks",
                       "tiling", "motion_gate", "appearance", "attributes", "plates", "scene"});
}

}  // namespace vigil::model
