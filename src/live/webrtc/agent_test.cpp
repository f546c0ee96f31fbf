#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>
#include <thread>

#include "live/rtp/rtcp.h"
#include "live/webrtc.h"
#include "live/webrtc/client_fake.h"
#include "live/webrtc/tcp_port.h"
#include "media/nal.h"
#include "media/sample.h"

namespace vigil::live::webrtc {
namespace {

using namespace std::chrono_literals;

class AgentTest : public testing::Test {
 protected:
  AgentTest() {
    auto made = media::sample_packets({.codec = media::Codec::H264, .frames = 50, .key_interval = 25});
    EXPECT_TRUE(made.ok());
    packets_ = *made;
    start({});
  }

  void start(Config config) {
    config.port = 0;
    agent_ = std::make_unique<Agent>(config, system_clock());
    auto started = agent_->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }

  void publish(int count) {
    for (int i = 0; i < count; ++i) {
      auto packet = packets_[static_cast<std::size_t>(next_ % 50)];
      packet.pts = packet.dts = Ticks(3600 * next_++);
      packet.received = system_clock().wall();
      packet.discontinuity = false;  // the sample goes round: one camera, one connection
      stream_->publish(packet);
    }
  }

  Result<Agent::Accepted> accept(const std::string& offer, const std::string& user = "anna") {
    return agent_->accept({"cam", user, stream_, nullptr, offer, {}}, {});
  }

