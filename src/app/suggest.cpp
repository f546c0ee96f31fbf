#include "app/suggest.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/edit_distance.h"

namespace vigil::app {

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 64;
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  if (name.size() > kLongest) return best;
  auto ends_with = [](std::string_view text, std::string_view end) {
    return text.size() > end.size() && text.substr(text.size() - end.size()) == end &&
           text[text.size() - end.size() - 1] == '.';
  };
  for (const auto& candidate : candidates) {
    // "listen" alone means "server.listen".
    auto d = ends_with(candidate, name) ? 1 : edit_distance(name, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  auto meant = nearest(name, candidates);
  return meant.empty() ? "" : fmt::format("; did you mean {}?", meant);
}

}  // namespace vigil::app
