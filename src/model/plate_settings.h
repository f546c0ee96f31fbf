#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"

// What a server knows of plates: how they look where it stands, and which are expected or not wanted.

namespace vigil::model {

struct PlateFormatRule {
  std::string name;     // told as the plate's region
  std::string pattern;  // regular expression over A-Z and 0-9, which the whole plate fits
  bool operator==(const PlateFormatRule&) const = default;
};

struct PlateReplacementRule {
  std::string pattern;
  std::string replacement;
  bool operator==(const PlateReplacementRule&) const = default;
};

struct ListedPlate {
  std::string plate;
  std::string label;  // whose it is, for people
  bool operator==(const ListedPlate&) const = default;
};

struct PlateSettings {
  std::vector<PlateFormatRule> formats;  // the first that fits wins; empty: everything fits
  std::vector<PlateReplacementRule> replacements;
  bool only_known = false;  // what fits no format is no plate
  int max_corrections = 2;  // characters that may be changed for those they are mistaken for
  std::vector<ListedPlate> allow, deny;
  int max_edits = 1;          // characters by which a reading may differ from what is listed
  std::uint64_t version = 0;  // 0: never set
  WallTime updated_at;
  bool operator==(const PlateSettings&) const = default;
};

}  // namespace vigil::model
