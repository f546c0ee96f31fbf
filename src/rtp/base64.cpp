#include "rtp/base64.h"

namespace vigil::rtp {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  std::vector<std::uint8_t> out;
  unsigned bits = 0;
  int have = 0;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  for (char c : text) {
    auto value = kDigits.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffffff;
    have += 6;
    if (have >= 8) {
      have -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> have & 0xff));
    }
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  unsigned bits = 0;
  int have = 0;
  for (char c : bytes) {
    bits = (bits << 8 | static_cast<unsigned char>(c)) & 0xffffff;
    for (have += 8; have >= 6;) {
      have -= 6;
      out += kDigits[bits >> have & 63];
    }
  }
  if (have > 0) out += kDigits[bits << (6 - have) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

}  // namespace vigil::rtp
