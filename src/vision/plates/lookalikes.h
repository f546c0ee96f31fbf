#pragma once

#include <string_view>

namespace vigil::vision::plates {

// The characters that readers take a character of a plate for, the likeliest first; itself not among them.
std::string_view lookalikes(char c);

}  // namespace vigil::vision::plates
