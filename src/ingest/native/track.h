#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "ingest/native/capture_clock.h"
#include "media/access_unit.h"
#include "media/packet.h"
#include "media/timeline.h"
#include "rtp/depacketiser.h"
#include "rtp/reorder.h"
#include "rtp/rtcp.h"
#include "rtp/sdp.h"

namespace vigil::ingest::native {

// When and on which clock something arrived.
struct Arrival {
  SteadyTime steady;
  WallTime wall;
};

// One track of a connection: RTP in, packets as media/packet.h promises them out. No sockets. Not thread-safe.
class Track {
 public:
  // After a loss pictures are left out up to the next key frame, for so long in a row at most (a new connection: for
  // kFirstGap), and for a fifth of the time at most: where something is lost all the time, smeared pictures are better
  // than none.
  static constexpr Ticks kLongestGap = std::chrono::seconds(4), kFirstGap = std::chrono::seconds(1);

  // `patience`: for so long a missing packet is waited for; 0: it will not come (TCP). `began`: of the connection;
  // tracks are put in line by when their first packet came, and better once both have sent a sender report.
  Track(int number, const rtp::MediaDescription& media, std::chrono::milliseconds patience, SteadyTime began);

  // `out` gets what is complete now. False: that was no RTP of this track.
  bool take_rtp(std::span<const std::uint8_t> bytes, const Arrival& arrival, std::vector<media::Packet>& out);
  void take_rtcp(std::span<const std::uint8_t> bytes, const Arrival& arrival);
  // Gives up waiting for lost packets whose time is over; call at deadline().
  void tick(const Arrival& arrival, std::vector<media::Packet>& out);
  std::optional<SteadyTime> deadline() const { return reorder_.deadline(); }

  // Brings this track in line with the time of another: the same capture time gets the same pts. Call after
  // take_rtcp().
  void follow(const Track& other);

  std::vector<std::uint8_t> make_report(SteadyTime now) { return meter_.make_report(own_ssrc_, now); }
  media::ParamsPtr announced() const;
  bool has_rtp() const { return meter_.received() > 0; }
  std::int64_t lost() const { return meter_.lost(); }
  // Units in a row that could not be read.
  int broken_units() const { return broken_units_; }

 private:
  void take_in_order(std::span<const std::uint8_t> bytes, bool gap, const Arrival& arrival,
                     std::vector<media::Packet>& out);
  bool leave_out(const media::Packet& packet);
  void emit(rtp::Unit unit, const Arrival& arrival, std::vector<media::Packet>& out);
  bool is_ours(const rtp::RtpView& packet);
  Ticks pts_of(std::uint32_t timestamp, const Arrival& arrival);
  std::optional<WallTime> origin() const;  // capture time of pts 0

  const int number_;
  const media::CodecParams described_;
  const int clock_rate_;
  const std::uint32_t own_ssrc_;
  const SteadyTime began_;
  int payload_type_;
  int foreign_ = 0;  // packets of another payload type or source in a row
  std::optional<std::uint32_t> ssrc_;
  bool source_changed_ = false;

  rtp::Reorder reorder_;
  rtp::ReceptionMeter meter_;
  std::unique_ptr<rtp::Depacketiser> depacketiser_;
  media::AccessUnitNormaliser normaliser_;
  media::Timeline timeline_;
  CaptureClock capture_;
  std::vector<rtp::Unit> units_;

  // RTP time without its wrap: pts = base_ + (extended_ - first_) in the clock of the track.
  std::optional<std::uint32_t> last_timestamp_;
  std::int64_t extended_ = 0;
  Ticks base_{0};
  int broken_units_ = 0;
  // Pictures that refer to a lost one show smears, and movement that is not there. (Those before the first key frame
  // are given to nobody by the stream.)
  bool lacks_reference_ = false;
  std::optional<Ticks> last_pts_;
  Ticks gap_allowance_ = kFirstGap;
  // What follow() saw last: how late we are, and how many reports of both tracks said so.
  std::optional<Ticks> late_;
  int followed_ = 0, led_ = 0;
};

}  // namespace vigil::ingest::native
