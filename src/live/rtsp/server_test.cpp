#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>

#include "base/sync.h"
#include "live/rtsp/target.h"
#include "live/rtsp_server.h"
#include "media/h264.h"
#include "media/nal.h"
#include "media/sample.h"
#include "rtp/depacketiser.h"
#include "rtp/parser.h"
#include "rtp/rtcp.h"
#include "rtp/sdp.h"

namespace vigil::live {
namespace {

namespace net = ::vigil::rtp;

constexpr int kPatience = 5000;  // ms until a missing answer is a failure

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

struct Frame {
  int channel = 0;
  std::vector<std::uint8_t> bytes;
};

// A client by raw sockets: waits for bytes, never for time.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port_(port) {
    const auto address = loopback(port);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  int fd() const { return fd_; }

  void send(const std::string& text) { ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }
  // The status of the answer; 0 when the connection ends or says nothing.
  int ask(const std::string& method, const std::string& path, const std::string& fields = "") {
    send(fmt::format("{} rtsp://127.0.0.1:{}{} RTSP/1.0\r\nCSeq: {}\r\n{}{}\r\n", method, port_, path, ++cseq_,
                     session_.empty() ? "" : "Session: " + session_ + "\r\n", fields));
    while (answers_.empty()) {
      if (!fill()) return 0;
    }
    last_ = std::move(answers_.front());
    answers_.pop_front();
    if (const auto* session = last_.header("Session")) session_ = session->substr(0, session->find(';'));
    return last_.status;
  }
  const net::Response& last() const { return last_; }
  int play(const std::string& path, const std::string& fields = "",
           const std::string& transport = "RTP/AVP/TCP;unicast;interleaved=0-1") {
    if (int status = ask("DESCRIBE", path, fields); status != 200) return status;
    if (int status = ask("SETUP", path + "/trackID=0", "Transport: " + transport + "\r\n"); status != 200)
      return status;
    return ask("PLAY", path + "/");
  }
  // The next frame; nothing at the end.
  std::optional<Frame> frame() {
    while (frames_.empty()) {
      if (!fill()) return std::nullopt;
    }
    auto first = std::move(frames_.front());
    frames_.pop_front();
    return first;
  }
  bool is_ended() {
    while (fill()) continue;
    return ended_;
  }

 private:
  bool fill() {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, kPatience) <= 0) return false;
    auto room = parser_.room();
    const auto got = ::recv(fd_, room.data(), room.size(), 0);
    if (got <= 0) {
      ended_ = true;
      return false;
    }
    parser_.received(static_cast<std::size_t>(got));
    for (auto message = parser_.next(); message.ok() && message->has_value(); message = parser_.next()) {
      if (auto* frame = std::get_if<net::Interleaved>(&**message)) {
        frames_.push_back({frame->channel, {frame->payload.begin(), frame->payload.end()}});
      } else if (auto* answer = std::get_if<net::Response>(&**message)) {
        answers_.push_back(std::move(*answer));
      }
    }
    return true;
  }

  int fd_;
  std::uint16_t port_;
  int cseq_ = 0;
  bool ended_ = false;
  std::string session_;
  net::MessageParser parser_{net::MessageParser::Mode::Lenient};
  std::deque<net::Response> answers_;
  std::deque<Frame> frames_;
  net::Response last_;
};

class FakeHouse final : public RtspHouse {
 public:
  std::atomic<bool> open{true};
  std::atomic<bool> welcome{true};
  std::shared_ptr<stream::Stream> stream = std::make_shared<stream::Stream>(stream::Limits{});

  bool is_open() const override { return open; }
  Result<std::function<bool()>> admit(const std::string& user, const Secret& password, const std::string&) override {
    if (user != "eye" || password.reveal() != "pa:ss") return make_error(ErrorKind::Unauthenticated, "no");
    return std::function<bool()>([this] { return welcome.load(); });
  }
  Result<Found> find(const std::string& camera, const std::string& name) override {
    if (camera == "off") return make_error(ErrorKind::FailedPrecondition, "switched off");
    if (camera != "yard" || (!name.empty() && name != "main")) return make_error(ErrorKind::NotFound, "no such");
    return Found{stream, nullptr};
  }
};

