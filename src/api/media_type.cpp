#include "api/media_type.h"

#include <algorithm>
#include <cctype>

#include "api/message.h"

namespace vigil::api {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The text up to `separator` outside of quotes; `text` goes on after it.
std::string_view take(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '\\' && quoted)
      ++i;
    else if (text[i] == separator && !quoted)
      break;
  }
  i = std::min(i, text.size());
  auto head = text.substr(0, i);
  text.remove_prefix(std::min(i + 1, text.size()));
  return trim(head);
}

bool is_type_char(unsigned char c) {
  return std::isalnum(c) || c == '-' || c == '+' || c == '.' || c == '*' || c == '_';
}

bool is_type(std::string_view text) {
  auto slash = text.find('/');
  return slash != 0 && slash != std::string_view::npos && slash + 1 < text.size() && text.size() <= 100 &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash), is_type_char) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(slash) + 1, text.end(), is_type_char);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool range_has(std::string_view range, std::string_view type) {
  if (range == "*/*") return true;
  if (range.ends_with("/*")) return type.starts_with(range.substr(0, range.size() - 1));
  return range == type;
}

}  // namespace

std::optional<MediaType> parse_media_type(std::string_view text) {
  auto name = take(text, ';');
  if (!is_type(name)) return std::nullopt;
  MediaType type{lower(name), {}};
  while (!text.empty()) {
    auto parameter = take(text, ';');
    auto equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    if (!equals_ignoring_case(trim(parameter.substr(0, equals)), "boundary")) continue;
    auto value = trim(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    type.boundary = std::string(value);
  }
  return type;
}

bool accepts(std::string_view accept, const std::vector<std::string>& types) {
  if (trim(accept).empty() || types.empty()) return true;
  while (!accept.empty()) {
    auto range = take(accept, ',');
    auto name = lower(take(range, ';'));
    bool refused = false;
    while (!range.empty()) {
      auto weight = take(range, ';');
      // q=0 in any spelling means "not this one".
      refused = refused || (weight.size() > 2 && (weight[0] == 'q' || weight[0] == 'Q') && weight[1] == '=' &&
                            weight.find_first_not_of("0.", 2) == std::string_view::npos);
    }
    if (!refused && std::any_of(types.begin(), types.end(), [&](const auto& type) { return range_has(name, type); }))
      return true;
  }
  return false;
}

}  // namespace vigil::api
