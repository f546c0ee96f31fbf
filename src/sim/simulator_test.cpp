#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <future>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sim/rtsp_client_fake.h"
#include "sim/sim.h"

// The whole simulator over loopback.

namespace vigil::sim {
namespace {

// Small pictures, many key frames: a test need not wait for one.
Config quick() {
  Config config;
  config.port = 0;
  config.cameras = 2;
  config.width = 160;
  config.height = 96;
  config.fps = 50;
  config.gop_s = 0.1;
  return config;
}

std::unique_ptr<Simulator> started(const Config& config) {
  auto simulator = Simulator::start(config);
  EXPECT_TRUE(simulator.ok()) << (simulator.ok() ? "" : simulator.error().message);
  return simulator.ok() ? std::move(*simulator) : nullptr;
}

TEST(Simulator, PlaysOverTcpFromAKeyFrameWithReports) {
  auto simulator = started(quick());
  Client client(simulator->port());
  ASSERT_EQ(client.play("/cam2"), 200) << client.reply();
  auto first = client.frame();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->nal_type(), 7) << "parameter sets come before the first picture";
  auto info = Client::field("RTP-Info", client.reply());
  EXPECT_NE(info.find(fmt::format("seq={}", first->sequence())), std::string::npos) << info;
  std::uint16_t expected = first->sequence();
  int reports = 0, pictures = 0;
  while (reports < 2 || pictures < 50) {
    auto frame = client.frame();
    ASSERT_TRUE(frame.has_value());
    if (frame->channel == 1) {
      EXPECT_EQ(frame->bytes[1], 200);
      ++reports;
      continue;
    }
    EXPECT_EQ(frame->payload_type(), 96);
    ASSERT_EQ(frame->sequence(), ++expected);
    ++pictures;
  }
  EXPECT_EQ(client.ask("TEARDOWN", "/cam2"), 200);
}

TEST(Simulator, PlaysOverUdpFromTheAnnouncedPorts) {
  auto simulator = started(quick());
  Socket rtp(SOCK_DGRAM), rtcp(SOCK_DGRAM);
  const auto rtp_port = rtp.bind(0), rtcp_port = rtcp.bind(0);
  Client client(simulator->port());
  ASSERT_EQ(client.play("/cam1/sub", fmt::format("RTP/AVP;unicast;client_port={}-{}", rtp_port, rtcp_port)), 200);
  auto packet = rtp.receive();
  ASSERT_GT(packet.size(), 12u);
  EXPECT_EQ(packet[0], 0x80);
  auto report = rtcp.receive();
  ASSERT_GT(report.size(), 27u);
  EXPECT_EQ(report[1], 200);
}

TEST(Simulator, AudioIsATrackOfItsOwn) {
  auto config = quick();
  config.audio = true;
  auto simulator = started(config);
  Client client(simulator->port());
  ASSERT_EQ(client.ask("DESCRIBE", "/cam1"), 200);
  EXPECT_NE(client.reply().find("m=audio"), std::string::npos);
  ASSERT_EQ(client.ask("SETUP", "/cam1/trackID=0", "Transport: RTP/AVP/TCP;interleaved=0-1\r\n"), 200);
  ASSERT_EQ(client.ask("SETUP", "/cam1/trackID=1", "Transport: RTP/AVP/TCP;interleaved=2-3\r\n"), 200);
  ASSERT_EQ(client.ask("PLAY", "/cam1"), 200);
  std::set<int> types;
  while (types.size() < 2) {
    auto frame = client.frame();
    ASSERT_TRUE(frame.has_value());
    if (frame->channel == 0 || frame->channel == 2) types.insert(frame->payload_type());
  }
  EXPECT_EQ(types, (std::set<int>{0, 96}));
}

TEST(Simulator, ManyClientsSeeTheSameCameraAndLeaveWhenTheyLike) {
  auto simulator = started(quick());
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<Client>(simulator->port()));
    ASSERT_EQ(clients.back()->play("/cam1"), 200);
  }
  for (auto& client : clients) EXPECT_TRUE(client->frame().has_value());
  clients.erase(clients.begin(), clients.begin() + 7);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(clients[0]->frame().has_value());
}

