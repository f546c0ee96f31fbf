#include "rtp/auth.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

#include "rtp/auth_text.h"
#include "rtp/base64.h"

namespace vigil::rtp {
namespace {

// MD5 is broken for signatures, but it is what RFC 2617 cameras speak. Where a policy forbids it, nothing
// authenticates.
std::string hash_hex(DigestAlgorithm algorithm, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  const auto* type = algorithm == DigestAlgorithm::Md5 ? EVP_md5() : EVP_sha256();
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, type, nullptr) != 1) return {};
  std::string hex;
  for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

bool digest_proves(std::string_view text, const Request& request, const Credentials& wanted, std::string_view realm,
                   std::string_view nonce) {
  auto parameters = parse_parameters(text);
  if (parameters["username"] != wanted.user || parameters["realm"] != realm || parameters["nonce"] != nonce) {
    return false;
  }
  const auto& qop = parameters["qop"];
  if (!qop.empty() && qop != "auth") return false;
  // Not compared with the request's own URI: real clients send either, and real cameras take both.
  auto expected = digest_response({wanted.user, realm, wanted.password.reveal(), request.method, parameters["uri"],
                                   nonce, parameters["nc"], parameters["cnonce"], qop, wanted.algorithm});
  return !expected.empty() && Secret(parameters["response"]) == Secret(expected);
}

}  // namespace

std::string digest_response(const DigestInput& input) {
  auto hash = [&](const std::string& text) { return hash_hex(input.algorithm, text); };
  auto who = hash(fmt::format("{}:{}:{}", input.user, input.realm, input.password));
  if (input.session) who = hash(fmt::format("{}:{}:{}", who, input.nonce, input.client_nonce));
  auto what = hash(fmt::format("{}:{}", input.method, input.uri));
  if (who.empty() || what.empty()) return {};
  if (input.qop.empty()) return hash(fmt::format("{}:{}:{}", who, input.nonce, what));
  return hash(
      fmt::format("{}:{}:{}:{}:{}:{}", who, input.nonce, input.nonce_count, input.client_nonce, input.qop, what));
}

Headers challenges(AuthScheme scheme, std::string_view realm, std::string_view nonce, DigestAlgorithm algorithm) {
  Headers out;
  if (scheme != AuthScheme::Basic) {
    out.emplace_back("WWW-Authenticate", fmt::format("Digest realm=\"{}\", nonce=\"{}\", algorithm={}", realm, nonce,
                                                     algorithm == DigestAlgorithm::Md5 ? "MD5" : "SHA-256"));
  }
  if (scheme != AuthScheme::Digest) {
    out.emplace_back("WWW-Authenticate", fmt::format("Basic realm=\"{}\"", realm));
  }
  return out;
}

bool authorised(const Request& request, const Credentials& wanted, std::string_view realm, std::string_view nonce) {
  if (wanted.user.empty()) return true;
  const auto* header = request.header("Authorization");
  if (header == nullptr) return false;
  std::string_view text(*header);
  if (starts_with_word(text, "Digest") && wanted.scheme != AuthScheme::Basic) {
    return digest_proves(text.substr(7), request, wanted, realm, nonce);
  }
  if (starts_with_word(text, "Basic") && wanted.scheme != AuthScheme::Digest) {
    auto pair = from_base64(text.substr(6));
    return pair && Secret({pair->begin(), pair->end()}) == Secret(wanted.user + ":" + wanted.password.reveal());
  }
  return false;
}

std::optional<UserPassword> basic_credentials(const Request& request) {
  const auto* header = request.header("Authorization");
  if (header == nullptr || !starts_with_word(*header, "Basic")) return std::nullopt;
  auto bytes = from_base64(std::string_view(*header).substr(6));
  if (!bytes) return std::nullopt;
  std::string pair(bytes->begin(), bytes->end());
  auto colon = pair.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return UserPassword{pair.substr(0, colon), Secret(pair.substr(colon + 1))};
}

}  // namespace vigil::rtp
