#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vision/plate_text.h"

namespace vigil::vision {

// How plates of some country look, as a regular expression (RE2's syntax) over A-Z and 0-9 that the whole text fits.
struct PlateFormat {
  std::string name;  // told as the plate's region
  std::string pattern;
  bool operator==(const PlateFormat&) const = default;
};

// Whatever fits `pattern` anywhere in the text becomes `replacement` (\1 … \9: its groups), before formats are tried.
struct PlateReplacement {
  std::string pattern;
  std::string replacement;
  bool operator==(const PlateReplacement&) const = default;
};

struct PlateFormatConfig {
  std::vector<PlateFormat> formats;  // in order: the first that fits wins; empty: everything fits
  std::vector<PlateReplacement> replacements;
  bool only_known = false;          // what fits no format is no plate
  std::size_t max_corrections = 2;  // 0..4 characters that may be changed for the ones they are mistaken for
  bool operator==(const PlateFormatConfig&) const = default;
};

// Brings readings into the form that plates have. Characters that look alike (0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, 4 A,
// 7 T, …) are changed for each other when the text fits a format only so: as few as possible, the least sure ones
// first. Immutable and thread-safe. Matching takes time that is linear in the text, whatever the patterns.
class PlateFormats {
 public:
  // InvalidArgument, with a pointer below `pointer`: a pattern that is none or too large, more than 32 formats or
  // replacements, a replacement with groups that its pattern has not.
  static Result<PlateFormats> compile(const PlateFormatConfig& config, const std::string& pointer = "/plates");
  PlateFormats();
  ~PlateFormats();
  PlateFormats(PlateFormats&&) noexcept;
  PlateFormats& operator=(PlateFormats&&) noexcept;

  struct Fit {
    PlateText text;
    std::string format;           // name; empty: none fits
    std::size_t corrections = 0;  // characters that were changed
    bool plate = true;            // false: not one of ours (only_known)
  };
  Fit fit(const PlateText& read) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace vigil::vision
