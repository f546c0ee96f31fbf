#include "blob/links.h"

#include <gtest/gtest.h>

#include "blob/digest.h"

namespace vigil::blob {
namespace {

using namespace std::chrono_literals;
constexpr WallTime kNow{1'700'000'000'000'000us};

Grant grant() {
  return {Method::Get, "frames/a/1.jpg", "thumbnail", kNow + 60s};
}

// 27: a link opens one object, by one method, in one form, until its time.
TEST(Links, OpenExactlyWhatTheyWereMadeFor) {
  const Links links(Secret(std::string(32, 'k')), "k1");
  const auto token = links.sign(grant(), kNow);
  EXPECT_TRUE(links.check(token, grant(), kNow));
  EXPECT_TRUE(links.check(token, grant(), kNow + 59s));
  EXPECT_EQ(links.check(token, grant(), kNow + 60s).error().code, "link.expired");
  auto other = grant();
  other.method = Method::Put;
  EXPECT_EQ(links.check(token, other, kNow).error().code, "link.invalid");
  other = grant();
  other.object = "frames/a/2.jpg";
  EXPECT_FALSE(links.check(token, other, kNow));
  other = grant();
  other.variant = "";
  EXPECT_FALSE(links.check(token, other, kNow));
  EXPECT_FALSE(Links(Secret(std::string(32, 'l')), "k1").check(token, grant(), kNow));
  EXPECT_FALSE(Links(Secret(std::string(32, 'k')), "k2").check(token, grant(), kNow));
}

TEST(Links, AnyChangedByteMakesThemWorthless) {
  const Links links(Secret(std::string(32, 'k')), "k1");
  const auto token = links.sign(grant(), kNow);
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(links.check(changed, grant(), kNow)) << i;
  }
  for (const auto* bad : {"", ".", "..", "k1.", "k1..", "k1.1", "k1.-1.x", "k1.99999999999999999999.x"})
    EXPECT_FALSE(links.check(bad, grant(), kNow)) << bad;
}

TEST(Links, NeverLiveLongerThanAQuarterOfAnHour) {
  const Links links(Secret(std::string(32, 'k')), "k1");
  auto wanted = grant();
  wanted.expires = kNow + 24h;
  const auto token = links.sign(wanted, kNow);
  EXPECT_TRUE(links.check(token, wanted, kNow + kLongestLink - 1s));
  EXPECT_FALSE(links.check(token, wanted, kNow + kLongestLink));
}

TEST(Digest, KnowsTheTestVectors) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Digest sha1(DigestKind::Sha1);
  sha1.add("a");
  Digest copy(sha1);
  sha1.add("bc");
  copy.add("bc");
  EXPECT_EQ(to_hex(sha1.raw()), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(copy.raw()), "a9993e364706816aba3e25717850c26c9cd0d89d");
  // RFC 4231, test case 2
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace vigil::blob
