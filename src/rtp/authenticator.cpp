#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/ids.h"
#include "rtp/auth.h"
#include "rtp/auth_text.h"
#include "rtp/base64.h"

namespace vigil::rtp {
namespace {

constexpr std::size_t kMostChallenges = 8;
constexpr int kMostStale = 3;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// Where in the field the next challenge begins: a word followed by a blank and no '=' between.
std::size_t next_scheme(std::string_view text, std::size_t from) {
  bool quoted = false, fresh = true;  // fresh: a word may begin here
  for (auto i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (fresh && (starts_with_word(text.substr(i), "digest") || starts_with_word(text.substr(i), "basic"))) return i;
    fresh = c == ',' || c == ' ' || c == '\t';
  }
  return std::string_view::npos;
}

// "auth" among the words of a qop list.
bool offers_auth(std::string_view list) {
  for (std::size_t from = 0; from <= list.size();) {
    auto end = std::min(list.find_first_of(", ", from), list.size());
    if (list.substr(from, end - from) == "auth") return true;
    from = end + 1;
  }
  return false;
}

std::optional<Challenge> parse_challenge(std::string_view text) {
  Challenge out;
  const bool digest = starts_with_word(text, "digest");
  auto parameters = parse_parameters(text.substr(digest ? 7 : 6));
  out.realm = parameters["realm"];
  if (!digest) return out;
  out.scheme = AuthScheme::Digest;
  out.nonce = parameters["nonce"];
  out.opaque = parameters["opaque"];
  out.stale = lower(parameters["stale"]) == "true";
  out.algorithm_text = parameters["algorithm"];
  auto algorithm = lower(out.algorithm_text);
  if (algorithm.size() > 5 && algorithm.substr(algorithm.size() - 5) == "-sess") {
    out.session = true;
    algorithm.resize(algorithm.size() - 5);
  }
  if (algorithm == "sha-256") {
    out.algorithm = DigestAlgorithm::Sha256;
  } else if (!algorithm.empty() && algorithm != "md5") {
    return std::nullopt;
  }
  const auto qop = lower(parameters["qop"]);
  out.qop_auth = offers_auth(qop);
  if (!qop.empty() && !out.qop_auth) return std::nullopt;  // integrity of bodies only
  return out;
}

int strength(const Challenge& challenge) {
  if (challenge.scheme == AuthScheme::Basic) return 0;
  return challenge.algorithm == DigestAlgorithm::Md5 ? 1 : 2;
}

// A quotation mark in foreign text must not end the quotation.
std::string in_quotes(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  return out;
}

}  // namespace

std::vector<Challenge> parse_challenges(const Headers& headers) {
  std::vector<Challenge> out;
  for (const auto& [name, value] : headers) {
    if (lower(name) != "www-authenticate") continue;
    for (auto from = next_scheme(value, 0); from != std::string::npos && out.size() < kMostChallenges;) {
      auto to = next_scheme(value, from + 5);
      if (auto challenge = parse_challenge(std::string_view(value).substr(from, to - from)))
        out.push_back(std::move(*challenge));
      from = to;
    }
  }
  return out;
}

bool Authenticator::challenged(const Response& refusal) {
  if (user_.empty() && password_.empty()) return false;
  auto offered = parse_challenges(refusal.headers);
  auto best = std::max_element(offered.begin(), offered.end(),
                               [](const auto& a, const auto& b) { return strength(a) < strength(b); });
  if (best == offered.end()) return false;
  // Some cameras do not say that a nonce was merely old, they only give another one; a wrong password looks the same.
  const bool renewed = proven_ && best->stale && ++stale_ <= kMostStale;
  if (proven_ && !trusted_ && !renewed) return false;
  challenge_ = std::move(*best);
  count_ = 0;
  proven_ = trusted_ = false;
  return true;
}

std::optional<std::string> Authenticator::authorization(std::string_view method, std::string_view uri) {
  if (!challenge_) return std::nullopt;
  proven_ = true;
  const auto& c = *challenge_;
  if (c.scheme == AuthScheme::Basic) return "Basic " + to_base64(user_ + ":" + password_.reveal());
  const auto client_nonce = c.qop_auth || c.session ? random_hex(8) : std::string();
  const auto count = c.qop_auth ? fmt::format("{:08x}", ++count_) : std::string();
  const auto response = digest_response({user_, c.realm, password_.reveal(), method, uri, c.nonce, count, client_nonce,
                                         c.qop_auth ? "auth" : "", c.algorithm, c.session});
  auto out = fmt::format(R"(Digest username="{}", realm="{}", nonce="{}", uri="{}", response="{}")", in_quotes(user_),
                         in_quotes(c.realm), in_quotes(c.nonce), in_quotes(uri), response);
  if (!c.algorithm_text.empty()) out += ", algorithm=" + in_quotes(c.algorithm_text);
  if (!c.opaque.empty()) out += fmt::format(R"(, opaque="{}")", in_quotes(c.opaque));
  if (c.qop_auth) out += fmt::format(R"(, qop=auth, nc={}, cnonce="{}")", count, client_nonce);
  return out;
}

}  // namespace vigil::rtp
