#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace vigil {

// How many code points a text has; nothing when it is not valid UTF-8 (RFC 3629: no overlong forms, no surrogates).
std::optional<std::size_t> count_code_points(std::string_view text);

}  // namespace vigil
