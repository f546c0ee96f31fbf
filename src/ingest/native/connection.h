#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
};

// One RTSP connection: sockets, dialogue and tracks. Used by one thread; the alarm ends every wait.
class Connection {
 public:
  Connection(ConnectionConfig config, const Alarm& alarm);
  ~Connection();  // says TEARDOWN

  struct Opened {
    std::optional<Failure> failure;
    bool other_transport = false;  // with a failure
    std::string moved_to;          // the camera sends us elsewhere
  };
  // Connects and talks until PLAY is answered.
  Opened open(SteadyTime deadline);

  // The next packet. No media for `timeout`, or none that makes a packet for four times as long (pictures before the
  // first parameter sets are signs of life, for a while): Stalled. Once the connection has ended, what came before is
  // given out first.
  Outcome<media::Packet> read(std::chrono::milliseconds timeout);

  // Waits until something came over this transport; false: nothing by `deadline`, or the connection ended.
  bool await_rtp(SteadyTime deadline);

  // Why the connection ended; nothing while it has not.
  const std::optional<Failure>& ended() const { return end_; }

  std::vector<media::ParamsPtr> announced() const;

 private:
  struct Udp {
    UdpPair sockets;
    std::size_t track = 0;
  };

  Opened converse(SteadyTime deadline);
  std::optional<Opened> answer(const Dialogue::Step& step, SteadyTime deadline);
  void begin_media();
  // Reads what there is, then waits for more; sets end_ when the connection is over.
  void pump(SteadyTime deadline);
  bool read_tcp();
  void take(rtp::MessageParser::Message& message);
  void take_rtp(Track& track, std::span<const std::uint8_t> bytes);
  void take_frame(const rtp::Interleaved& frame);
  void read_udp(const Udp& udp, bool rtcp);
  void housekeeping();
  SteadyTime next_duty() const;
  void send_reports();
  void send_to(const Udp& udp, bool rtcp, std::span<const std::uint8_t> bytes) const;
  void end(model::FailureReason reason, std::string detail);
  Arrival arrival() const;

  const ConnectionConfig config_;
  const Alarm& alarm_;
  const std::string where_;
  SteadyTime began_{};
  Wire wire_;
  rtp::MessageParser parser_{rtp::MessageParser::Mode::Lenient};
  std::unique_ptr<Dialogue> dialogue_;
  std::vector<UdpPair> pairs_;  // opened for SETUP, in the order of asking
  std::vector<Udp> udp_;
  std::vector<std::unique_ptr<Track>> tracks_;
  std::deque<media::Packet> ready_;
  std::vector<media::Packet> fresh_;
  std::deque<rtp::Response> answers_;                                      // while the dialogue is under way
  std::vector<std::pair<std::uint8_t, std::vector<std::uint8_t>>> early_;  // frames that came before the answer to PLAY
  std::size_t early_bytes_ = 0;
  SteadyTime keep_alive_due_{}, reports_due_{};
  std::vector<pollfd> fds_;
  std::vector<std::uint8_t> datagram_;
  bool rtp_came_ = false, answered_ = false;
  SteadyTime last_rtp_{};
  std::optional<Failure> end_;
};

}  // namespace vigil::ingest::native