TEST(Simulator, RefusingClosesThePortAndClearingOpensTheSameAgain) {
  auto simulator = started(quick());
  const auto port = simulator->port();
  Client playing(port);
  ASSERT_EQ(playing.play("/cam1"), 200);
  ASSERT_TRUE(simulator->command("fault all refuse").ok());
  EXPECT_EQ(Client(port).connected(), ECONNREFUSED);
  while (playing.frame()) {
  }
  EXPECT_EQ(playing.socket().error(), ECONNRESET);
  ASSERT_TRUE(simulator->command("clear all").ok());
  Client again(port);
  ASSERT_EQ(again.connected(), 0);
  EXPECT_EQ(again.play("/cam1"), 200);
}

TEST(Simulator, OneRefusingCameraLeavesTheOtherAlone) {
  auto simulator = started(quick());
  Client other(simulator->port());
  ASSERT_EQ(other.play("/cam2"), 200);
  ASSERT_TRUE(simulator->command("fault cam1 refuse").ok());
  Client refused(simulator->port());
  ASSERT_EQ(refused.connected(), 0);
  EXPECT_EQ(refused.ask("DESCRIBE", "/cam1"), 0);
  EXPECT_EQ(refused.socket().error(), ECONNRESET);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(other.frame().has_value());
}

TEST(Simulator, ANewPasswordEndsTheSessionAndRefusesTheNextOne) {
  auto simulator = started(quick());
  Client client(simulator->port());
  ASSERT_EQ(client.play("/cam1"), 200);
  ASSERT_TRUE(simulator->command("fault cam1 wrong-password").ok());
  while (client.frame()) {
  }
  EXPECT_EQ(client.socket().error(), 0) << "an orderly end";
  EXPECT_EQ(Client(simulator->port()).play("/cam1"), 401);
  EXPECT_EQ(Client(simulator->port()).play("/cam2"), 200);
}

TEST(Simulator, HalfOpenTakesTheConnectionAndSaysNothing) {
  auto config = quick();
  config.fault.fault = {FaultKind::HalfOpen, 0};
  auto simulator = started(config);
  Client client(simulator->port());
  ASSERT_EQ(client.connected(), 0);
  client.send("OPTIONS", "/cam1");
  EXPECT_TRUE(client.socket().receive(200).empty());
  EXPECT_EQ(client.socket().error(), ETIMEDOUT);
}

TEST(Simulator, ResetComesInTheMiddleOfAPicture) {
  auto simulator = started(quick());
  Client client(simulator->port());
  ASSERT_EQ(client.play("/cam1"), 200);
  ASSERT_TRUE(simulator->command("fault cam1 reset=0").ok());
  while (client.frame()) {
  }
  EXPECT_EQ(client.socket().error(), ECONNRESET);
}

TEST(Simulator, ChangedParametersComeInTheStreamWithoutAGap) {
  auto simulator = started(quick());
  Client client(simulator->port());
  ASSERT_EQ(client.play("/cam1"), 200);
  auto next_sps = [&, last = std::optional<std::uint16_t>()]() mutable -> std::vector<std::uint8_t> {
    while (auto frame = client.frame()) {
      if (frame->channel != 0) continue;
      EXPECT_EQ(frame->sequence(), last ? static_cast<std::uint16_t>(*last + 1) : frame->sequence());
      last = frame->sequence();
      if (frame->nal_type() == 7) return {frame->bytes.begin() + 12, frame->bytes.end()};
    }
    return {};
  };
  const auto before = next_sps();
  ASSERT_FALSE(before.empty());
  ASSERT_TRUE(simulator->command("fault cam1 params-change").ok());
  auto now = before;
  for (int i = 0; i < 50 && now == before; ++i) now = next_sps();
  EXPECT_NE(now, before);
  ASSERT_TRUE(simulator->command("clear cam1").ok());
  for (int i = 0; i < 50 && now != before; ++i) now = next_sps();
  EXPECT_EQ(now, before);
}

