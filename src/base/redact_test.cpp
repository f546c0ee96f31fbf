#include "base/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

namespace vigil {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Redact, TextWithoutSecretsStaysAsItIs) {
  for (const char* text :
       {"", "camera cam_1 connected", "rtsp://10.0.0.1:554/stream?x=1#y", "rtsp://[fe80::1]:554/", "a://", "://",
        "at 12:30:01", "http://host/path?mail=a@b", "open /data/secret.key: permission denied", "keyframe=7 monkey: 3",
        "user=anna", "a@b.c: hello", "https://user-agent.example/x and b@c"}) {
    EXPECT_EQ(redact(text), text);
  }
}

TEST(Redact, UserInformationOfEveryUrlGoes) {
  EXPECT_EQ(redact("open rtsp://admin:S3cret@10.0.0.1/a: refused"), "open rtsp://***@10.0.0.1/a: refused");
  EXPECT_EQ(redact("rtsp://admin@host/ http://u:p@h"), "rtsp://***@host/ http://***@h");
  EXPECT_EQ(redact("(RTSP://a:b@c)"), "(RTSP://***@c)");
}

// Passwords that nobody encoded: whatever stands where a password may stand goes, at the price of a host name now and
// then.
TEST(Redact, PasswordsThatBreakTheirUrlGoToo) {
  for (const char* url : {"rtsp://user:Canary@host/", "rtsp://user:a@Canary@host/", "rtsp://user:a/Canary@host/",
                          "rtsp://user:12/Canary@host/", "rtsp://user:a?Canary@host/", "rtsp://user:a#Canary@host/",
                          "rtsp://user:a@b/Canary@host/", "rtsp://us/er:Canary@host/", "rtsp://user:a'Canary@host/",
                          "rtsp://user:a<Canary>@host/", "rtsp://user:a\"Canary@host/", "rtsp://user:p a Canary@host/",
                          "rtsp://user://Canary@host/"}) {
    auto shown = redact(std::string("open ") + url + " failed");
    EXPECT_THAT(shown, Not(HasSubstr("Canary"))) << url;
    EXPECT_THAT(shown, HasSubstr("host/ failed")) << url;
  }
}

TEST(Redact, ValuesOfSecretFieldsGo) {
  EXPECT_EQ(redact("GET /a?token=Canary&x=1"), "GET /a?token=***&x=1");
  EXPECT_EQ(redact("/live?stream_key=Canary"), "/live?stream_key=***");
  EXPECT_EQ(redact("/a?key=Canary"), "/a?key=***");
  EXPECT_EQ(redact("PASSWORD = Canary"), "PASSWORD = ***");
  EXPECT_EQ(redact("password: Canary word"), "password: ***");
  EXPECT_EQ(redact("user_pwd=Canary other"), "user_pwd=*** other");
  EXPECT_EQ(redact("X-Api-Key: Canary"), "X-Api-Key: ***");
  EXPECT_EQ(redact("Authorization: Basic Canary\r\nHost: h"), "Authorization: ***\r\nHost: h");
  EXPECT_EQ(redact("Cookie: a=Canary; b=Canary\nX: y"), "Cookie: ***\nX: y");
}

TEST(Redact, DigestAnswerGoesAsAWhole) {
  EXPECT_EQ(redact("Authorization: Digest username=\"admin\", response=\"Canary\"\r\nCSeq: 3"),
            "Authorization: ***\r\nCSeq: 3");
}

TEST(Redact, JsonMembersGo) {
  EXPECT_EQ(redact(R"({"password":"Canary","x":1})"), R"({"password":"***","x":1})");
  EXPECT_EQ(redact(R"({"password" : "Can\"ary, x", "y": 2})"), R"({"password" : "***", "y": 2})");
  EXPECT_EQ(redact(R"("{\"token\":\"Canary\",\"x\":1}")"), R"("{\"token\":\"***\",\"x\":1}")");
  EXPECT_EQ(redact("{'secret': 'Canary'}"), "{'secret': '***'}");
  EXPECT_EQ(redact(R"({"password":"Canary without an end)"), R"({"password":"***)");
  EXPECT_EQ(redact(R"({"password":Canary})"), R"({"password":***)");
}

TEST(Redact, OurOwnTokensGoWhereverTheyStand) {
  EXPECT_EQ(redact("bad vgl_0123456789abcdef_Canary here"), "bad *** here");
  EXPECT_EQ(redact("[vgr_0123_Canary]"), "[***]");
  EXPECT_EQ(redact("got eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.Canary-_x, why"), "got ***, why");
  EXPECT_EQ(redact("eyJ is short"), "eyJ is short");
}

TEST(Redact, TwiceIsTheSameAsOnce) {
  for (const char* text :
       {"rtsp://u:p@h/?token=x", "password: x", R"({"password":"x"})", "Authorization: Digest a=\"b\"", "vgl_1_2"}) {
    EXPECT_EQ(redact(redact(text)), redact(text));
  }
}

// Cost must not explode: a hostile camera chooses the text.
TEST(Redact, LongHostileTextIsDoneInLinearTime) {
  for (std::string_view part :
       {"a://", "://", "a:", "password=", "\"password\":\"", "@", "a://b:", "a://b:c ", "eyJ", "=\"\\"}) {
    std::string text;
    while (text.size() < (1U << 20)) text += part;
    timespec begin{}, end{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    redact(text);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    EXPECT_LT(end.tv_sec - begin.tv_sec, 3) << part;
  }
}

}  // namespace
}  // namespace vigil
