#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Content-Type and Accept (RFC 9110, 8.3 and 12.5.1). Pure.

namespace vigil::api {

struct MediaType {
  std::string name;      // "image/jpeg", lower case
  std::string boundary;  // of a multipart type, else empty
};

// Nothing when it is malformed.
std::optional<MediaType> parse_media_type(std::string_view text);

// Whether an Accept header takes one of these types. An empty header takes all.
bool accepts(std::string_view accept, const std::vector<std::string>& types);

}  // namespace vigil::api
