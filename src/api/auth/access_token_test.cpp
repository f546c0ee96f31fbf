#include "api/auth/access_token.h"

#include <gtest/gtest.h>

#include <functional>

#include "api/auth/digest.h"
#include "base/json.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;

const Secret kKey(std::string(32, 'k'));
const AccessClaims kClaims{"user_1", "session_1", store::UserRole::Viewer, 7};

WallTime now() {
  return WallTime(1800000000s);
}

std::string payload_of(const Secret& token) {
  const auto& text = token.reveal();
  auto first = text.find('.'), last = text.rfind('.');
  std::string payload;
  EXPECT_TRUE(from_base64url(std::string_view(text).substr(first + 1, last - first - 1), payload));
  return payload;
}

std::string forged(std::string_view header, std::string_view payload, const Secret& key = kKey) {
  auto text = to_base64url(header) + "." + to_base64url(payload);
  return text + "." + to_base64url(hmac_sha256(text, key));
}

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"at+jwt"})";

// The claims of a good token with one change, properly signed.
std::string with(const std::function<void(Json&)>& change) {
  auto claims = *parse_json(payload_of(issue_access_token(kClaims, now(), kKey)));
  change(claims);
  return forged(kHeader, to_text(claims));
}

void expect_refused(std::string_view token, WallTime at = now()) {
  auto refused = verify_access_token(token, at, kKey);
  ASSERT_FALSE(refused.ok()) << token;
  EXPECT_EQ(refused.error().kind, ErrorKind::Unauthenticated);
  EXPECT_EQ(refused.error().message, "the access token is not valid, or has expired");
  EXPECT_EQ(refused.error().code, "auth.token");
}

TEST(AccessToken, ComesBackAsIssued) {
  auto read = verify_access_token(issue_access_token(kClaims, now(), kKey).reveal(), now(), kKey);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, kClaims);
  EXPECT_TRUE(verify_access_token(with([](Json&) {}), now(), kKey))
      << "the forger of these tests must be able to forge";
}

TEST(AccessToken, IsValidForTenMinutesAndTheLeeway) {
  auto token = issue_access_token(kClaims, now(), kKey).reveal();
  EXPECT_TRUE(verify_access_token(token, now() - 30s, kKey));
  expect_refused(token, now() - 31s);
  EXPECT_TRUE(verify_access_token(token, now() + 629s, kKey));
  expect_refused(token, now() + 630s);
}

TEST(AccessToken, TwoNeverLookTheSame) {
  EXPECT_FALSE(issue_access_token(kClaims, now(), kKey) == issue_access_token(kClaims, now(), kKey));
}

TEST(AccessToken, AnyOtherHeaderIsRefused) {
  auto payload = payload_of(issue_access_token(kClaims, now(), kKey));
  ASSERT_TRUE(verify_access_token(forged(kHeader, payload), now(), kKey));
  for (std::string_view header :
       {R"({"alg":"none","typ":"at+jwt"})", R"({"alg":"None","typ":"at+jwt"})", R"({"alg":"HS512","typ":"at+jwt"})",
        R"({"alg":"RS256","typ":"at+jwt"})", R"({"alg":"HS256","typ":"JWT"})", R"({"typ":"at+jwt","alg":"HS256"})",
        R"({"alg":"HS256","typ":"at+jwt","kid":"../../x"})", R"({"alg":"HS256"})", R"({})", ""}) {
    expect_refused(forged(header, payload));
    auto text = to_base64url(header) + "." + to_base64url(payload) + ".";
    expect_refused(text);
  }
}

TEST(AccessToken, AnotherKeyOrAnyChangedCharacterIsRefused) {
  auto token = issue_access_token(kClaims, now(), kKey).reveal();
  EXPECT_FALSE(verify_access_token(token, now(), Secret(std::string(32, 'j'))));
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (int other = 0; other < 256; ++other) {
      auto changed = token;
      changed[i] = static_cast<char>(other);
      if (changed != token) expect_refused(changed);
    }
    expect_refused(token.substr(0, i));
  }
  for (const char* more : {".", "=", "A", " ", "\n", ".e30"}) expect_refused(token + more);
  expect_refused(" " + token);
}

TEST(AccessToken, RubbishIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("..."), std::string("a.b.c"),
        std::string(70 << 10, 'a'), std::string(70 << 10, '.'), std::string(100, '\0')}) {
    expect_refused(text);
  }
  expect_refused(forged(kHeader, std::string(3000, '[')));
  expect_refused(forged(kHeader, "[]"));
  expect_refused(forged(kHeader, "{}"));
  expect_refused(forged(kHeader, "null"));
  expect_refused(forged(kHeader, ""));
}

TEST(AccessToken, EveryClaimIsNeededAndChecked) {
  for (const char* name : {"iss", "aud", "sub", "sid", "role", "epoch", "iat", "nbf", "exp", "jti"}) {
    expect_refused(with([&](Json& claims) { claims.erase(name); }));
    expect_refused(with([&](Json& claims) { claims[name] = nullptr; }));
    expect_refused(with([&](Json& claims) { claims[name] = Json::array(); }));
    expect_refused(with([&](Json& claims) { claims[name] = ""; }));
    expect_refused(with([&](Json& claims) { claims[name] = -1; }));
    expect_refused(with([&](Json& claims) { claims[name] = 1e300; }));
  }
  expect_refused(with([](Json& claims) { claims["iss"] = "other"; }));
  expect_refused(with([](Json& claims) { claims["aud"] = "other"; }));
  expect_refused(with([](Json& claims) { claims["role"] = "root"; }));
  expect_refused(with([](Json& claims) { claims["exp"] = std::uint64_t{1} << 63; }));
  expect_refused(
      with([](Json& claims) { claims["exp"] = claims["exp"].get<std::int64_t>() + 1; }));  // longer than any of ours
  expect_refused(with([](Json& claims) { claims["exp"] = claims["iat"]; }));
  expect_refused(with([](Json& claims) { claims["nbf"] = claims["nbf"].get<std::int64_t>() + 31; }));
  expect_refused(with([](Json& claims) {
    claims["iat"] = claims["iat"].get<std::int64_t>() + 31;
    claims["exp"] = claims["exp"].get<std::int64_t>() + 31;
  }));
}

}  // namespace
}  // namespace vigil::api
