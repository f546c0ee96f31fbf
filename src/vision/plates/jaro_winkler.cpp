#include "vision/plates/jaro_winkler.h"

#include <algorithm>
#include <bitset>

namespace vigil::vision::plates {
namespace {

constexpr std::size_t kMost = 64;

double jaro(std::string_view a, std::string_view b) {
  const auto longest = std::max(a.size(), b.size());
  const auto reach = longest / 2 == 0 ? 0 : longest / 2 - 1;
  std::bitset<kMost> used_a, used_b;
  std::size_t common = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto from = i > reach ? i - reach : 0;
    const auto to = std::min(i + reach + 1, b.size());
    for (auto j = from; j < to; ++j) {
      if (used_b[j] || a[i] != b[j]) continue;
      used_a[i] = used_b[j] = true;
      ++common;
      break;
    }
  }
  if (common == 0) return 0;
  std::size_t out_of_order = 0, j = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!used_a[i]) continue;
    while (!used_b[j]) ++j;
    if (a[i] != b[j]) ++out_of_order;
    ++j;
  }
  const auto m = static_cast<double>(common);
  return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
          (m - static_cast<double>(out_of_order) / 2) / m) /
         3;
}

}  // namespace

double jaro_winkler(std::string_view a, std::string_view b) {
  a = a.substr(0, kMost);
  b = b.substr(0, kMost);
  if (a.empty() || b.empty()) return a.empty() && b.empty() ? 1 : 0;
  const auto base = jaro(a, b);
  std::size_t prefix = 0;
  while (prefix < 4 && prefix < a.size() && prefix < b.size() && a[prefix] == b[prefix]) ++prefix;
  return base + static_cast<double>(prefix) * 0.1 * (1 - base);
}

}  // namespace vigil::vision::plates
