#include "base/redact.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace vigil {
namespace {

constexpr std::string_view kMask = "***";

bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}
bool is_scheme_char(char c) {
  return is_alnum(c) || c == '+' || c == '-' || c == '.';
}
bool is_name_char(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool ends_line(char c) {
  return c == '\r' || c == '\n';
}
bool ends_word(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

bool ends_authority(char c) {
  return c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' || c == '<' || c == '>' || ends_word(c);
}

bool ends_with_any(std::string_view name, const std::string_view* words, std::size_t count) {
  constexpr std::size_t kLongest = 64;
  name = name.substr(name.size() - std::min(name.size(), kLongest));
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::tolower(c)); });
  return std::any_of(words, words + count, [&](std::string_view word) {
    return lower.size() >= word.size() && lower.compare(lower.size() - word.size(), word.size(), word) == 0;
  });
}

// Their values have blanks, quotes and commas in them: they end with the line.
bool names_header(std::string_view name) {
  constexpr std::array<std::string_view, 2> kWords = {"authorization", "cookie"};
  return ends_with_any(name, kWords.data(), kWords.size());
}

// What a URL ends in: the text up to the next blank, and the last '@' in it (npos: none).
struct Word {
  std::size_t end = 0;
  std::size_t sign = std::string_view::npos;
};

Word word_at(std::string_view text, std::size_t at) {
  Word word{at};
  for (; word.end < text.size() && !ends_word(text[word.end]); ++word.end) {
    if (text[word.end] == '@') word.sign = word.end;
  }
  return word;
}

// Where the user information of the URL whose authority begins at `start` ends; start: it has none.
std::size_t end_of_user_info(std::string_view text, std::size_t start, const Word& word) {
  auto rest = text.substr(start, word.end - start);
  auto head = rest.substr(0, std::find_if(rest.begin(), rest.end(), ends_authority) - rest.begin());
  bool signed_later = word.sign != std::string_view::npos && word.sign >= start;
  // A password may hold anything when nobody encoded it: what lies between a colon and the last '@' of the word may be
  // one.
  if (signed_later && rest.find(':') < word.sign - start) return word.sign;
  if (auto sign = head.rfind('@'); sign != std::string_view::npos) return start + sign;
  // "user:pass word@host": what follows the colon is no port, so it may be a password with a blank in it.
  auto port = head.substr(std::min(head.size(), head.find(':')));
  bool number = std::all_of(port.begin() + (port.empty() ? 0 : 1), port.end(),
                            [](unsigned char c) { return std::isdigit(c) != 0; });
  if (number) return start;
  constexpr std::size_t kFurther = 128;
  auto line = text.substr(word.end, kFurther);
  auto far = line.find('@');
  return far < std::min(line.find('\n'), line.find('\r')) ? word.end + far : start;
}

std::string redact_urls(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  Word word;
  while (true) {
    auto found = text.find("://", at);
    if (found == std::string_view::npos) return out.append(text.substr(at));
    auto start = found + 3;
    out.append(text.substr(at, start - at));
    at = start;
    if (found == 0 || !is_scheme_char(text[found - 1])) continue;
    // A word that was looked through is not looked through again, so many "://" in it cost no more than one.
    if (word.end < start) word = word_at(text, start);
    auto end = end_of_user_info(text, start, word);
    if (end == start) continue;
    out.append(kMask);
    at = end;
  }
}

// The value that begins at `at`: how far it is to be masked, and from where.
struct Value {
  std::size_t begin, end;
};

Value value_at(std::string_view text, std::size_t at, bool header, bool assigned) {
  while (at < text.size() && is_blank(text[at])) ++at;
  auto end = at;
  if (header) {
    while (end < text.size() && !ends_line(text[end])) ++end;
    return {at, end};
  }
  bool escaped = text.substr(at, 2) == "\\\"";  // JSON within JSON
  if (escaped) {
    auto close = text.find("\\\"", at + 2);
    return {at + 2, std::min(close, text.size())};
  }
  char quote = at < text.size() ? text[at] : '\0';
  if (quote == '"' || quote == '\'') {
    for (end = at + 1; end < text.size() && text[end] != quote; ++end) {
      if (text[end] == '\\' && end + 1 < text.size()) ++end;
    }
    return {at + 1, std::min(end, text.size())};
  }
  // What is written "name: value" may hold blanks, and ends where a list would go on; a query's value ends with a blank
  // or '&'.
  auto ends_value = [&](std::size_t i) {
    char c = text[i];
    if (c == '"' || c == '\'' || ends_line(c)) return true;
    if (assigned) return c == '&' || is_blank(c);
    return (c == ',' || c == ';') && i + 1 < text.size() && is_blank(text[i + 1]);
  };
  while (end < text.size() && !ends_value(end)) ++end;
  return {at, end};
}

// The name that ends before `separator`, without the quotes of JSON.
std::string_view name_before(std::string_view text, std::size_t separator, std::size_t from) {
  auto end = separator;
  while (end > from && is_blank(text[end - 1]) && separator - end < 4) --end;
  if (end > from && (text[end - 1] == '"' || text[end - 1] == '\'')) --end;
  if (end > from && text[end - 1] == '\\') --end;
  auto begin = end;
  while (begin > from && is_name_char(text[begin - 1]) && end - begin < 64) --begin;
  return text.substr(begin, end - begin);
}

std::string redact_fields(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=' && text[i] != ':') continue;
    auto name = name_before(text, i, copied);
    bool assigned = text[i] == '=';
    bool key = assigned && (name == "key" || name == "KEY");  // "secret.key: permission denied" is a file
    if (!key && !names_secret(name)) continue;
    auto value = value_at(text, i + 1, names_header(name), assigned);
    if (value.end <= value.begin) continue;
    out.append(text.substr(copied, value.begin - copied)).append(kMask);
    copied = value.end;
    i = value.end - 1;
  }
  return out.append(text.substr(copied));
}

// Tokens that give themselves away by how they begin.
std::string redact_tokens(std::string_view text) {
  auto is_token_char = [](char c) { return is_name_char(c) || c == '.'; };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_token_char(text[at])) {
      out.push_back(text[at++]);
      continue;
    }
    auto end = at;
    while (end < text.size() && is_token_char(text[end])) ++end;
    auto word = text.substr(at, end - at);
    auto begins = [&](std::string_view prefix) {
      return word.substr(0, prefix.size()) == prefix && word.size() > prefix.size();
    };
    bool jwt = begins("eyJ") && word.find('.') != std::string_view::npos;
    out.append(jwt || begins("vgl_") || begins("vgr_") ? kMask : word);
    at = end;
  }
  return out;
}

}  // namespace

bool names_secret(std::string_view name) {
  constexpr std::array<std::string_view, 9> kWords = {"password", "passwd", "pass",   "pwd",       "token",
                                                      "secret",   "_key",   "apikey", "passphrase"};
  return names_header(name) || ends_with_any(name, kWords.data(), kWords.size());
}

std::string redact(std::string_view text) {
  return redact_tokens(redact_fields(redact_urls(text)));
}

}  // namespace vigil
