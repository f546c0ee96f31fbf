#include "api/auth/digest.h"

#include <gtest/gtest.h>

namespace vigil::api {
namespace {

TEST(Digest, Base64UrlComesBack) {
  for (const auto& bytes :
       {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\xff\0\xfe", 3)}) {
    std::string read;
    EXPECT_TRUE(from_base64url(to_base64url(bytes), read));
    EXPECT_EQ(read, bytes);
  }
}

TEST(Digest, Base64UrlHasOneFormOnly) {
  std::string read;
  for (const char* bad : {"A", "AB", "ABC", "AA==", "AA=", "A A", "AAAA\n", "AA+A", "AA/A", "AAAA."}) {
    EXPECT_FALSE(from_base64url(bad, read)) << bad;
  }
  for (int c = 0; c < 256; ++c) {
    std::string text = "AAA" + std::string(1, static_cast<char>(c));
    if (!from_base64url(text, read)) continue;
    EXPECT_EQ(to_base64url(read), text) << c;
  }
}

TEST(Digest, HashesAreTheStandardOnes) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2, with its key filled up with zeros to 32 bytes, which is the same key to HMAC.
  EXPECT_EQ(to_hex(hmac_sha256("what do ya want for nothing?", Secret("Jefe" + std::string(28, '\0')))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, SecretsAreComparedWhole) {
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
}

}  // namespace
}  // namespace vigil::api
