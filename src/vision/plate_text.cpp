#include "vision/plate_text.h"

namespace vigil::vision {

std::string plain_text(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const bool good = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (good) out += c;
    if (out.size() == kMaxPlateLength) break;
  }
  return out;
}

}  // namespace vigil::vision
