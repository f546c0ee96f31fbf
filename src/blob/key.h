#pragma once

#include <compare>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vigil::blob {

// Kinds of bytes lie apart, so that each can have its own rights, retention and storage class.
enum class Prefix { Originals, Frames, Thumbnails, Metadata, Logs };
inline constexpr int kPrefixes = 5;
const char* to_string(Prefix prefix);  // "originals", "frames", …: the first segment of its keys

// The name of a blob: "frames/0192…/3/frame_000001000.jpg". Two to eight segments; the first is a prefix, each other
// one has 1 to 100 of A-Z a-z 0-9 . _ - and does not begin with a dot, so that a key is the same on a disk, in S3 and
// in a URL, and cannot lead anywhere else. Made of ids that the server chose; never of what somebody typed.
class Key {
 public:
  static Result<Key> make(Prefix prefix, std::initializer_list<std::string_view> segments);
  static Result<Key> parse(std::string_view text);  // InvalidArgument

  const std::string& text() const { return text_; }
  auto operator<=>(const Key&) const = default;

 private:
  explicit Key(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Whether keys can begin so: a key, or whole segments with a slash at the end ("frames/0192…/").
bool is_folder(std::string_view text);

}  // namespace vigil::blob
