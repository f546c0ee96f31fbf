#include "api/byte_range.h"

#include <algorithm>
#include <charconv>

namespace vigil::api {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Nothing: no number. What is larger than any size is as good as the largest.
std::optional<std::uint64_t> number(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return {};
  std::uint64_t out = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), out);
  return done.ec == std::errc() ? out : UINT64_MAX;
}

}  // namespace

WantedRange wanted_range(std::optional<std::string_view> header, std::optional<std::string_view> condition,
                         std::string_view tag, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header || (condition && *condition != tag)) return {};
  auto text = trimmed(*header);
  if (!text.starts_with(kUnit) || text.find(',') != std::string_view::npos) return {};
  text = trimmed(text.substr(kUnit.size()));
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const auto from = text.substr(0, dash), to = text.substr(dash + 1);
  const auto first = number(from), last = number(to);
  if ((!from.empty() && !first) || (!to.empty() && !last) || (from.empty() && to.empty())) return {};
  if (from.empty()) {  // the last so many
    if (*last == 0 || size == 0) return {RangeKind::Unsatisfiable, {}};
    const auto count = std::min(*last, size);
    return {RangeKind::Part, {size - count, count}};
  }
  if (last && *last < *first) return {};
  if (*first >= size) return {RangeKind::Unsatisfiable, {}};
  return {RangeKind::Part, {*first, std::min(last.value_or(size - 1), size - 1) - *first + 1}};
}

}  // namespace vigil::api
