#include "blob/key.h"

#include <algorithm>
#include <array>

namespace vigil::blob {
namespace {

constexpr std::array<const char*, kPrefixes> kNames = {"originals", "frames", "thumbnails", "metadata", "logs"};
constexpr std::size_t kMaxSegment = 100, kMaxSegments = 8;

bool is_segment(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSegment && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                  c == '-';
         });
}

// How many segments there are; 0: it is no key.
std::size_t count_segments(std::string_view text) {
  std::size_t count = 0;
  while (true) {
    const auto segment = text.substr(0, text.find('/'));
    const bool good =
        count == 0 ? std::find(kNames.begin(), kNames.end(), segment) != kNames.end() : is_segment(segment);
    if (!good || ++count > kMaxSegments) return 0;
    if (segment.size() == text.size()) return count;
    text.remove_prefix(segment.size() + 1);
  }
}

}  // namespace

const char* to_string(Prefix prefix) {
  return kNames[static_cast<std::size_t>(prefix)];
}

Result<Key> Key::make(Prefix prefix, std::initializer_list<std::string_view> segments) {
  std::string text = to_string(prefix);
  for (auto segment : segments) text.append("/").append(segment);
  return parse(text);
}

Result<Key> Key::parse(std::string_view text) {
  if (count_segments(text) < 2) {
    return make_error(ErrorKind::InvalidArgument, "that cannot be the key of a blob", "blob.key");
  }
  return Key(std::string(text));
}

bool is_folder(std::string_view text) {
  return text.ends_with('/') && count_segments(text.substr(0, text.size() - 1)) > 0;
}

}  // namespace vigil::blob
