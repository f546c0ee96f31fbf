#include "base/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Url, IsTakenApart) {
  auto url = parse_url("RTSP://ad%6din:p%40ss%2Fw@cam.local:8554/live/ch%201?x=1&y=%2F#top");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->scheme, "rtsp");
  EXPECT_EQ(url->user, "admin");
  EXPECT_EQ(url->password.reveal(), "p@ss/w");
  EXPECT_EQ(url->host, "cam.local");
  EXPECT_EQ(url->port_number(), 8554);
  EXPECT_EQ(url->path, "/live/ch%201");
  EXPECT_EQ(url->query, "x=1&y=%2F");
}

TEST(Url, ShownWithoutCredentialsAndOpenedWithThem) {
  auto url = *parse_url("rtsp://admin:p%40ss@cam:554/a?b=c");
  EXPECT_EQ(url.without_credentials(), "rtsp://cam:554/a?b=c");
  EXPECT_EQ(url.with_credentials().reveal(), "rtsp://admin:p%40ss@cam:554/a?b=c");
  EXPECT_EQ(parse_url("rtsp://admin@cam")->with_credentials().reveal(), "rtsp://admin@cam");
  EXPECT_EQ(parse_url("rtsp://:pw@cam")->with_credentials().reveal(), "rtsp://:pw@cam");
  EXPECT_EQ(parse_url("rtsp://cam")->with_credentials().reveal(), "rtsp://cam");
}

TEST(Url, PasswordMayHaveColonsAndAtSignsAndAnyLetter) {
  EXPECT_EQ(parse_url("rtsp://u:a:b@c@host/")->password.reveal(), "a:b@c");
  EXPECT_EQ(parse_url("rtsp://u:a:b@c@host/")->host, "host");
  EXPECT_EQ(parse_url("rtsp://u:p%C3%A4ss@host/")->password.reveal(), "päss");
}

TEST(Url, Ipv6HostsStandInBrackets) {
  auto url = parse_url("rtsp://u:p@[fe80::1]:554/x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "fe80::1");
  EXPECT_EQ(url->port_number(), 554);
  EXPECT_EQ(url->without_credentials(), "rtsp://[fe80::1]:554/x");
  for (const char* bad : {"rtsp://[fe80::1/", "rtsp://[]/", "rtsp://[fe80::1]x/", "rtsp://fe80::1/", "rtsp://[g::1]/",
                          "rtsp://[fe80]/"}) {
    EXPECT_FALSE(parse_url(bad).ok()) << bad;
  }
}

TEST(Url, LocalOnesHaveNoHost) {
  auto file = parse_url("file:///srv/a%20b.mp4");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->host, "");
  EXPECT_EQ(file->path, "/srv/a%20b.mp4");
  EXPECT_EQ(file->without_credentials(), "file:///srv/a%20b.mp4");
  EXPECT_EQ(parse_url("v4l2:///dev/video0")->path, "/dev/video0");
  EXPECT_FALSE(parse_url("rtsp:///x").ok());
}

TEST(Url, PortIsANumberOrAServiceName) {
  EXPECT_EQ(parse_url("rtsp://h:1/")->port_number(), 1);
  EXPECT_EQ(parse_url("rtsp://h:65535/")->port_number(), 65535);
  EXPECT_EQ(parse_url("rtsp://h:/")->port_number(), std::nullopt);
  EXPECT_EQ(parse_url("rtsp://h:rtsp/")->port, "rtsp");
  EXPECT_EQ(parse_url("rtsp://h:rtsp/")->port_number(), std::nullopt);
  for (const char* bad : {"rtsp://h:0/", "rtsp://h:65536/", "rtsp://h:99999999999999999999/", "rtsp://h:-1/",
                          "rtsp://h:5 54/", "rtsp://h:a.b/", "rtsp://h:averyveryverylongname/"}) {
    EXPECT_FALSE(parse_url(bad).ok()) << bad;
  }
}

TEST(Url, NonsenseIsRefusedWithoutEchoingIt) {
  for (const std::string& bad :
       {std::string(), std::string("Canary"), std::string("rtsp:Canary"), std::string("://Canary"),
        std::string("1rtsp://Canary"), std::string("rtsp://"), std::string("rtsp://?Canary"),
        std::string("rtsp://Can ary/"), std::string("rtsp://h/Can\nary"), std::string("rtsp://h/Can\0ary", 16),
        std::string("rtsp://u:Can%zary@h/"), std::string("rtsp://u:Can%0Aary@h/"), std::string("rtsp://u:Canary%4@h/"),
        std::string("rtsp://h\\Canary/"), std::string("rtsp://h/`Canary`"), std::string("rtsp://Cän.ary/"),
        std::string("rtsp://h/\xff\xfe"), "rtsp://h/" + std::string(3000, 'a')}) {
    auto refused = parse_url(bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().kind, ErrorKind::InvalidArgument);
    EXPECT_EQ(refused.error().code, "url.malformed");
    EXPECT_THAT(refused.error().message, Not(HasSubstr("Can")));
  }
}

// "rtsp://admin:pass/word@host/": read by the letter, host "admin", port "pass", and half the password in the path, in
// the clear.
TEST(Url, UnencodedSlashInAPasswordIsRefusedAndExplained) {
  for (const char* bad : {"rtsp://admin:pass/word@host/", "rtsp://admin:12/34@host/", "rtsp://admin:pass?word@host",
                          "rtsp://admin:p#w@host", "rtsp://[fe80::pass/word@host/", "rtsp://[u:p@a/b@host/"}) {
    auto refused = parse_url(bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_THAT(refused.error().message, HasSubstr("%2F"));
  }
  EXPECT_TRUE(parse_url("http://host/a@b?c=d@e")) << "without a colon before it, it cannot be a password";
  EXPECT_TRUE(parse_url("http://[fe80::1]:80/a@b"));
  EXPECT_FALSE(parse_url("http://u:p@host/a@b").ok()) << "may be the password \"p@host/a\"";
  EXPECT_FALSE(parse_url("http://host:80/a@b").ok())
      << "what is accepted with credentials is accepted without, and the reverse";
}

TEST(Url, EncodingIsUndoneByDecoding) {
  std::string all;
  for (int c = 0x20; c < 0x100; ++c) {
    if (c != 0x7f) all.push_back(static_cast<char>(c));
  }
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_encode("a b/ä~"), "a%20b%2F%C3%A4~");
  for (const char* bad : {"%", "%4", "%zz", "%-1", "% 1", "a%", "%00", "%0a", "%7F", "%1f"}) {
    EXPECT_EQ(percent_decode(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(percent_decode("+%2B"), "++");
}

}  // namespace
}  // namespace vigil
