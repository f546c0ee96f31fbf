#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "live/rtp/rtcp.h"
#include "live/webrtc/feed.h"
#include "live/webrtc/negotiation.h"

namespace vigil::live::webrtc {

// Where a sender's packets go. `buffer` begins with `size` bytes and has Srtp::kTrailer more behind them.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual bool ready() const = 0;  // whether it takes more now; when it does again, the sender is run again
  virtual void rtp(std::span<std::uint8_t> buffer, std::size_t size) = 0;
  virtual void rtcp(std::vector<std::uint8_t> packet) = 0;
};

// What one viewer gets of a feed: the newest group of pictures first, then every picture as it comes, at a bounded
// rate. Whoever is late is taken to the newest key frame, and the pictures passed over are counted. Pure: no sockets,
// no clock of its own; used by one thread.
//
// The pictures of a burst are older than now; sent with their own times they would make the viewer's player wait for
// each. They get times close before the newest picture's, so that the player rushes through them and is live at once.
class Sender {
 public:
  struct Figures {
    std::uint64_t packets = 0, bytes = 0;  // of payload, first sending only
    std::uint64_t lost_reports = 0;        // packets that the viewer missed (NACK)
    std::uint64_t retransmitted = 0, not_retransmitted = 0;
    std::uint64_t picture_requests = 0, bursts = 0;
    std::uint64_t skipped_pictures = 0;
    std::optional<std::chrono::microseconds> round_trip;
    double loss = 0;  // share of the packets, as last reported
  };
  enum class Fault { None, CodecChanged, Reordered };

  // `seed`: random; sequence numbers and time offsets begin with it.
  Sender(const Agreement& agreement, std::uint64_t seed);

  // Sends what may go now. When it wants to be called again though nothing new came; nothing: not.
  std::optional<SteadyTime> run(const Feed& feed, SteadyTime now, WallTime wall, Outlet& out);

  void received(const rtp::Received& what, const Feed& feed, SteadyTime now, WallTime wall, Outlet& out);

  const Figures& figures() const { return figures_; }
  // The RTP time that a picture has which comes at `wall`. Nothing before the first unit, and without video.
  std::optional<std::uint32_t> picture_time(const Feed& feed, WallTime wall) const;
  Fault fault() const { return fault_; }

 private:
  struct Sent {
    std::uint64_t unit = 0;  // number in the feed
    std::uint32_t timestamp = 0;
    std::uint16_t piece = 0;
    std::uint16_t sequence = 0;
    std::uint32_t again_ms = 0;  // when it was last sent again, on the clock's milliseconds
  };
  struct Track {
    bool on = false;
    SentTrack agreed;
    media::Codec codec = media::Codec::Other;
    int rate = 90000;
    std::uint16_t sequence = 0, rtx_sequence = 0;
    std::uint32_t offset = 0;  // of RTP times
    std::uint32_t packets = 0, octets = 0;
    std::optional<std::uint32_t> last_timestamp;
    std::optional<SteadyTime> last_report;
    std::vector<Sent> history;  // by sequence number modulo its size
  };

  void refill(const Feed& feed, SteadyTime now);
  bool skip_if_late(const Feed& feed);
  void begin_burst(const Feed& feed);
  bool send_unit(const Feed& feed, std::uint64_t number, Outlet& out);
  void send_piece(Track& track, std::uint64_t number, const rtp::Unit& unit, std::size_t piece, Outlet& out);
  void send_again(Track& track, std::uint16_t sequence, const Feed& feed, std::uint32_t now_ms, Outlet& out);
  void report(const Feed& feed, SteadyTime now, WallTime wall, Outlet& out);
  bool check(Track& track, const rtp::Unit& unit);
  Track* track_of(const rtp::Unit& unit);
  std::uint32_t timestamp_of(Track& track, std::uint64_t number, const rtp::Unit& unit);
  std::size_t extension_of(const Track& track, const rtp::Unit& unit);

  Track video_, audio_;
  bool begun_ = false;
  std::uint64_t position_ = 0;  // unit to send next
  std::size_t piece_ = 0;       // of it
  std::uint32_t unit_timestamp_ = 0;

  // The burst under way: pictures before burst_end_ get times of their own.
  std::uint64_t burst_end_ = 0;
  std::uint32_t burst_time_ = 0, burst_step_ = 0;
  std::optional<SteadyTime> last_burst_;

  double budget_ = 0, again_budget_ = 0;  // bytes that may go now
  std::optional<SteadyTime> refilled_;
  double rate_ = 0;
  std::array<std::uint8_t, 8> extension_{};
  std::vector<std::uint8_t> buffer_;
  Figures figures_;
  Fault fault_ = Fault::None;
};

}  // namespace vigil::live::webrtc
