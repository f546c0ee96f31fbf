#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// multipart/form-data (RFC 7578), from a body that is whole in memory. Pure; no copies of the contents.

namespace vigil::api {

struct FormPart {
  std::string name;
  std::string filename;      // as sent; never a path for us. Empty without one
  std::string content_type;  // empty without one
  std::string_view data;     // points into the body
};

inline constexpr std::size_t kMaxFormParts = 16;
inline constexpr std::size_t kMaxPartHeader = 4096;

// MalformedRequest: a bad boundary, a part without end or name, too many parts, headers too large, two parts of one
// name.
Result<std::vector<FormPart>> parse_multipart_form(std::string_view body, std::string_view boundary);

}  // namespace vigil::api