  // Waits, at most five seconds, for what the agent's thread does.
  template <typename Condition>
  bool comes_true(Condition condition) {
    for (int i = 0; i < 500; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

  std::vector<media::Packet> packets_;
  std::shared_ptr<stream::Stream> stream_ = std::make_shared<stream::Stream>();
  std::unique_ptr<Agent> agent_;
  int next_ = 0;
};

// NAL unit types of what a client got, fragments counted once.
std::vector<int> types_of(const std::vector<ClientFake::Packet>& packets) {
  std::vector<int> out;
  for (const auto& packet : packets) {
    const int type = packet.payload[0] & 0x1f;
    if (type != 28) {
      out.push_back(type);
    } else if ((packet.payload[1] & 0x80) != 0) {
      out.push_back(packet.payload[1] & 0x1f);
    }
  }
  return out;
}

TEST_F(AgentTest, AViewerGetsTheCachedKeyFrameAndThenWhatComes) {
  publish(30);
  for (const bool tcp : {false, true}) {
    ClientFake client;
    auto accepted = accept(client.offer());
    ASSERT_TRUE(accepted.ok()) << accepted.error().message;
    ASSERT_TRUE(client.take(accepted->answer)) << accepted->answer;
    ASSERT_TRUE(client.open(tcp));
    ASSERT_TRUE(client.connect());
    EXPECT_EQ(client.profile(), SrtpProfile::AeadAes128Gcm);
    ASSERT_TRUE(client.mapped());
    EXPECT_TRUE(client.mapped()->is_loopback());
    std::vector<ClientFake::Packet> got;
    for (int markers = 0; markers < (tcp ? 6 : 5);) {  // since the key frame
      auto packet = client.next(2000);
      ASSERT_TRUE(packet) << got.size();
      markers += packet->header.marker ? 1 : 0;
      got.push_back(std::move(*packet));
    }
    const auto types = types_of(got);
    EXPECT_EQ(types.front(), 24) << "parameter sets first";
    EXPECT_EQ(std::count(types.begin(), types.end(), 5), 1) << "one key frame";
    const auto last = got.back().header.timestamp;
    publish(1);
    auto live = client.next(2000);
    ASSERT_TRUE(live);
    EXPECT_EQ(live->header.timestamp - last, 3600u);
  }
  EXPECT_TRUE(comes_true([&] { return agent_->figures().connected == 2; }));
  const auto figures = agent_->figures();
  EXPECT_EQ(figures.accepted, 2u);
  EXPECT_GE(figures.packets, 10u);
  EXPECT_EQ(std::accumulate(figures.joins.begin(), figures.joins.end(), std::uint64_t{0}), 2u);
}

TEST_F(AgentTest, TheServerEndsASessionAndTheViewerHearsIt) {
  publish(3);
  ClientFake client;
  auto accepted = accept(client.offer());
  ASSERT_TRUE(accepted.ok());
  ASSERT_TRUE(client.take(accepted->answer) && client.open() && client.connect());
  EXPECT_FALSE(agent_->end("other", accepted->session).ok()) << "not under another camera's name";
  ASSERT_TRUE(agent_->end("cam", accepted->session).ok());
  while (client.next(2000)) {
  }
  EXPECT_TRUE(client.over());
  EXPECT_TRUE(comes_true([&] { return !agent_->find("cam", accepted->session).ok(); }));
  EXPECT_TRUE(comes_true([&] { return agent_->figures().sessions == 0; }));
}

TEST_F(AgentTest, AViewerThatHangsUpAndACameraThatGoesEndTheSession) {
  publish(3);
  ClientFake first, second;
  for (auto* client : {&first, &second}) {
    auto accepted = accept(client->offer());
    ASSERT_TRUE(accepted.ok());
    ASSERT_TRUE(client->take(accepted->answer) && client->open() && client->connect());
  }
  first.hang_up();
  EXPECT_TRUE(comes_true([&] { return agent_->figures().ended["by_viewer"] == 1; }));
  stream_->close();
  EXPECT_TRUE(comes_true([&] { return agent_->figures().ended["stream_ended"] == 1; }));
  while (second.next(2000)) {
  }
  EXPECT_TRUE(second.over());
}

TEST_F(AgentTest, ALostPacketComesAgain) {
  publish(3);
  ClientFake client;
  auto accepted = accept(client.offer());
  ASSERT_TRUE(accepted.ok());
  ASSERT_TRUE(client.take(accepted->answer) && client.open() && client.connect());
  auto first = client.next(2000);
  ASSERT_TRUE(first);
  std::vector<std::uint8_t> nack = {0x81, 205, 0, 3, 0, 0, 0, 1};
  media::append_be32(nack, first->header.ssrc);
  media::append_be16(nack, first->header.sequence);
  media::append_be16(nack, 0);
  client.send_rtcp(nack);
  for (;;) {
    auto packet = client.next(2000);
    ASSERT_TRUE(packet) << "it never came";
    if (packet->header.ssrc == first->header.ssrc) continue;
    EXPECT_EQ(packet->payload[0] << 8 | packet->payload[1], first->header.sequence);
    EXPECT_TRUE(std::equal(first->payload.begin(), first->payload.end(), packet->payload.begin() + 2));
    break;
  }
}

// The client throws every seventh packet away as if the network had, and asks for it.
TEST_F(AgentTest, WithEverySeventhPacketLostEveryPictureStillComesWhole) {
  publish(26);
  ClientFake client;
  auto accepted = accept(client.offer());
  ASSERT_TRUE(accepted.ok());
  ASSERT_TRUE(client.take(accepted->answer) && client.open() && client.connect());
  std::set<std::uint16_t> missing;
  std::map<std::uint16_t, bool> got;  // by sequence number: whether it ends a picture
  std::uint32_t ssrc = 0;
  int count = 0, lost = 0;
  for (int pictures = 0; pictures < 120;) {
    auto packet = client.next(2000);
    ASSERT_TRUE(packet) << missing.size() << " packets are missing";
    if (ssrc == 0) ssrc = packet->header.ssrc;
    if (packet->header.ssrc != ssrc) {  // RFC 4588
      const auto sequence = static_cast<std::uint16_t>(packet->payload[0] << 8 | packet->payload[1]);
      EXPECT_EQ(missing.erase(sequence), 1u);
      got[sequence] = packet->header.marker;
    } else if (++count % 7 == 0) {
      ++lost;
      missing.insert(packet->header.sequence);
      std::vector<std::uint8_t> nack = {0x81, 205, 0, 3, 0, 0, 0, 1};
      media::append_be32(nack, ssrc);
      media::append_be16(nack, packet->header.sequence);
      media::append_be16(nack, 0);
      client.send_rtcp(nack);
    } else {
      got[packet->header.sequence] = packet->header.marker;
    }
    if (packet->header.marker) {
      ++pictures;
      publish(1);
    }
  }
  EXPECT_GT(lost, 10);
  while (!missing.empty()) {  // what was under way when we stopped counting
    auto packet = client.next(2000);
    ASSERT_TRUE(packet) << missing.size() << " packets never came";
    if (packet->header.ssrc == ssrc) continue;
    missing.erase(static_cast<std::uint16_t>(packet->payload[0] << 8 | packet->payload[1]));
  }
}

TEST_F(AgentTest, NobodyIsAnsweredWhoDoesNotKnowThePassword) {
  publish(3);
  ClientFake client;
  auto accepted = accept(client.offer());
  ASSERT_TRUE(accepted.ok());
  ASSERT_TRUE(client.take(accepted->answer) && client.open());
  stun::Request request;
  request.username = client.server_ufrag() + ":clnt";
  client.send(stun::request(request, "not the password at all"));
  request.username = "nobody:clnt";
  client.send(stun::request(request, client.server_password()));
  request.username = client.server_ufrag() + ":else";
  client.send(stun::request(request, client.server_password()));
  for (int first : {0x00, 0x16, 0x40, 0x80, 0xff}) {
    client.send(std::vector<std::uint8_t>(200, static_cast<std::uint8_t>(first)));
  }
  client.send(std::vector<std::uint8_t>{1});
  EXPECT_FALSE(client.receive(300)) << "an answer is a reflection";
  EXPECT_TRUE(client.connect()) << "and the viewer still comes in";
}

TEST_F(AgentTest, AFloodOfStrangersCostsNoMemoryAndNoViewer) {
  publish(3);
  ClientFake client;
  auto accepted = accept(client.offer());
  ASSERT_TRUE(accepted.ok());
  ASSERT_TRUE(client.take(accepted->answer) && client.open() && client.connect());
  ClientFake stranger;
  ASSERT_TRUE(stranger.take(accepted->answer) && stranger.open());
  stun::Request request;
  request.username = "nobody:clnt";
  const auto check = stun::request(request, "whatever");
  for (int i = 0; i < 20000; ++i) stranger.send(check);
  publish(1);
  EXPECT_TRUE(client.next(2000));
  EXPECT_FALSE(stranger.receive(100));
  EXPECT_TRUE(comes_true([&] { return agent_->figures().unknown > 100; }));
}

TEST_F(AgentTest, SessionsAreLimitedForAllAndForEachUser) {
  start({.max_sessions = 3, .max_sessions_of_user = 2});
  publish(3);
  ClientFake client;
  ASSERT_TRUE(accept(client.offer(), "anna").ok());
  ASSERT_TRUE(accept(client.offer(), "anna").ok());
  EXPECT_EQ(accept(client.offer(), "anna").error().code, "webrtc.sessions_of_user");
  ASSERT_TRUE(accept(client.offer(), "bert").ok());
  EXPECT_EQ(accept(client.offer(), "carl").error().code, "webrtc.sessions");
  EXPECT_EQ(agent_->figures().refused, 2u);
}

TEST_F(AgentTest, AStreamThatHasNoPictureYetIsWaitedFor) {
  std::jthread camera([&] { publish(1); });
  ClientFake client;
  EXPECT_TRUE(accept(client.offer()).ok());
  camera.join();
  start({.wait_for_stream = 20ms});
  auto silent = std::make_shared<stream::Stream>();
  EXPECT_EQ(agent_->accept({"cam", "anna", silent, nullptr, client.offer(), {}}, {}).error().code, "webrtc.no_picture");
  silent->close();
  EXPECT_EQ(agent_->accept({"cam", "anna", silent, nullptr, client.offer(), {}}, {}).error().code, "webrtc.no_picture");
}

TEST_F(AgentTest, WhoMayNotWatchAnyMoreIsSentAway) {
  start({.rounds = 20ms});
  publish(3);
  std::atomic<bool> allowed = true;
  ClientFake client;
  auto accepted = agent_->accept({"cam", "anna", stream_, nullptr, client.offer(), [&] { return allowed.load(); }}, {});
  ASSERT_TRUE(accepted.ok());
  ASSERT_TRUE(client.take(accepted->answer) && client.open() && client.connect());
  EXPECT_EQ(agent_->find("cam", accepted->session)->ice_user, "clnt");
  allowed = false;
  EXPECT_TRUE(comes_true([&] { return !agent_->find("cam", accepted->session).ok(); }));
}

TEST_F(AgentTest, WhatCannotBeAnsweredIsRefused) {
  publish(1);
  EXPECT_EQ(accept("v=0").error().kind, ErrorKind::MalformedRequest);
  EXPECT_EQ(accept(browser_offer("a=rtpmap:103 VP9/90000\r\n")).error().code, "webrtc.codec");
  agent_->stop();
  EXPECT_EQ(accept(browser_offer()).error().code, "webrtc.off");
}

TEST_F(AgentTest, ATakenPortIsAnErrorUnlessAnotherWillDo) {
  Config config;
  config.port = agent_->port();
  Agent second(config, system_clock());
  auto started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_NE(started.error().message.find(std::to_string(config.port)), std::string::npos);
  config.port_may_move = true;
  Agent third(config, system_clock());
  ASSERT_TRUE(third.start().ok());
  EXPECT_NE(third.port(), config.port);
  config.address = "camera.example";
  Agent fourth(config, system_clock());
  EXPECT_EQ(fourth.start().error().kind, ErrorKind::InvalidArgument);
}

TEST_F(AgentTest, ATcpViewerThatDoesNotReadCostsNobodyElse) {
  publish(3);
  ClientFake slow, quick;
  for (auto* client : {&slow, &quick}) {
    auto accepted = accept(client->offer());
    ASSERT_TRUE(accepted.ok());
    ASSERT_TRUE(client->take(accepted->answer) && client->open(client == &slow) && client->connect());
  }
  int got = 0;
  for (int i = 0; i < 2000; ++i) {
    publish(1);
    for (;;) {
      auto packet = quick.next(got < 10 ? 2000 : 200);
      if (!packet) break;
      ++got;
      if (packet->header.marker) break;
    }
  }
  EXPECT_GT(got, 2000);
}

TEST(Deframer, FramesComeOutWholeHoweverTheBytesAreCut) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t size : {1u, 0u, 300u, 20u}) {
    media::append_be16(bytes, size);
    bytes.insert(bytes.end(), size, static_cast<std::uint8_t>(size));
  }
  for (std::size_t step : {1u, 7u, 1000u}) {
    Deframer deframer(400);
    std::vector<std::size_t> sizes;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      EXPECT_TRUE(deframer.push(std::span(bytes).subspan(at, std::min(step, bytes.size() - at)),
                                [&](std::span<std::uint8_t> frame) { sizes.push_back(frame.size()); }));
    }
    EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 300, 20}));
  }
  Deframer deframer(400);
  EXPECT_FALSE(deframer.push(std::vector<std::uint8_t>{2, 0}, [](std::span<std::uint8_t>) {}));
}

}  // namespace
}  // namespace vigil::live::webrtc
