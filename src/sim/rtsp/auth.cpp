#include "sim/rtsp/auth.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>

namespace vigil::sim::rtsp {
namespace {

std::string md5_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  // Broken for signatures, but it is what RFC 2617 cameras speak. Where a policy forbids MD5, nothing authenticates.
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_md5(), nullptr) != 1) return {};
  std::string hex;
  for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int have = 0;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  for (char c : text) {
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<unsigned>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<unsigned>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<unsigned>(c - '0') + 52;
    } else if (c == '+' || c == '/') {
      value = c == '+' ? 62 : 63;
    } else {
      return std::nullopt;
    }
    bits = bits << 6 | value;
    have += 6;
    if (have >= 8) {
      have -= 8;
      out.push_back(static_cast<char>(bits >> have & 0xff));
    }
  }
  return out;
}

// `name=value, name="value with \" escapes"` as a map; the last of a name wins.
std::map<std::string, std::string> parse_parameters(std::string_view text) {
  std::map<std::string, std::string> out;
  while (out.size() < 32) {
    auto begin = text.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    auto equals = text.find('=');
    if (equals == std::string_view::npos) break;
    std::string name(text.substr(0, equals)), value;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    name.erase(name.find_last_not_of(" \t") + 1);
    text.remove_prefix(equals + 1);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (!text.empty() && text[0] == '"') {
      std::size_t i = 1;
      for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        value.push_back(text[i]);
      }
      text.remove_prefix(std::min(i + 1, text.size()));
    } else {
      auto end = std::min(text.find_first_of(", \t"), text.size());
      value = std::string(text.substr(0, end));
      text.remove_prefix(end);
    }
    out[name] = value;
  }
  return out;
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() > word.size() && text[word.size()] == ' ' &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
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
                                   nonce, parameters["nc"], parameters["cnonce"], qop});
  return !expected.empty() && Secret(parameters["response"]) == Secret(expected);
}

}  // namespace

std::string digest_response(const DigestInput& input) {
  auto who = md5_hex(fmt::format("{}:{}:{}", input.user, input.realm, input.password));
  auto what = md5_hex(fmt::format("{}:{}", input.method, input.uri));
  if (who.empty() || what.empty()) return {};
  if (input.qop.empty()) return md5_hex(fmt::format("{}:{}:{}", who, input.nonce, what));
  return md5_hex(
      fmt::format("{}:{}:{}:{}:{}:{}", who, input.nonce, input.nonce_count, input.client_nonce, input.qop, what));
}

Headers challenges(AuthScheme scheme, std::string_view realm, std::string_view nonce) {
  Headers out;
  if (scheme != AuthScheme::Basic) {
    out.emplace_back("WWW-Authenticate", fmt::format("Digest realm=\"{}\", nonce=\"{}\", algorithm=MD5", realm, nonce));
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
    auto pair = base64_decode(text.substr(6));
    return pair && Secret(*pair) == Secret(wanted.user + ":" + wanted.password.reveal());
  }
  return false;
}

}  // namespace vigil::sim::rtsp
