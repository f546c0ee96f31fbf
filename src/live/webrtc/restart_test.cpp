#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live/webrtc.h"
#include "live/webrtc/client_fake.h"
#include "media/sample.h"

// ICE restarts: the viewer has another address, and its session goes on.

namespace vigil::live::webrtc {
namespace {

using testing::HasSubstr;

const std::string kFragment =
    "a=ice-ufrag:moved\r\na=ice-pwd:anotherpasswordanother\r\na=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\n";

TEST(Fragment, SaysWhoSomebodyIs) {
  const auto user = parse_fragment(kFragment);
  ASSERT_TRUE(user.ok());
  EXPECT_EQ(user->ufrag, "moved");
  EXPECT_EQ(user->password, "anotherpasswordanother");
  EXPECT_EQ(*parse_fragment("m=audio 9 RTP/AVP 0\na=mid:0\n" + kFragment), *user);
  EXPECT_EQ(*parse_fragment("a=candidate:1 1 udp 1 192.0.2.1 5 typ host"), IceUser{});
  EXPECT_EQ(*parse_fragment(""), IceUser{});
}

TEST(Fragment, NonsenseIsRefused) {
  for (const std::string text :
       {"a=ice-ufrag:abc\r\n", "a=ice-ufrag:\r\n", "a=ice-ufrag:ab cd\r\n", "a=ice-ufrag:ab:cd\r\n",
        "a=ice-ufrag:abcd\r\na=ice-pwd:short\r\n", "a=ice-pwd:anotherpasswordanother\r\n"}) {
    EXPECT_EQ(parse_fragment(text).error().kind, ErrorKind::MalformedRequest) << text;
  }
  EXPECT_FALSE(parse_fragment("a=ice-ufrag:" + std::string(257, 'a')).ok());
}

class RestartTest : public testing::Test {
 protected:
  RestartTest() {
    auto made = media::sample_packets({.codec = media::Codec::H264, .frames = 50, .key_interval = 50});
    EXPECT_TRUE(made.ok());
    packets_ = *made;
    EXPECT_TRUE(agent_.start().ok());
    publish(5);
    auto accepted = agent_.accept({"cam", "anna", stream_, nullptr, client_.offer(), {}}, {});
    EXPECT_TRUE(accepted.ok());
    if (!accepted.ok()) return;
    session_ = accepted->session;
    EXPECT_TRUE(client_.take(accepted->answer) && client_.open() && client_.connect());
  }
  void publish(int count) {
    for (int i = 0; i < count; ++i) {
      auto packet = packets_[static_cast<std::size_t>(next_++)];
      packet.received = system_clock().wall();
      stream_->publish(packet);
    }
  }
  // The last packet that comes with the next picture.
  std::optional<ClientFake::Packet> picture() {
    for (;;) {
      auto packet = client_.next(5000);
      if (!packet || packet->header.marker) return packet;
    }
  }

  std::vector<media::Packet> packets_;
  std::shared_ptr<stream::Stream> stream_ = std::make_shared<stream::Stream>();
  Agent agent_{[] {
                 Config config;
                 config.port = 0;
                 return config;
               }(),
               system_clock()};
  ClientFake client_;
  std::string session_;
  int next_ = 0;
};

TEST_F(RestartTest, TheSessionGoesOnAtAnotherAddressWithTheSameKeys) {
  std::uint32_t ssrc = 0, timestamp = 0;
  std::uint16_t sequence = 0;
  for (int i = 0; i < 5; ++i) {
    const auto packet = picture();
    ASSERT_TRUE(packet);
    ssrc = packet->header.ssrc;
    sequence = packet->header.sequence;
    timestamp = packet->header.timestamp;
  }
  const auto patched = agent_.patch("cam", session_, kFragment);
  ASSERT_TRUE(patched.ok()) << patched.error().message;
  EXPECT_EQ(patched->known.restarts, 1);
  EXPECT_EQ(patched->known.ice_user, "moved");
  EXPECT_THAT(patched->answer, HasSubstr("a=ice-lite"));
  EXPECT_THAT(patched->answer, HasSubstr("a=mid:0"));
  EXPECT_THAT(patched->answer, HasSubstr("a=candidate:1 1 udp"));
  EXPECT_NE(patched->answer.find("a=ice-ufrag:"), std::string::npos);
  EXPECT_EQ(patched->answer.find(client_.server_password()), std::string::npos) << "a new password";
  ASSERT_TRUE(client_.restart(patched->answer, "moved"));
  ASSERT_TRUE(client_.check());
  publish(1);
  const auto next = picture();
  ASSERT_TRUE(next) << "at the new address";
  EXPECT_EQ(next->header.ssrc, ssrc);
  EXPECT_LT(static_cast<std::uint16_t>(next->header.sequence - sequence), 20) << "the numbers go on";
  EXPECT_GT(static_cast<std::int32_t>(next->header.timestamp - timestamp), 0);
  EXPECT_EQ(agent_.figures().ended.size(), 0u);
}

TEST_F(RestartTest, UntilThenTheFormerNameCountsAndAfterwardsItDoesNot) {
  ASSERT_TRUE(picture());
  const auto patched = agent_.patch("cam", session_, kFragment);
  ASSERT_TRUE(patched.ok());
  EXPECT_TRUE(client_.check()) << "with the names from before";
  const auto ufrag = client_.server_ufrag(), password = client_.server_password();
  ASSERT_TRUE(client_.restart(patched->answer, "moved"));
  ASSERT_TRUE(client_.check());
  stun::Request old;
  old.username = ufrag + ":clnt";
  client_.send(stun::request(old, password));
  // What was asked with the former name is not answered, what comes after it is.
  client_.send_check();
  auto answer = client_.receive(5000);
  while (answer && !stun::looks_like(*answer)) answer = client_.receive(5000);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(stun::integrity_holds(*stun::parse(*answer), client_.server_password()));
}

TEST_F(RestartTest, OnlyTheLastOfSeveralRestartsCounts) {
  const auto first = agent_.patch("cam", session_, kFragment);
  const auto second = agent_.patch("cam", session_, "a=ice-ufrag:again\r\na=ice-pwd:anotherpasswordanother\r\n");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(first->answer, second->answer);
  EXPECT_EQ(second->known.restarts, 2);
  ASSERT_TRUE(client_.restart(second->answer, "again"));
  EXPECT_TRUE(client_.check());
}

TEST_F(RestartTest, CandidatesAndTheSameUserAreNoRestart) {
  for (const auto* text : {"", "a=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\n", "a=ice-ufrag:clnt\r\n"}) {
    const auto patched = agent_.patch("cam", session_, text);
    ASSERT_TRUE(patched.ok()) << text;
    EXPECT_EQ(patched->answer, "");
    EXPECT_EQ(patched->known.restarts, 0);
  }
  EXPECT_EQ(agent_.patch("cam", session_, "a=ice-ufrag:other\r\n").error().kind, ErrorKind::MalformedRequest);
  EXPECT_EQ(agent_.patch("other", session_, kFragment).error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace vigil::live::webrtc
