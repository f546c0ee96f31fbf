#include "sim/rtsp/dialogue.h"

#include <gtest/gtest.h>

namespace vigil::sim::rtsp {
namespace {

class FakeHost final : public DialogueHost {
 public:
  Fault fault;
  bool ready = true;
  Fault fault_of(int camera) const override { return camera == 1 ? fault : Fault{}; }
  int tracks_of(StreamKey stream) const override { return stream.camera >= 1 && stream.camera <= 2 ? 2 : 0; }
  std::string describe(StreamKey) const override { return ready ? "v=0\r\n" : ""; }
  std::optional<std::uint32_t> rtp_time_of_next(const SetUpTrack& track, StreamKey) const override {
    return track.timestamp_offset + 90000;
  }
};

class RtspDialogue : public testing::Test {
 protected:
  FakeHost host_;
  DialogueConfig config_;
  int cseq_ = 0;

  Answer send(Dialogue& dialogue, std::string method, std::string uri, Headers headers = {}) {
    headers.emplace_back("CSeq", std::to_string(++cseq_));
    return dialogue.handle({std::move(method), std::move(uri), "RTSP/1.0", std::move(headers), {}});
  }
  static int status_of(const Answer& answer) {
    return answer.text.size() > 12 ? std::stoi(answer.text.substr(9, 3)) : 0;
  }
  static std::string field(const Answer& answer, const std::string& name) {
    auto begin = answer.text.find("\r\n" + name + ": ");
    if (begin == std::string::npos) return {};
    begin += name.size() + 4;
    return answer.text.substr(begin, answer.text.find("\r\n", begin) - begin);
  }
  std::string set_up(Dialogue& dialogue, const std::string& uri = "rtsp://h/cam1/trackID=0") {
    auto answer = send(dialogue, "SETUP", uri, {{"Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"}});
    EXPECT_EQ(status_of(answer), 200);
    auto session = field(answer, "Session");
    return session.substr(0, session.find(';'));
  }
};

TEST_F(RtspDialogue, GoesFromDescribeToPlayToTeardown) {
  Dialogue dialogue(config_, host_);
  EXPECT_NE(field(send(dialogue, "OPTIONS", "*"), "Public").find("DESCRIBE"), std::string::npos);
  auto described = send(dialogue, "DESCRIBE", "rtsp://h:1/cam1?x=1", {{"Accept", "application/sdp"}});
  EXPECT_EQ(status_of(described), 200);
  EXPECT_EQ(field(described, "Content-Base"), "rtsp://h:1/cam1/");
  EXPECT_EQ(described.text.substr(described.text.size() - 5), "v=0\r\n");
  auto session = set_up(dialogue);
  EXPECT_FALSE(dialogue.playing());
  auto played = send(dialogue, "PLAY", "rtsp://h/cam1/", {{"Session", session}});
  EXPECT_EQ(played.effect, Effect::Play);
  ASSERT_EQ(dialogue.tracks().size(), 1u);
  const auto& track = dialogue.tracks()[0];
  EXPECT_EQ(field(played, "RTP-Info"), "url=rtsp://h/cam1/trackID=0;seq=" + std::to_string(track.first_sequence) +
                                           ";rtptime=" + std::to_string(track.timestamp_offset + 90000));
  EXPECT_TRUE(dialogue.playing());
  EXPECT_EQ(status_of(send(dialogue, "GET_PARAMETER", "rtsp://h/cam1", {{"Session", session}})), 200);
  EXPECT_EQ(send(dialogue, "PAUSE", "rtsp://h/cam1", {{"Session", session}}).effect, Effect::Pause);
  auto again = send(dialogue, "PLAY", "rtsp://h/cam1/", {{"Session", session}});
  EXPECT_EQ(again.effect, Effect::Play);
  EXPECT_EQ(field(again, "RTP-Info"), "") << "the sequence goes on, it does not begin anew";
  auto ended = send(dialogue, "TEARDOWN", "rtsp://h/cam1", {{"Session", session}});
  EXPECT_EQ(ended.effect, Effect::End);
  EXPECT_EQ(status_of(send(dialogue, "PLAY", "rtsp://h/cam1", {{"Session", session}})), 454);
}

TEST_F(RtspDialogue, WrongOrderAndWrongThingsGetTheirStatus) {
  Dialogue dialogue(config_, host_);
  EXPECT_EQ(status_of(dialogue.handle({"OPTIONS", "*", "RTSP/1.0", {}, {}})), 400) << "no CSeq";
  EXPECT_EQ(status_of(dialogue.handle({"OPTIONS", "*", "HTTP/1.1", {{"CSeq", "1"}}, {}})), 505);
  EXPECT_EQ(status_of(send(dialogue, "OPTIONS", "*", {{"Require", "x"}})), 551);
  EXPECT_EQ(status_of(send(dialogue, "PLAY", "rtsp://h/cam1", {{"Session", "1"}})), 454);
  EXPECT_EQ(status_of(send(dialogue, "RECORD", "rtsp://h/cam1")), 405);
  EXPECT_EQ(status_of(send(dialogue, "DESCRIBE", "rtsp://h/cam9")), 404);
  EXPECT_EQ(status_of(send(dialogue, "DESCRIBE", "rtsp://h/")), 404);
  EXPECT_EQ(status_of(send(dialogue, "DESCRIBE", "rtsp://h/cam1", {{"Accept", "text/html"}})), 406);
  EXPECT_EQ(status_of(send(dialogue, "SETUP", "rtsp://h/cam1/trackID=5", {{"Transport", "RTP/AVP/TCP"}})), 404);
  EXPECT_EQ(status_of(send(dialogue, "SETUP", "rtsp://h/cam1", {{"Transport", "RTP/AVP/TCP"}})), 459);
  EXPECT_EQ(status_of(send(dialogue, "SETUP", "rtsp://h/cam1/trackID=0")), 461);
  EXPECT_EQ(status_of(send(dialogue, "SETUP", "rtsp://h/cam1/trackID=0", {{"Transport", "RTP/AVP;client_port=5-6"}})),
            461)
      << "UDP is off";
  auto session = set_up(dialogue);
  EXPECT_EQ(status_of(send(dialogue, "SETUP", "rtsp://h/cam2/trackID=0", {{"Transport", "RTP/AVP/TCP"}})), 459);
  EXPECT_EQ(status_of(send(dialogue, "PLAY", "rtsp://h/cam1", {{"Session", session + "x"}})), 454);
  EXPECT_EQ(status_of(send(dialogue, "GET_PARAMETER", "rtsp://h/cam1", {{"Session", "x"}})), 454);
  host_.ready = false;
  EXPECT_EQ(status_of(send(dialogue, "DESCRIBE", "rtsp://h/cam1")), 503);
}

TEST_F(RtspDialogue, PasswordIsAskedForEverythingButOptions) {
  config_.credentials = {"u", Secret("p"), AuthScheme::Any};
  Dialogue dialogue(config_, host_);
  EXPECT_EQ(status_of(send(dialogue, "OPTIONS", "rtsp://h/cam1")), 200);
  auto refused = send(dialogue, "DESCRIBE", "rtsp://h/cam1");
  EXPECT_EQ(status_of(refused), 401);
  auto challenge = field(refused, "WWW-Authenticate");
  auto begin = challenge.find("nonce=\"") + 7;
  auto nonce = challenge.substr(begin, challenge.find('"', begin) - begin);
  auto response = rtp::digest_response({"u", config_.realm, "p", "DESCRIBE", "rtsp://h/cam1", nonce, "", "", ""});
  auto header = "Digest username=\"u\", realm=\"" + config_.realm + "\", nonce=\"" + nonce +
                "\", uri=\"rtsp://h/cam1\", response=\"" + response + "\"";
  EXPECT_EQ(status_of(send(dialogue, "DESCRIBE", "rtsp://h/cam1", {{"Authorization", header}})), 200);
  EXPECT_EQ(status_of(send(dialogue, "SETUP", "rtsp://h/cam1/trackID=0", {{"Transport", "RTP/AVP/TCP"}})), 401);
}

TEST_F(RtspDialogue, FaultsAnswerAsTheirNamesSay) {
  Dialogue dialogue(config_, host_);
  host_.fault = {FaultKind::WrongPassword, 0};
  EXPECT_EQ(status_of(send(dialogue, "DESCRIBE", "rtsp://h/cam1")), 401);
  EXPECT_EQ(status_of(send(dialogue, "DESCRIBE", "rtsp://h/cam2")), 200) << "the other camera is well";
  host_.fault = {FaultKind::NotFound, 0};
  EXPECT_EQ(status_of(send(dialogue, "DESCRIBE", "rtsp://h/cam1")), 404);
  host_.fault = {FaultKind::Busy, 0};
  EXPECT_EQ(status_of(send(dialogue, "SETUP", "rtsp://h/cam1/trackID=0", {{"Transport", "RTP/AVP/TCP"}})), 453);
  host_.fault = {FaultKind::HalfOpen, 0};
  auto silent = send(dialogue, "DESCRIBE", "rtsp://h/cam1");
  EXPECT_EQ(silent.effect, Effect::Ignore);
  EXPECT_EQ(silent.text, "");
  host_.fault = {FaultKind::Refuse, 0};
  EXPECT_EQ(send(dialogue, "DESCRIBE", "rtsp://h/cam1").effect, Effect::Abort);
}

TEST_F(RtspDialogue, BrokenBytesEndTheConnection) {
  Dialogue dialogue(config_, host_);
  auto answer = dialogue.refuse(make_error(ErrorKind::MalformedRequest, "x"));
  EXPECT_EQ(status_of(answer), 400);
  EXPECT_EQ(answer.effect, Effect::End);
}

TEST(RtspTarget, NamesCameraStreamAndTrack) {
  EXPECT_EQ(parse_target("rtsp://h:8554/cam3"), (Target{{3, false}, -1}));
  EXPECT_EQ(parse_target("rtsp://h:8554/cam3/"), (Target{{3, false}, -1}));
  EXPECT_EQ(parse_target("rtsp://h/cam3/sub/trackID=1?user=x"), (Target{{3, true}, 1}));
  EXPECT_EQ(parse_target("/cam1/trackID=0"), (Target{{1, false}, 0}));
  for (auto text : {"", "*", "rtsp://h", "rtsp://h/", "rtsp://h/cam", "rtsp://h/cam0", "rtsp://h/cam1x",
                    "rtsp://h/cam-1", "rtsp://h/cam1/sub/sub", "rtsp://h/cam1/../cam2", "rtsp://h/trackID=0",
                    "rtsp://h/cam1/trackID=0/x", "rtsp://h/cam99999999999"}) {
    EXPECT_FALSE(parse_target(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace vigil::sim::rtsp