class RtspServerTest : public testing::Test {
 protected:
  void SetUp() override {
    media::SampleOptions options;
    options.frames = 20;
    auto packets = media::sample_packets(options);
    ASSERT_TRUE(packets.ok());
    packets_ = std::move(*packets);
    config_.port = 0;
    config_.first_picture = std::chrono::seconds(0);
  }
  void start() {
    server_ = std::make_unique<RtspServer>(config_, house_, system_clock());
    ASSERT_TRUE(server_->start().ok());
  }
  // Pictures [from, to) of the sample.
  void publish(std::size_t from, std::size_t to) {
    for (auto i = from; i < to; ++i) {
      auto packet = packets_[i % packets_.size()];
      // As if a camera sent ten pictures a second.
      packet.received = system_clock().wall() + std::chrono::milliseconds(100 * i);
      if (filler_ > 0) {
        auto bytes = std::vector<std::uint8_t>(packet.data.view().begin(), packet.data.view().end());
        media::append_be32(bytes, filler_);
        bytes.push_back(media::h264::kFiller);
        bytes.resize(bytes.size() + filler_ - 1, 0xff);
        packet.data = media::SharedBytes(std::move(bytes));
      }
      const Ticks turn(3600 * static_cast<std::int64_t>(packets_.size() * (i / packets_.size())));
      packet.dts += turn;
      packet.pts += turn;
      house_.stream->publish(std::move(packet));
    }
  }
  // So many whole pictures, as a client gets them; the sender reports that came between them are counted.
  std::vector<net::Unit> pictures(Client& client, std::size_t count) {
    net::MediaDescription media;
    media.params.codec = media::Codec::H264;
    auto depacketiser = net::make_depacketiser(media);
    std::vector<net::Unit> out;
    auto& last = last_sequence_[client.fd()];
    while (out.size() < count) {
      auto frame = client.frame();
      if (!frame) break;
      if (frame->channel != 0) {
        reports_ += net::parse_rtcp(frame->bytes).has_value() ? 1 : 0;
        continue;
      }
      auto packet = net::parse_rtp(frame->bytes);
      if (!packet) break;
      const bool gap = last && static_cast<std::uint16_t>(*last + 1) != packet->sequence;
      gaps_ += gap ? 1 : 0;
      last = packet->sequence;
      depacketiser->push(*packet, gap, out);
    }
    return out;
  }

  RtspConfig config_;
  FakeHouse house_;
  std::unique_ptr<RtspServer> server_;
  std::vector<media::Packet> packets_;
  std::map<int, std::optional<std::uint16_t>> last_sequence_;
  std::size_t filler_ = 0;  // bytes of an empty NAL unit that make each picture larger
  int reports_ = 0, gaps_ = 0;
};

TEST_F(RtspServerTest, AClientJoinsAtTheNewestKeyFrameAndGetsAllThatFollows) {
  start();
  publish(0, 15);  // key frames at 0 and 10
  Client client(server_->port());
  EXPECT_EQ(client.ask("OPTIONS", "*"), 200);
  ASSERT_EQ(client.play("/yard"), 200);
  ASSERT_NE(client.last().header("RTP-Info"), nullptr);
  auto cached = pictures(client, 5);
  ASSERT_EQ(cached.size(), 5u) << "at once, without waiting for the camera";
  EXPECT_EQ(cached[1].timestamp - cached[0].timestamp, 3600u);
  EXPECT_GE(reports_, 1) << "a sender report goes first";
  publish(15, 20);
  EXPECT_EQ(pictures(client, 5).size(), 5u);
  EXPECT_EQ(gaps_, 0);
  EXPECT_EQ(client.ask("GET_PARAMETER", "/yard"), 200);
  EXPECT_EQ(client.ask("PAUSE", "/yard"), 200);
  EXPECT_EQ(client.ask("PLAY", "/yard"), 200);
  EXPECT_EQ(client.ask("TEARDOWN", "/yard"), 200);
  EXPECT_TRUE(client.is_ended());
}

