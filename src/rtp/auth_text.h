#pragma once

#include <map>
#include <string>
#include <string_view>

namespace vigil::rtp {

// `name=value, name="value with \" escapes"` as a map, names in lower case; the last of a name wins. At most 32.
std::map<std::string, std::string> parse_parameters(std::string_view text);

// Whether the text begins with the word, any case, and a blank.
bool starts_with_word(std::string_view text, std::string_view word);

}  // namespace vigil::rtp
