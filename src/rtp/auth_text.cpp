#include "rtp/auth_text.h"

#include <algorithm>
#include <cctype>

namespace vigil::rtp {

std::map<std::string, std::string> parse_parameters(std::string_view text) {
  std::map<std::string, std::string> out;
  while (out.size() < 32) {
    auto begin = text.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    auto equals = text.find('=');
    if (equals == std::string_view::npos) break;
    std::string name(text.substr(0, equals)), value;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    name.erase(name.find_last_not_of(" \t") + 1);
    text.remove_prefix(equals + 1);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (!text.empty() && text[0] == '"') {
      std::size_t i = 1;
      for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        value.push_back(text[i]);
      }
      text.remove_prefix(std::min(i + 1, text.size()));
    } else {
      auto end = std::min(text.find_first_of(", \t"), text.size());
      value = std::string(text.substr(0, end));
      text.remove_prefix(end);
    }
    out[name] = value;
  }
  return out;
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() > word.size() && text[word.size()] == ' ' &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

}  // namespace vigil::rtp
