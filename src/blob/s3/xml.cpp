#include "blob/s3/xml.h"

#include <array>
#include <utility>

namespace vigil::blob::s3 {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};

std::string unescape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t used = 1;
    char c = text.front();
    for (const auto& [entity, plain] : kEntities) {
      if (!text.starts_with(entity)) continue;
      c = plain;
      used = entity.size();
    }
    out.push_back(c);
    text.remove_prefix(used);
  }
  return out;
}

// The content of the next element of that name from `at` on; moves `at` behind it.
std::optional<std::string_view> next_element(std::string_view xml, std::string_view name, std::size_t& at) {
  const auto open = "<" + std::string(name);
  const auto close = "</" + std::string(name) + ">";
  while ((at = xml.find(open, at)) != std::string_view::npos) {
    const auto after = at + open.size();
    const auto end = xml.find('>', after);
    if (end == std::string_view::npos) return std::nullopt;
    at = end + 1;
    if (end != after && xml[after] != ' ' && xml[after] != '/') continue;  // only the beginning of a longer name
    if (xml[end - 1] == '/') return std::string_view();
    const auto stop = xml.find(close, at);
    if (stop == std::string_view::npos) return std::nullopt;
    const auto content = xml.substr(at, stop - at);
    at = stop + close.size();
    return content;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> element(std::string_view xml, std::string_view name) {
  std::size_t at = 0;
  auto found = next_element(xml, name, at);
  if (!found) return std::nullopt;
  return unescape(*found);
}

std::vector<std::string_view> elements(std::string_view xml, std::string_view name) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while (auto found = next_element(xml, name, at)) out.push_back(*found);
  return out;
}

}  // namespace vigil::blob::s3
