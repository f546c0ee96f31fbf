#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.h"

namespace vigil {

using Json = nlohmann::json;

struct JsonLimits {
  std::size_t max_bytes = 1 << 20;
  int max_depth = 64;
};

// Parses foreign JSON: refuses more than max_bytes (PayloadTooLarge), and, as MalformedRequest, deeper nesting than
// max_depth, duplicate keys, invalid UTF-8, non-finite numbers and trailing bytes. Never throws; cost is linear and
// the nesting limit applies while parsing.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

// Compact JSON; invalid UTF-8 is replaced, never thrown about.
std::string to_text(const Json& value);

}  // namespace vigil
