// Access tokens: what anybody may send, and the payload behind a good signature (as if our key were lost).

#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/auth/access_token.h"
#include "api/auth/digest.h"
#include "api/auth/refresh_token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  using namespace vigil::api;
  static const Secret key(std::string(32, 'k'));
  static const WallTime now{std::chrono::seconds(1800000000)};
  std::string text(reinterpret_cast<const char*>(data), size);

  // Nobody without the key makes a token that is accepted.
  if (verify_access_token(text, now, key)) std::abort();
  if (read_refresh_token(text, key)) std::abort();

  auto forged = to_base64url(R"({"alg":"HS256","typ":"at+jwt"})") + "." + to_base64url(text);
  forged += "." + to_base64url(hmac_sha256(forged, key));
  if (auto claims = verify_access_token(forged, now, key)) {
    auto again = verify_access_token(issue_access_token(*claims, now, key).reveal(), now, key);
    if (forged.size() < kMaxAccessToken / 2 && (!again || !(*again == *claims))) std::abort();
  }

  std::string bytes;
  if (from_base64url(text, bytes) && to_base64url(bytes) != text) std::abort();
  return 0;
}
