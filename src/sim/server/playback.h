#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "base/clock.h"
#include "media/packet.h"
#include "media/rtp.h"
#include "sim/fault.h"
#include "sim/rtsp/dialogue.h"

namespace vigil::sim {

// Where the packets of one client go.
class PacketSink {
 public:
  virtual ~PacketSink() = default;
  virtual void send_rtp(const rtsp::SetUpTrack& track, std::span<const media::RtpPacket> packets) = 0;
  virtual void send_rtcp(const rtsp::SetUpTrack& track, std::span<const std::uint8_t> report) = 0;
  // Sends a part of these and resets the connection.
  virtual void break_off(const rtsp::SetUpTrack& track, std::span<const media::RtpPacket> packets) = 0;
};

// What time it is for one call: since the start of the simulator, and in the world.
struct Moment {
  Ticks now{0};
  WallTime wall;
};

// Units of a stream in, RTP and RTCP of one client out, spoilt as the fault of the moment asks. Pure: no clock, no
// sockets. Not thread-safe.
class Playback {
 public:
  Playback(std::span<const rtsp::SetUpTrack> tracks, PacketSink& sink, std::uint32_t seed);

  // One unit of a track (track number as set up; others are ignored), dts and pts since the start of the simulator.
  void unit(int track, const media::Packet& packet, const Fault& fault, Moment moment);

  // What is due by itself: reports, late pictures, the next drop of a trickle.
  void tick(const Fault& fault, Moment moment);
  std::optional<Ticks> next_tick() const;

 private:
  struct Delayed {
    Ticks due;
    media::Packet packet;
  };
  struct Track {
    rtsp::SetUpTrack set_up;
    media::RtpPacketiser rtp;
    int clock_rate = 90000;
    bool needs_key = true;
    bool frozen = false;
    std::optional<media::Packet> last_key;
    std::deque<Delayed> delayed;
    std::deque<media::RtpPacket> trickle;
    std::optional<Ticks> next_drop, next_report;
  };

  void disturbed(Track& track, media::Packet packet, const Fault& fault, Moment moment);
  void send(Track& track, media::Packet packet, const Fault& fault, Moment moment);
  void drip(Track& track, const Fault& fault, Moment moment);
  void report(Track& track, const Fault& fault, Moment moment);
  bool chance(double percent);

  std::vector<Track> tracks_;
  PacketSink& sink_;
  std::minstd_rand random_;
  std::optional<Ticks> began_;
  bool broken_off_ = false;
};

}  // namespace vigil::sim
