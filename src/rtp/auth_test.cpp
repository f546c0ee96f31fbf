#include "rtp/auth.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vigil::rtp {
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

TEST(RtspAuth, Sha256IsTheExampleOfTheStandard) {
  // RFC 7616, 3.9.1.
  DigestInput input{"Mufasa",
                    "http-auth@example.org",
                    "Circle of Life",
                    "GET",
                    "/dir/index.html",
                    "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                    "00000001",
                    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                    "auth",
                    DigestAlgorithm::Sha256};
  EXPECT_EQ(digest_response(input), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
  input.algorithm = DigestAlgorithm::Md5;
  EXPECT_EQ(digest_response(input), "8ca523f5e9506fed4657c9700eebdbec");
}

Response refusal(std::vector<std::string> fields) {
  Response out{401, {}, {}};
  for (auto& field : fields) out.headers.emplace_back("WWW-Authenticate", std::move(field));
  return out;
}

TEST(RtspAuth, TheStrongestOfferIsTaken) {
  Authenticator client("u", Secret("p"));
  EXPECT_FALSE(client.authorization("OPTIONS", "*").has_value());
  ASSERT_TRUE(client.challenged(refusal({R"(Basic realm="r", Digest realm="a, b", nonce="n1")",
                                         R"(Digest realm="x", nonce="n2", algorithm=SHA-256, qop="auth,auth-int")",
                                         R"(Digest realm="y", nonce="n3", algorithm=SHA-512-256)"})));
  auto header = client.authorization("DESCRIBE", "rtsp://h/");
  ASSERT_TRUE(header.has_value());
  EXPECT_NE(header->find(R"(nonce="n2")"), std::string::npos) << *header;
  EXPECT_NE(header->find("algorithm=SHA-256, qop=auth, nc=00000001"), std::string::npos) << *header;
  auto offers = parse_challenges(refusal({R"(Basic realm="r", Digest realm="a, b", nonce="n1")"}).headers);
  ASSERT_EQ(offers.size(), 2u);
  EXPECT_EQ(offers[1].realm, "a, b");
}

TEST(RtspAuth, WhatTheClientSignsTheServerTakes) {
  for (auto algorithm : {DigestAlgorithm::Md5, DigestAlgorithm::Sha256}) {
    for (auto scheme : {AuthScheme::Digest, AuthScheme::Basic}) {
      Credentials wanted{"ad\"min", Secret("pass word"), scheme, algorithm};
      Authenticator client("ad\"min", Secret("pass word"));
      ASSERT_TRUE(client.challenged(Response{401, challenges(scheme, "r", "n1", algorithm), {}}));
      auto request = with_authorization(*client.authorization("DESCRIBE", "rtsp://h/cam1"));
      EXPECT_TRUE(authorised(request, wanted, "r", "n1"));
    }
  }
}

TEST(RtspAuth, AWrongPasswordIsTriedOnceAndAnOldNonceIsRenewed) {
  Authenticator client("u", Secret("p"));
  const auto basic = refusal({R"(Basic realm="r")"});
  EXPECT_TRUE(client.challenged(basic));
  EXPECT_TRUE(client.authorization("DESCRIBE", "x").has_value());
  EXPECT_FALSE(client.challenged(basic));
  Authenticator renewing("u", Secret("p"));
  EXPECT_TRUE(renewing.challenged(refusal({R"(Digest realm="r", nonce="1")"})));
  EXPECT_TRUE(renewing.authorization("DESCRIBE", "x").has_value());
  EXPECT_TRUE(renewing.challenged(refusal({R"(Digest realm="r", nonce="2", stale=TRUE)"})));
  EXPECT_NE(renewing.authorization("DESCRIBE", "x")->find(R"(nonce="2")"), std::string::npos);
  renewing.accepted();
  EXPECT_TRUE(renewing.challenged(refusal({R"(Digest realm="r", nonce="3")"})));
  EXPECT_FALSE(Authenticator("", Secret()).challenged(basic));
  EXPECT_FALSE(Authenticator("u", Secret("p")).challenged(refusal({"Negotiate", "Bearer x", ""})));
}

TEST(RtspAuth, BasicCredentialsAreReadAsTheyAre) {
  auto pair = basic_credentials(with_authorization("Basic YWRtaW46cGFzczp3b3Jk"));
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->user, "admin");
  EXPECT_EQ(pair->password.reveal(), "pass:word");
  EXPECT_FALSE(basic_credentials(with_authorization("Basic YWRtaW4=")).has_value());
  EXPECT_FALSE(basic_credentials(with_authorization("Digest x")).has_value());
}

}  // namespace
}  // namespace vigil::rtp
