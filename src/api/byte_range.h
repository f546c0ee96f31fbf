#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// Which part of something a request wants (RFC 9110, 14). Pure.

namespace vigil::api {

struct ByteRange {
  std::uint64_t first = 0, size = 0;
  bool operator==(const ByteRange&) const = default;
};

enum class RangeKind { Whole, Part, Unsatisfiable };

struct WantedRange {
  RangeKind kind = RangeKind::Whole;
  ByteRange range;  // Part
};

// Several ranges at once, and what is malformed, get the whole: no answer is larger than the thing itself. `condition`:
// If-Range; another one than `tag` wants the whole, as what it has part of is no more.
WantedRange wanted_range(std::optional<std::string_view> header, std::optional<std::string_view> condition,
                         std::string_view tag, std::uint64_t size);

}  // namespace vigil::api