TEST_F(RtspServerTest, TheDescriptionIsThatOfTheStream) {
  start();
  publish(0, 1);
  Client client(server_->port());
  ASSERT_EQ(client.ask("DESCRIBE", "/yard/main", "Accept: application/sdp\r\n"), 200);
  auto session = net::parse_sdp(client.last().body);
  ASSERT_TRUE(session.ok());
  ASSERT_EQ(session->media.size(), 1u);
  EXPECT_EQ(session->media[0].params.codec, media::Codec::H264);
  EXPECT_FALSE(session->media[0].params.extradata.empty());
  EXPECT_EQ(client.ask("DESCRIBE", "/yard", "Accept: text/html\r\n"), 406);
}

TEST_F(RtspServerTest, WhatIsNotThereHasAStatusOfItsOwn) {
  start();
  Client client(server_->port());
  EXPECT_EQ(client.ask("DESCRIBE", "/nobody"), 404);
  EXPECT_EQ(client.ask("DESCRIBE", "/yard/other"), 404);
  EXPECT_EQ(client.ask("DESCRIBE", "/../etc/passwd"), 404);
  EXPECT_EQ(client.ask("DESCRIBE", "/off"), 503);
  EXPECT_EQ(client.ask("DESCRIBE", "/yard"), 503) << "nothing is known of its pictures yet";
  publish(0, 1);
  EXPECT_EQ(client.ask("PLAY", "/yard"), 454);
  EXPECT_EQ(client.ask("SETUP", "/yard/trackID=7", "Transport: RTP/AVP/TCP\r\n"), 404);
  EXPECT_EQ(client.ask("SETUP", "/yard/trackID=0", "Transport: RTP/AVP;multicast\r\n"), 461);
  EXPECT_EQ(client.ask("SETUP", "/yard/trackID=0"), 461);
  EXPECT_EQ(client.ask("RECORD", "/yard"), 405);
  EXPECT_EQ(client.ask("DESCRIBE", "/yard", "Require: everything\r\n"), 551);
  Client liar(server_->port());
  liar.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(liar.is_ended());
}

TEST_F(RtspServerTest, WhoDoesNotSayWhoTheyAreSeesNothing) {
  house_.open = false;
  start();
  publish(0, 12);
  Client client(server_->port());
  EXPECT_EQ(client.ask("OPTIONS", "*"), 200);
  EXPECT_EQ(client.ask("DESCRIBE", "/yard"), 401);
  ASSERT_NE(client.last().header("WWW-Authenticate"), nullptr);
  EXPECT_EQ(client.ask("SETUP", "/nobody/trackID=0", "Transport: RTP/AVP/TCP\r\n"), 401) << "not even what there is";
  EXPECT_EQ(client.play("/yard", "Authorization: Basic ZXllOnBhOnNz\r\n"), 200);
  EXPECT_EQ(pictures(client, 2).size(), 2u);
  Client wrong(server_->port());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wrong.ask("DESCRIBE", "/yard", "Authorization: Basic ZXllOndyb25n\r\n"), 401);
  EXPECT_TRUE(wrong.is_ended()) << "after three wrong passwords";
}

