#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/polygon.h"

// What is to be analysed of a camera's pictures, and how often.

namespace vigil::model {

// How many of the decoded frames are analysed.
enum class RateMode {
  EveryFrame,
  EveryNth,  // the first of each `nth`
  FixedFps,  // at most `fps`, evenly by capture time
  Economic,  // one a second at most, of key frames only: nothing else is decoded
  Adaptive,  // up to `fps`; fewer while the machine is too slow to stay near live, and says so
};
const char* to_string(RateMode mode);  // "every_frame", "every_nth", "fixed_fps", "economic", "adaptive"

std::optional<RateMode> rate_mode_from(std::string_view name);

struct Rate {
  RateMode mode = RateMode::Adaptive;
  int nth = 1;      // 1..1000, EveryNth
  double fps = 10;  // 0.1..120, FixedFps and Adaptive
  bool operator==(const Rate&) const = default;
};

struct SizeFilter {
  double min_area = 0, max_area = 1;        // of the picture
  double min_aspect = 0, max_aspect = 100;  // width / height
  bool operator==(const SizeFilter&) const = default;
};

struct AnalysisSettings {
  bool enabled = false;
  std::string model;  // name in the catalogue; empty: the default one, "classic": no model
  Rate rate;
  std::vector<std::string> classes;                // labels to keep; empty: all
  double confidence = 0.5;                         // below this a detection cannot begin a track
  std::map<std::string, double> class_confidence;  // the same for single labels
  SizeFilter size;
  std::vector<Polygon> masks;  // an object whose bottom centre lies inside is ignored
  bool tiling = false;         // look at overlapping tiles too: small objects, several times the cost
  bool motion_gate = true;     // frames in which nothing moves are not given to the detector
  bool appearance = false;     // embeddings of persons: re-identification
  bool attributes = false;     // clothing, gender, age: off unless somebody decides otherwise
  bool plates = false;
  bool scene = false;
  bool operator==(const AnalysisSettings&) const = default;
};

// What makes settings acceptable, whoever hands them in. InvalidArgument with a pointer below `pointer`.
Result<void> validate(const AnalysisSettings& settings, const std::string& pointer = "/analysis");

}  // namespace vigil::model
