#pragma once

#include <cstddef>
#include <string_view>

namespace vigil {

// Levenshtein's distance: the fewest insertions, deletions and replacements of bytes that make `b` out of `a`. Costs
// the product of the lengths: callers bound them.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace vigil
