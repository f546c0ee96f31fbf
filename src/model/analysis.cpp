#include "model/analysis.h"

namespace vigil::model {

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

}  // namespace vigil::model
