#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vigil::api {

// The candidate that somebody who typed `name` probably meant: fewest edits, at most a third of its length. Empty:
// none.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace vigil::api
