#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vigil::vision {

enum class PlateList { Allow, Deny };
const char* to_string(PlateList list);  // "allow", "deny"

struct KnownPlate {
  std::string plate;  // any spelling; compared as plain_text()
  std::string label;  // whose it is, for people
  bool operator==(const KnownPlate&) const = default;
};

// Plates that are expected or not wanted. Immutable and thread-safe.
class PlateLists {
 public:
  static constexpr std::size_t kMaxPlates = 10000;

  PlateLists() = default;
  // `max_edits`: 0..3 characters by which a reading may differ from what is listed. InvalidArgument, with a pointer:
  // more plates than kMaxPlates in a list, one without a letter or digit, other max_edits.
  static Result<PlateLists> make(const std::vector<KnownPlate>& allow, const std::vector<KnownPlate>& deny,
                                 std::size_t max_edits = 1, const std::string& pointer = "/plates");

  struct Match {
    PlateList list = PlateList::Allow;
    KnownPlate known;
    std::size_t edits = 0;  // by which the reading differs
  };
  // The nearest; where both lists are as near, the one that denies: a door does better to stay shut. A plate of fewer
  // than five characters is only found as it is.
  std::optional<Match> find(std::string_view plate) const;

 private:
  struct Entry {
    std::string plain;
    KnownPlate known;
    PlateList list = PlateList::Allow;
  };
  std::vector<Entry> entries_;  // those that deny first
  std::size_t max_edits_ = 1;
};

}  // namespace vigil::vision
