#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::vision {

// What a reader read off one picture of a plate.
struct PlateText {
  std::string text;               // A-Z and 0-9 only
  std::vector<float> characters;  // confidence of each, 0..1; as many as `text` has
  float confidence = 0;           // of all, 0..1
  bool operator==(const PlateText&) const = default;
};

constexpr std::size_t kMaxPlateLength = 16;

// Upper-case letters and digits alone, the form in which plates are compared; at most kMaxPlateLength of them.
std::string plain_text(std::string_view text);

}  // namespace vigil::vision
