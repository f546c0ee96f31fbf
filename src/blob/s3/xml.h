#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The little of XML that S3 answers are made of. Foreign bytes: no entities but the five, no nesting is followed, cost
// is linear. Pure.

namespace vigil::blob::s3 {

// The text of the first element of that name; nothing when there is none or it does not end.
std::optional<std::string> element(std::string_view xml, std::string_view name);

// What lies between the tags of every element of that name, as it stands there.
std::vector<std::string_view> elements(std::string_view xml, std::string_view name);

}  // namespace vigil::blob::s3
