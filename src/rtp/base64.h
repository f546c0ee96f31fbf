#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::rtp {

// RFC 4648; missing padding is taken, anything that is no digit is not.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);
std::string to_base64(std::string_view bytes);

}  // namespace vigil::rtp
