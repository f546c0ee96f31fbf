#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "ingest/loop.h"
#include "ingest/native/client.h"
#include "ingest/rtsp_camera_fake.h"
#include "ingest/session.h"

// Many cameras on one thread, some of them up to no good.
namespace vigil::ingest {
namespace {

using model::CameraState;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Deaf final : public SessionListener {
  void connected() override {}
  void disconnected(const Failure&) override {}
  void received(const media::Packet&) override {}
};

class Crowd {
 public:
  explicit Crowd(seconds timeout = seconds(60)) : timeout_(timeout) {}
  ~Crowd() {
    for (auto& session : sessions_) session->request_stop();
  }

  Session& add(const std::string& url) {
    SourceConfig config;
    config.rtsp_engine = model::RtspEngine::Native;
    config.stream.url = parse_url(url).value();
    config.transport = model::Transport::Tcp;
    config.connect_timeout = config.read_timeout = timeout_;
    auto make = [config](Loop& loop, Receiver& receiver) {
      return make_loop_source(config, std::make_shared<const EgressPolicy>(), loop, receiver);
    };
    sessions_.push_back(std::make_unique<Session>(SessionConfig{.name = "c", .stream = "main"}, thread_.loop(), make,
                                                  std::make_shared<stream::Stream>(), deaf_, limiter_, system_clock()));
    sessions_.back()->start();
    return *sessions_.back();
  }

 private:
  const seconds timeout_;
  Deaf deaf_;
  ConnectLimiter limiter_{1000, 1000, system_clock()};
  LoopThread thread_;
  std::vector<std::unique_ptr<Session>> sessions_;
};

void await_frames(const Session& session, std::uint64_t frames) {
  while (session.figures().frames < frames) std::this_thread::sleep_for(milliseconds(1));
}

std::size_t threads_of_this_process() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task")) ++count;
  return count;
}

TEST(RtspCrowd, ManyCamerasAreReadByOneThread) {
  constexpr std::size_t kCameras = 30;
  std::vector<std::unique_ptr<RtspCamera>> cameras;
  for (std::size_t i = 0; i < kCameras; ++i) cameras.push_back(std::make_unique<RtspCamera>(RtspPlan{}));
  Crowd crowd;
  const auto before = threads_of_this_process();
  std::vector<Session*> sessions;
  for (const auto& camera : cameras) sessions.push_back(&crowd.add(camera->url()));
  for (const auto* session : sessions) await_frames(*session, 10);
  // The cameras have a thread for each connection; who reads them has none.
  EXPECT_LE(threads_of_this_process(), before + kCameras);
}

// What a camera may do to whoever reads it.
struct Trouble {
  const char* name;
  LoopbackServer::Script script;
};

TEST(RtspCrowd, NoCameraHoldsUpTheOthers) {
  const std::string frames = [] {
    std::string out;
    for (int i = 0; i < 1000; ++i) out += std::string("$\x09\x00\x04\x80\x60\x00\x01", 8);
    return out;
  }();
  const std::string capitals(60000, 'Z'), frame("$\x00\x00\x01z", 5);
  const std::vector<Trouble> troubles = {
      {"takes the connection and is silent", [](LoopbackPeer& peer) { peer.hold(); }},
      {"never stops talking",
       [&](LoopbackPeer& peer) {
         peer.read_request();
         while (peer.send(frames)) continue;
       }},
      {"sends nonsense in capital letters",
       [&](LoopbackPeer& peer) {
         peer.read_request();
         peer.send("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
         while (peer.send(capitals + frame)) continue;
       }},
      {"begins an answer and never ends it",
       [](LoopbackPeer& peer) {
         peer.read_request();
         peer.send("RTSP/1.0 200 OK\r\nCSeq: 1\r\nX: ");
         peer.hold();
       }},
      {"asks without end",
       [](LoopbackPeer& peer) {
         peer.read_request();
         while (peer.send("OPTIONS rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\n\r\n")) continue;
       }},
  };
  std::vector<std::unique_ptr<LoopbackServer>> bad;
  Crowd crowd;
  for (const auto& trouble : troubles) {
    bad.push_back(std::make_unique<LoopbackServer>(trouble.script));
    crowd.add(bad.back()->url("rtsp", "/cam"));
    crowd.add(bad.back()->url("rtsps", "/cam"));  // the same within a handshake that does not come about
  }
  crowd.add("rtsp://nobody-knows-this.invalid/cam");
  for (const auto& server : bad) {
    while (server->connections() < 2) std::this_thread::yield();
  }
  for (int i = 0; i < 5; ++i) {
    RtspCamera camera({});
    await_frames(crowd.add(camera.url()), 10);
  }
}

TEST(RtspCrowd, SessionsComeAndGoWhileOthersGoOn) {
  RtspCamera lasting({});
  Crowd crowd;
  auto& steady = crowd.add(lasting.url());
  await_frames(steady, 10);
  for (int i = 0; i < 20; ++i) {
    RtspCamera camera({});
    Crowd guests;
    auto& guest = guests.add(camera.url());
    if (i % 2 == 0) await_frames(guest, 10);
    guest.stop();
    EXPECT_EQ(guest.figures().state, CameraState::Idle);
  }
  EXPECT_EQ(steady.figures().state, CameraState::Connected);
}

TEST(RtspCrowd, ASilentCameraIsNoticedWhileOthersTalk) {
  RtspPlan mute;
  mute.mute_tcp = true;
  RtspCamera silent(mute), good({});
  Crowd crowd(seconds(1));
  auto& waiting = crowd.add(silent.url());
  await_frames(crowd.add(good.url()), 10);
  while (waiting.figures().failures[model::FailureReason::NoVideo] == 0) std::this_thread::sleep_for(milliseconds(5));
}

}  // namespace
}  // namespace vigil::ingest
