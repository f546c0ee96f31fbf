#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "rtp/rtcp.h"

namespace vigil::ingest::native {

// When the camera took what carries an RTP time, by its sender reports (RFC 3550, 6.4.1). Two answers: on the camera's
// own clock, which brings its tracks in line with each other, and on ours. A camera's clock may be years off, be set
// while it runs, or drift, so ours is found from it and from how early things arrive:
//   - a camera whose clock agrees with ours (what it sends is here within a second) is believed;
//   - of any other one only the distances are: its fastest packets count as taken when they arrived.
// A correction that becomes necessary is made little by little, and at once where it is larger than a second. Pure;
// not thread-safe.
class CaptureClock {
 public:
  explicit CaptureClock(int clock_rate) : clock_rate_(clock_rate) {}

  void report(const rtp::SenderReport& report);
  // Another sender, whose reports are to come.
  void reset();

  // On the camera's clock; nothing before the first report that says something.
  std::optional<WallTime> camera_time_of(std::uint32_t rtp_timestamp) const;

  // On ours, of what has just arrived; never after its arrival, and never before what was asked for last. Nothing while
  // nobody knows, or when it would lie further back than anything is under way.
  std::optional<WallTime> time_of(std::uint32_t rtp_timestamp, WallTime arrived, SteadyTime now);

  // How many reports have told the time.
  int reports() const { return reports_; }

 private:
  struct Anchor {
    WallTime wall;
    std::uint32_t rtp_timestamp = 0;
  };
  using Delay = std::chrono::microseconds;

  void note_delay(Delay delay, SteadyTime now);
  Delay target();
  void approach(Delay wanted, SteadyTime now);

  const int clock_rate_;
  int reports_ = 0;
  std::optional<Anchor> anchor_;
  // Least arrival minus camera time, of this window of time and of the one before.
  std::optional<Delay> least_, least_before_;
  SteadyTime window_began_{}, shifted_at_{};
  bool believed_ = false;
  std::optional<Delay> shift_;  // ours = the camera's + shift
  std::optional<WallTime> last_;
};

}  // namespace vigil::ingest::native
