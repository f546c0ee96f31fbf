#include "sim/rtsp/auth.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vigil::sim::rtsp {
namespace {

TEST(RtspAuth, DigestIsTheExampleOfTheStandard) {
  // RFC 2617, 3.5.
  DigestInput input{"Mufasa",   "testrealm@host.com", "Circle Of Life",
                    "GET",      "/dir/index.html",    "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                    "00000001", "0a4f113b",           "auth"};
  EXPECT_EQ(digest_response(input), "6629fae49393a05397450978507c4ef1");
  input.qop = "";
  EXPECT_EQ(digest_response(input), "670fd8c2df070c60b045671b8b24ff02");
}

Request with_authorization(std::string value) {
  return {"DESCRIBE", "rtsp://h/cam1", "RTSP/1.0", {{"Authorization", std::move(value)}}, {}};
}

std::string digest_header(std::string_view user, std::string_view password, std::string_view nonce) {
  auto response = digest_response({user, "r", password, "DESCRIBE", "rtsp://h/cam1", nonce, "", "", ""});
  return fmt::format("Digest username=\"{}\", realm=\"r\", nonce=\"{}\", uri=\"rtsp://h/cam1\", response=\"{}\"", user,
                     nonce, response);
}

TEST(RtspAuth, RightPasswordOpensAndWrongOnesDoNot) {
  const Credentials wanted{"admin", Secret("pass word"), AuthScheme::Any};
  EXPECT_TRUE(authorised(with_authorization(digest_header("admin", "pass word", "n1")), wanted, "r", "n1"));
  EXPECT_TRUE(authorised(with_authorization("basic YWRtaW46cGFzcyB3b3Jk"), wanted, "r", "n1"));
  EXPECT_FALSE(authorised(with_authorization(digest_header("admin", "password", "n1")), wanted, "r", "n1"));
  EXPECT_FALSE(authorised(with_authorization(digest_header("root", "pass word", "n1")), wanted, "r", "n1"));
  EXPECT_FALSE(authorised(with_authorization(digest_header("admin", "pass word", "old")), wanted, "r", "n1"));
  for (auto text : {"", "Basic", "Basic !!!", "Basic YWRtaW4=", "Bearer x", "Digest", "Digest ,,,=", "Digest a=\"",
                    "Digest username=\"admin\", response=\"\""}) {
    EXPECT_FALSE(authorised(with_authorization(text), wanted, "r", "n1")) << text;
  }
}

TEST(RtspAuth, OnlyTheOfferedSchemeIsTaken) {
  auto basic = with_authorization("Basic YWRtaW46cGFzcyB3b3Jk");
  auto digest = with_authorization(digest_header("admin", "pass word", "n1"));
  EXPECT_FALSE(authorised(basic, {"admin", Secret("pass word"), AuthScheme::Digest}, "r", "n1"));
  EXPECT_FALSE(authorised(digest, {"admin", Secret("pass word"), AuthScheme::Basic}, "r", "n1"));
  EXPECT_EQ(challenges(AuthScheme::Any, "r", "n").size(), 2u);
  EXPECT_EQ(challenges(AuthScheme::Basic, "r", "n").size(), 1u);
}

TEST(RtspAuth, WithoutAUserNobodyIsAsked) {
  EXPECT_TRUE(authorised(with_authorization("junk"), {}, "r", "n"));
}

}  // namespace
}  // namespace vigil::sim::rtsp
