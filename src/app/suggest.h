#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vigil::app {

// The candidate that was probably meant by a misspelt name (edit distance at most a third of its length), or nothing.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

// "; did you mean listen?", or nothing.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace vigil::app
