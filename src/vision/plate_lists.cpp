#include "vision/plate_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/edit_distance.h"
#include "vision/plate_text.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kMaxEdits = 3;
constexpr std::size_t kTooShortToGuess = 5;

}  // namespace

const char* to_string(PlateList list) {
  return list == PlateList::Allow ? "allow" : "deny";
}

Result<PlateLists> PlateLists::make(const std::vector<KnownPlate>& allow, const std::vector<KnownPlate>& deny,
                                    std::size_t max_edits, const std::string& pointer) {
  auto wrong = [&](const std::string& at, std::string message) {
    return make_error(ErrorKind::InvalidArgument, std::move(message), "plates.list", pointer + at);
  };
  if (max_edits > kMaxEdits) return wrong("/max_edits", "must be from 0 to 3");
  PlateLists out;
  out.max_edits_ = max_edits;
  for (const auto& [list, plates] : {std::pair(PlateList::Deny, &deny), std::pair(PlateList::Allow, &allow)}) {
    const auto at = std::string("/") + to_string(list);
    if (plates->size() > kMaxPlates) return wrong(at, fmt::format("at most {} plates", kMaxPlates));
    for (std::size_t i = 0; i < plates->size(); ++i) {
      auto plain = plain_text((*plates)[i].plate);
      if (plain.empty()) return wrong(fmt::format("{}/{}/plate", at, i), "has no letter or digit");
      out.entries_.push_back({std::move(plain), (*plates)[i], list});
    }
  }
  return out;
}

std::optional<PlateLists::Match> PlateLists::find(std::string_view plate) const {
  const auto plain = plain_text(plate);
  std::optional<Match> out;
  for (const auto& entry : entries_) {
    const bool guess = std::min(plain.size(), entry.plain.size()) >= kTooShortToGuess;
    const auto allowed = guess ? max_edits_ : 0;
    const auto longer = std::max(plain.size(), entry.plain.size());
    if (longer - std::min(plain.size(), entry.plain.size()) > allowed) continue;
    const auto edits = edit_distance(plain, entry.plain);
    if (edits > allowed || (out && out->edits <= edits)) continue;
    out = Match{entry.list, entry.known, edits};
    if (edits == 0) break;
  }
  return out;
}

}  // namespace vigil::vision
