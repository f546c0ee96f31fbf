#include "api/auth/refresh_token.h"

#include "api/auth/digest.h"

namespace vigil::api {
namespace {

constexpr std::string_view kPrefix = "vgr_";
constexpr std::size_t kMac = 32;     // hexadecimal digits
constexpr std::size_t kSecret = 64;  // hexadecimal digits
constexpr std::size_t kLongest = 256;

std::string mac(std::string_view text, const Secret& key) {
  return to_hex(hmac_sha256(text, key)).substr(0, kMac);
}

}  // namespace

Secret refresh_token_text(const RefreshToken& token, const Secret& key) {
  auto text = std::string(kPrefix) + token.session + "_" + token.secret.reveal();
  return Secret(text + "_" + mac(text, key));
}

std::optional<RefreshToken> read_refresh_token(std::string_view text, const Secret& key) {
  constexpr std::size_t kTail = 1 + kSecret + 1 + kMac;
  if (text.size() > kLongest || text.size() <= kPrefix.size() + kTail || text.substr(0, kPrefix.size()) != kPrefix)
    return std::nullopt;
  auto signed_part = text.substr(0, text.size() - kMac - 1);
  if (text[signed_part.size()] != '_') return std::nullopt;  // the one character that no MAC covers
  if (!same_secret(mac(signed_part, key), text.substr(text.size() - kMac))) return std::nullopt;
  auto session = text.substr(kPrefix.size(), text.size() - kPrefix.size() - kTail);
  return RefreshToken{std::string(session), Secret(std::string(signed_part.substr(signed_part.size() - kSecret)))};
}

}  // namespace vigil::api