TEST(Simulator, AClientThatDoesNotReadIsCutOff) {
  auto config = quick();
  config.width = 1280;
  config.height = 720;
  config.gop_s = 0.1;
  config.bitrate_kbps = 50000;
  config.max_client_bytes = 1000;
  auto simulator = started(config);
  Client client(simulator->port());
  int small = 4096;
  ::setsockopt(client.socket().fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  ASSERT_EQ(client.play("/cam1"), 200);
  pollfd poller{client.socket().fd(), 0, 0};  // POLLERR and POLLHUP are always told
  EXPECT_EQ(::poll(&poller, 1, 15000), 1);
}

TEST(Simulator, PasswordsAreAskedFor) {
  auto config = quick();
  config.user = "admin";
  config.password = Secret("secret");
  config.auth = Auth::Basic;
  auto simulator = started(config);
  Client client(simulator->port());
  EXPECT_EQ(client.ask("DESCRIBE", "/cam1"), 401);
  EXPECT_NE(client.reply().find("Basic realm="), std::string::npos);
  EXPECT_EQ(client.ask("DESCRIBE", "/cam1", "Authorization: Basic YWRtaW46c2VjcmV0\r\n"), 200);
}

TEST(Simulator, TooManyClientsAreTurnedAway) {
  auto config = quick();
  config.max_clients = 1;
  auto simulator = started(config);
  Client first(simulator->port());
  ASSERT_EQ(first.ask("OPTIONS", "/cam1"), 200);
  Client second(simulator->port());
  EXPECT_TRUE(second.socket().receive().empty());
  EXPECT_NE(second.socket().error(), ETIMEDOUT);
}

TEST(Simulator, BrokenBytesGetAnAnswerAndTheConnectionEnds) {
  auto simulator = started(quick());
  Client client(simulator->port());
  const std::string junk = "\x16\x03\x01 hello\r\n\r\n";
  ASSERT_GT(::send(client.socket().fd(), junk.data(), junk.size(), MSG_NOSIGNAL), 0);
  auto answer = client.socket().receive();
  EXPECT_EQ(std::string(answer.begin(), answer.end()).substr(0, 12), "RTSP/1.0 400");
  EXPECT_TRUE(client.socket().receive().empty());
  EXPECT_NE(client.socket().error(), ETIMEDOUT);
}

TEST(Simulator, WrongConfigurationIsRefusedWithAReason) {
  auto refused = [](auto change) {
    auto config = quick();
    change(config);
    auto simulator = Simulator::start(config);
    return simulator.ok() ? ErrorKind::Internal : simulator.error().kind;
  };
  EXPECT_EQ(refused([](Config& c) { c.cameras = 0; }), ErrorKind::InvalidArgument);
  EXPECT_EQ(refused([](Config& c) { c.once = true; }), ErrorKind::InvalidArgument) << "the scene has no end";
  EXPECT_EQ(refused([](Config& c) { c.width = 161; }), ErrorKind::InvalidArgument);
  EXPECT_EQ(refused([](Config& c) { c.listen_address = "localhost"; }), ErrorKind::InvalidArgument);
  EXPECT_EQ(refused([](Config& c) { c.source = "/nonexistent.mp4"; }), ErrorKind::InvalidArgument);
  EXPECT_EQ(refused([](Config& c) { c.fault.camera = 3; }), ErrorKind::InvalidArgument);
  EXPECT_EQ(refused([](Config& c) { c.codec = media::Codec::Mjpeg; }), ErrorKind::InvalidArgument);
  auto simulator = started(quick());
  EXPECT_EQ(refused([&](Config& c) { c.port = simulator->port(); }), ErrorKind::Unavailable);
}

TEST(SimulatorRun, TakesCommandsFromADescriptorUntilItIsStopped) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const std::string lines = "nonsense\n" + std::string(1000, 'x') + "\n\nfault all refuse";
  ASSERT_GT(::write(pipe[1], lines.data(), lines.size()), 0);
  std::promise<std::uint16_t> ready;
  Result<void> result;
  std::jthread runner([&](std::stop_token stop) {
    result = run(
        quick(), stop, [&](std::uint16_t port) { ready.set_value(port); }, pipe[0]);
  });
  const auto port = ready.get_future().get();
  EXPECT_EQ(Client(port).connected(), 0) << "a line is a command only when it has ended";
  ASSERT_EQ(::write(pipe[1], "\n", 1), 1);
  ::close(pipe[1]);
  int connected = 0;
  for (int tries = 0; tries < 1000000 && connected != ECONNREFUSED; ++tries) connected = Client(port).connected();
  EXPECT_EQ(connected, ECONNREFUSED);
  runner.request_stop();
  runner.join();
  EXPECT_TRUE(result.ok());
  ::close(pipe[0]);
}

}  // namespace
}  // namespace vigil::sim
