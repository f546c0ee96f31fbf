#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "ingest/egress.h"
#include "ingest/loop.h"
#include "ingest/native/connection.h"
#include "ingest/source.h"

namespace vigil::ingest::native {

// RTSP and RTSPS by our own client: finds the address, asks for one transport and then the other, follows the camera
// where it sends us. Auto asks for TCP first, then UDP; Udp asks for UDP first, then TCP.
class Client final : public LoopSource, private Connection::Owner, private Loop::Member {
 public:
  // A transport over which nothing has come for so long is given up for the next one.
  static constexpr std::chrono::milliseconds kFirstPacket{3000};

  Client(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress, Loop& loop, Receiver& receiver,
         std::chrono::milliseconds first_packet = kFirstPacket);
  ~Client() override;
  void start() override;

 private:
  void news() override;
  void ready(int tag) override;
  void due() override;

  bool is_last() const { return transport_ + 1 == order_.size(); }
  void begin_transport();
  void reach(Url url);
  void look_up();
  void found(Outcome<Endpoint> endpoint);
  void connect(const Endpoint& endpoint);
  void opened(const Connection::Opened& how);
  Outcome<Url> follow(const Url& from, const std::string& location) const;
  void fail_later(Failure why);

  const SourceConfig config_;
  const std::shared_ptr<const EgressPolicy> egress_;
  Loop& loop_;
  Receiver& receiver_;
  const std::chrono::milliseconds first_packet_;
  const std::vector<bool> order_;  // of transports; true: TCP
  std::size_t transport_ = 0;
  SteadyTime open_by_{};
  Url url_;
  int redirects_ = 0;
  std::shared_ptr<int> looking_;  // who waits for an answer about a name; a late one finds it gone
  std::optional<Failure> failed_;
  bool opened_ = false, seen_ = false;
  std::unique_ptr<Connection> connection_;
};

}  // namespace vigil::ingest::native
