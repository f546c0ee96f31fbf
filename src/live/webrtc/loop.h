#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/sync.h"
#include "live/webrtc.h"
#include "live/webrtc/carrier.h"
#include "live/webrtc/session.h"
#include "live/webrtc/tcp_port.h"
#include "live/webrtc/udp_port.h"

namespace vigil::live::webrtc {

// The thread of an agent: sockets, sessions and feeds live on it. add(), end(), wake() and figures() are for other
// threads.
class Loop final : private Carrier {
 public:
  // `on_end` is called on the loop's thread for each session that is over.
  Loop(const Config& config, Clock& clock, std::function<void(const std::string& id)> on_end);
  ~Loop() override;

  Result<void> open();
  void run(std::stop_token stop);
  void wake();

  // Not before open().
  const Endpoint& udp_address() const { return udp_->address(); }
  bool has_tcp() const { return tcp_ != nullptr; }

  struct Viewer {
    Session::Setup setup;
    std::shared_ptr<stream::Stream> stream;
    std::shared_ptr<const void> hold;
    SteadyTime asked;         // when the offer came
    Agent::Sound sound = {};  // where the agreement has sound that is made
  };
  void add(Viewer viewer) VIGIL_EXCLUDES(mutex_);
  void end(const std::string& id) VIGIL_EXCLUDES(mutex_);
  void restart(const std::string& id, IceUser theirs, IceUser ours) VIGIL_EXCLUDES(mutex_);
  Figures figures() const VIGIL_EXCLUDES(mutex_);
  std::optional<SessionFacts> facts(const std::string& id) const VIGIL_EXCLUDES(mutex_);

 private:
  struct Channel;  // a feed and its viewers
  struct Member {
    std::unique_ptr<Session> session;
    Channel* channel = nullptr;
    SteadyTime asked;
    bool joined = false;  // its first picture was counted
  };

  void send(const Path& path, std::span<const std::uint8_t> datagram) override;
  bool ready(const Path& path) const override;

  void poll(int timeout_ms);
  void take_inbox() VIGIL_EXCLUDES(mutex_);
  void enter(Viewer viewer);
  struct Restart {
    std::string id;
    IceUser theirs, ours;
  };
  void rename(Restart restart);
  void received(const Path& path, std::span<std::uint8_t> datagram);
  void check(const Path& path, std::span<const std::uint8_t> datagram);
  void pump_channels();
  void run_members();
  void tick() VIGIL_EXCLUDES(mutex_);
  void remove_ended();
  void count_join(Member& member);
  int timeout() const;
  Figures sum() const;

  const Config config_;
  Clock& clock_;
  const std::function<void(const std::string&)> on_end_;
  std::unique_ptr<UdpPort> udp_;
  std::unique_ptr<TcpPort> tcp_;
  int epoll_ = -1, event_ = -1;
  std::atomic<bool> woken_{false};

  std::map<stream::Stream*, std::unique_ptr<Channel>> channels_;
  std::map<std::string, Member> members_;  // by session id
  std::unordered_map<std::string, Member*> by_ufrag_;
  std::unordered_map<Path, Member*, PathHash> by_path_;
  SteadyTime now_, ticked_, shown_at_;
  WallTime wall_;
  Figures gone_;  // of sessions that are over, and what belongs to none

  mutable Mutex mutex_;
  std::vector<Viewer> arriving_ VIGIL_GUARDED_BY(mutex_);
  std::vector<std::string> leaving_ VIGIL_GUARDED_BY(mutex_);
  std::vector<Restart> restarting_ VIGIL_GUARDED_BY(mutex_);
  Figures shown_ VIGIL_GUARDED_BY(mutex_);
  std::map<std::string, SessionFacts> facts_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::live::webrtc
