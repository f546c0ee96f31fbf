#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/loop.h"
#include "ingest/native/dialogue.h"
#include "ingest/native/track.h"
#include "ingest/native/wire.h"
#include "rtp/parser.h"

namespace vigil::ingest::native {

struct ConnectionConfig {
  Url url;
  Endpoint endpoint;  // resolved and allowed
  bool tcp = true;
  bool audio = true;
  TlsRules tls;
  SteadyTime open_by{};                       // PLAY is to be answered until then
  std::chrono::milliseconds first_packet{0};  // > 0: it counts as opened only when media comes, within so long
  std::chrono::milliseconds read_timeout{5000};
  std::chrono::milliseconds reorder_patience{100};
};

// One RTSP connection: sockets, dialogue and tracks. Lives on a loop and never waits.
class Connection final : private Loop::Member {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    // opened(), take_packets() or ended() have something new. The connection may be destroyed within the call.
    virtual void news() = 0;
  };

  Connection(ConnectionConfig config, Loop& loop, Owner& owner);
  ~Connection() override;  // says TEARDOWN

  // Begins to connect. News of everything comes later, from the loop.
  void start();

  struct Opened {
    std::optional<Failure> failure;
    bool other_transport = false;  // with a failure
    std::string moved_to;          // the camera sends us elsewhere
  };
  // How opening went, once it is over.
  const std::optional<Opened>& opened() const { return opened_; }
  std::vector<media::ParamsPtr> announced() const;
  // What is complete since the last time.
  std::vector<media::Packet> take_packets() { return std::exchange(fresh_, {}); }
  // Why the connection ended after it was opened. No media for `read_timeout`, or none that makes a packet for four
  // times as long (pictures before the first parameter sets are signs of life, for a while), is Stalled.
  const std::optional<Failure>& ended() const { return end_; }

 private:
  struct Udp {
    UdpPair sockets;
    std::size_t track = 0;
  };
  enum class Phase { Connecting, Talking, Proving, Playing, Over };

  void ready(int tag) override;
  void due() override;
  void finish_turn();

  void advance_wire();
  void read_wire();
  bool take_messages();
  void take(rtp::MessageParser::Message& message);
  void answer(const Dialogue::Step& step);
  void begin_media();
  void take_rtp(Track& track, std::span<const std::uint8_t> bytes);
  void take_frame(const rtp::Interleaved& frame);
  void read_udp(const Udp& udp, bool rtcp);
  void housekeeping();
  void check_silence();
  SteadyTime next_duty() const;
  SteadyTime silent_at() const;
  void send_reports();
  void send_to(const Udp& udp, bool rtcp, std::span<const std::uint8_t> bytes) const;
  void send(std::string_view text);
  void watch_wire();
  void closed_by_camera();
  // The end, while opening or later.
  void end(model::FailureReason reason, std::string detail, bool other_transport = false);
  void become_opened(Opened how);
  bool is_over() const { return phase_ == Phase::Over; }
  Arrival arrival() const;

  const ConnectionConfig config_;
  Loop& loop_;
  Owner& owner_;
  const std::string where_;
  Phase phase_ = Phase::Connecting;
  SteadyTime began_{};
  Wire wire_;
  std::uint32_t watched_ = 0;  // the wire's events that the loop knows
  rtp::MessageParser parser_{rtp::MessageParser::Mode::Lenient};
  std::unique_ptr<Dialogue> dialogue_;
  std::vector<UdpPair> pairs_;  // opened for SETUP, in the order of asking
  std::vector<Udp> udp_;
  std::vector<std::unique_ptr<Track>> tracks_;
  std::vector<media::Packet> fresh_;
  std::vector<std::pair<std::uint8_t, std::vector<std::uint8_t>>> early_;  // frames that came before the answer to PLAY
  std::size_t early_bytes_ = 0;
  SteadyTime keep_alive_due_{}, reports_due_{}, proved_by_{};
  bool rtp_came_ = false, answered_ = false, news_ = false;
  SteadyTime last_rtp_{}, last_packet_{};
  std::optional<Opened> opened_;
  std::optional<Failure> end_;
};

}  // namespace vigil::ingest::native