TEST_F(RtspServerTest, UdpCarriesTheSame) {
  start();
  publish(0, 12);
  int rtp = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  ASSERT_EQ(::bind(rtp, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  socklen_t length = sizeof address;
  ::getsockname(rtp, reinterpret_cast<sockaddr*>(&address), &length);
  const int port = ntohs(address.sin_port);
  Client client(server_->port());
  ASSERT_EQ(client.play("/yard", "", fmt::format("RTP/AVP;unicast;client_port={}-{}", port, port + 1)), 200);
  net::MediaDescription media;
  media.params.codec = media::Codec::H264;
  auto depacketiser = net::make_depacketiser(media);
  std::vector<net::Unit> units;
  std::vector<std::uint8_t> bytes(65536);
  for (pollfd waiting{rtp, POLLIN, 0}; units.size() < 2 && ::poll(&waiting, 1, kPatience) > 0;) {
    const auto got = ::recv(rtp, bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    if (auto packet = net::parse_rtp(std::span(bytes).first(static_cast<std::size_t>(got))))
      depacketiser->push(*packet, false, units);
  }
  EXPECT_EQ(units.size(), 2u);
  ::close(rtp);
}

TEST_F(RtspServerTest, StoppedReadersDoNotDisturbTheOthers) {
  start();
  publish(0, 1);
  std::vector<std::unique_ptr<Client>> stopped;
  for (int i = 0; i < 10; ++i) {
    stopped.push_back(std::make_unique<Client>(server_->port()));
    const int small = 65536;
    ::setsockopt(stopped.back()->fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    ASSERT_EQ(stopped.back()->play("/yard"), 200);
  }
  Client reader(server_->port());
  ASSERT_EQ(reader.play("/yard"), 200);
  // Each round is published when the reader has the one before, so it never lags; the others take nothing until more
  // has come than the system keeps for them, and more time has passed than the feed keeps.
  constexpr std::size_t kPictures = 200;
  filler_ = 50000;
  std::size_t got = pictures(reader, 1).size();
  for (std::size_t at = 1; at < kPictures; at += 10) {
    publish(at, at + 10);
    got += pictures(reader, 10).size();
  }
  EXPECT_EQ(got, kPictures + 1);
  EXPECT_EQ(gaps_, 0);
  std::vector<net::Unit> late;
  for (std::size_t i = 0; i < kPictures && gaps_ == 0; ++i) {
    for (auto& unit : pictures(*stopped[0], 2)) late.push_back(std::move(unit));
  }
  EXPECT_GE(gaps_, 1) << "it was overtaken";
  auto parameters_first = [](const net::Unit& unit) { return unit.data.size() > 5 && (unit.data[4] & 0x1f) == 7; };
  auto jump = std::adjacent_find(late.begin(), late.end(), [](const auto& one, const auto& next) {
    return next.timestamp - one.timestamp > 3600;
  });
  ASSERT_NE(jump, late.end());
  EXPECT_TRUE(parameters_first(*std::next(jump))) << "and goes on at a key frame";
}

TEST_F(RtspServerTest, ClientsAreSentAwayWhenTheStreamEnds) {
  start();
  publish(0, 12);
  Client client(server_->port());
  ASSERT_EQ(client.play("/yard"), 200);
  EXPECT_EQ(pictures(client, 2).size(), 2u);
  house_.stream->close();
  EXPECT_TRUE(client.is_ended());
}

TEST_F(RtspServerTest, ThereIsALimit) {
  config_.max_clients = 2;
  start();
  Client one(server_->port()), two(server_->port());
  EXPECT_EQ(one.ask("OPTIONS", "*"), 200);
  EXPECT_EQ(two.ask("OPTIONS", "*"), 200);
  Client three(server_->port());
  EXPECT_EQ(three.ask("OPTIONS", "*"), 0);
}

TEST_F(RtspServerTest, ATakenPortIsAnError) {
  start();
  config_.port = server_->port();
  RtspServer second(config_, house_, system_clock());
  auto result = second.start();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::Unavailable);
  config_.address = "nowhere";
  EXPECT_EQ(RtspServer(config_, house_, system_clock()).start().error().kind, ErrorKind::InvalidArgument);
}

TEST(RtspTarget, PathsNameCameraStreamAndTrack) {
  using rtsp::parse_target;
  using rtsp::Target;
  EXPECT_EQ(parse_target("rtsp://h:1/yard"), (Target{"yard", "", -1}));
  EXPECT_EQ(parse_target("rtsp://h:1/yard/sub/trackID=2?x=1"), (Target{"yard", "sub", 2}));
  EXPECT_EQ(parse_target("/yard/trackID=0/"), (Target{"yard", "", 0}));
  for (const char* text : {"", "*", "rtsp://h", "rtsp://h/", "rtsp://h/../x", "rtsp://h/a/b/c", "rtsp://h/a/trackID=",
                           "rtsp://h/a/trackID=1/b", "rtsp://h/a b", "rtsp://h/%2e%2e", "rtsp://h/trackID=-1"}) {
    EXPECT_FALSE(parse_target(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace vigil::live
