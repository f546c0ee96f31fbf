#include "base/redact.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace vigil {
namespace {

constexpr std::string_view kMask = "***";

bool is_scheme_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '-' || c == '.';
}

bool ends_authority(char c) {
  return c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' || c == '<' || c == '>' ||
         static_cast<unsigned char>(c) <= ' ';
}

// Everything between "://" and the last '@' before the authority ends is user information. A password may itself
// hold '/' or '?' when somebody forgot to encode it, so a '@' further on in the same word counts as well.
std::string redact_urls(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    auto found = text.find("://", at);
    if (found == std::string_view::npos || found == 0 || !is_scheme_char(text[found - 1])) {
      auto end = found == std::string_view::npos ? text.size() : found + 3;
      out.append(text.substr(at, end - at));
      at = end;
      continue;
    }
    auto start = found + 3;
    out.append(text.substr(at, start - at));
    auto end = start;
    while (end < text.size() && !ends_authority(text[end])) ++end;
    auto word_end = start;
    while (word_end < text.size() && static_cast<unsigned char>(text[word_end]) > ' ' && text[word_end] != '"')
      ++word_end;
    auto sign = text.substr(start, end - start).rfind('@');
    if (sign == std::string_view::npos && end > start) {
      auto colon = text.substr(start, end - start).find(':');
      auto later = text.substr(start, word_end - start).find('@');
      // "user:pa/ss@host": only when what follows the colon is not a port.
      if (colon != std::string_view::npos && later != std::string_view::npos) {
        auto rest = text.substr(start + colon + 1, end - start - colon - 1);
        bool port =
            !rest.empty() && std::all_of(rest.begin(), rest.end(), [](unsigned char c) { return std::isdigit(c); });
        if (!port) sign = later;
      }
    }
    if (sign != std::string_view::npos) {
      out.append(kMask);
      at = start + sign;
    } else {
      at = start;
    }
  }
  return out;
}

bool names_secret(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 9> kWords = {"password", "passwd",        "pass",   "pwd",    "token",
                                                      "secret",   "authorization", "apikey", "api_key"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return lower.size() >= word.size() && lower.compare(lower.size() - word.size(), word.size(), word) == 0;
  });
}

bool ends_value(char c) {
  return c == '&' || c == ',' || c == ';' || c == '"' || c == '\'' || c == '\r' || c == '\n';
}

// name=value and name: value, where the name says secret.
std::string redact_fields(std::string_view text) {
  std::string out;
  std::size_t word = 0;  // start of the current name
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    out.push_back(c);
    if (c == '=' || c == ':') {
      if (names_secret(text.substr(word, i - word))) {
        std::size_t value = i + 1;
        while (value < text.size() && (text[value] == ' ' || text[value] == '"')) out.push_back(text[value++]);
        std::size_t end = value;
        // A header's value may hold blanks ("Basic abc"); a query's may not.
        while (end < text.size() && !ends_value(text[end]) && !(c == '=' && text[end] == ' ')) ++end;
        if (end > value) out.append(kMask);
        i = end - 1;
      }
      word = i + 1;
    } else if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-') {
      word = i + 1;
    }
  }
  return out;
}

}  // namespace

std::string redact(std::string_view text) {
  return redact_fields(redact_urls(text));
}

}  // namespace vigil
