#include "model/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vigil::model {
namespace {

constexpr std::size_t kMaxLabel = 64, kMaxModelName = 128;

Error invalid(std::string pointer, std::string message) {
  return make_error(ErrorKind::InvalidArgument, std::move(message), "camera.invalid", std::move(pointer));
}

Result<void> check_range(double value, double low, double high, const std::string& pointer) {
  if (std::isfinite(value) && value >= low && value <= high) return {};
  return invalid(pointer, fmt::format("{} must be {} to {}", pointer.substr(pointer.rfind('/') + 1), low, high));
}

Result<void> check_label(const std::string& label, std::size_t max, const std::string& pointer) {
  const bool plain = std::none_of(label.begin(), label.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (plain && label.size() <= max) return {};
  return invalid(pointer, fmt::format("must be at most {} bytes without control characters", max));
}

}  // namespace

const char* to_string(RateMode mode) {
  switch (mode) {
    case RateMode::EveryFrame:
      return "every_frame";
    case RateMode::EveryNth:
      return "every_nth";
    case RateMode::FixedFps:
      return "fixed_fps";
    case RateMode::Economic:
      return "economic";
    case RateMode::Adaptive:
      return "adaptive";
  }
  return "";
}

std::optional<RateMode> rate_mode_from(std::string_view name) {
  for (auto mode :
       {RateMode::EveryFrame, RateMode::EveryNth, RateMode::FixedFps, RateMode::Economic, RateMode::Adaptive}) {
    if (name == to_string(mode)) return mode;
  }
  return std::nullopt;
}

Result<void> validate(const AnalysisSettings& settings, const std::string& pointer) {
  VIGIL_TRY(check_label(settings.model, kMaxModelName, pointer + "/model"));
  VIGIL_TRY(check_range(settings.rate.nth, 1, 1000, pointer + "/rate/nth"));
  VIGIL_TRY(check_range(settings.rate.fps, 0.1, 120, pointer + "/rate/fps"));
  VIGIL_TRY(check_range(settings.confidence, 0.01, 1, pointer + "/confidence"));
  for (const auto& label : settings.classes) VIGIL_TRY(check_label(label, kMaxLabel, pointer + "/classes"));
  for (const auto& [label, confidence] : settings.class_confidence) {
    VIGIL_TRY(check_label(label, kMaxLabel, pointer + "/class_confidence"));
    VIGIL_TRY(check_range(confidence, 0.01, 1, pointer + "/class_confidence"));
  }
  VIGIL_TRY(check_range(settings.size.min_area, 0, 1, pointer + "/size/min_area"));
  VIGIL_TRY(check_range(settings.size.max_area, settings.size.min_area, 1, pointer + "/size/max_area"));
  VIGIL_TRY(check_range(settings.size.min_aspect, 0, 100, pointer + "/size/min_aspect"));
  VIGIL_TRY(check_range(settings.size.max_aspect, settings.size.min_aspect, 100, pointer + "/size/max_aspect"));
  return check_masks(settings.masks, pointer + "/masks");
}

}  // namespace vigil::model
