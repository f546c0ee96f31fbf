#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/content/timebase.h"
#include "sim/fault_board.h"
#include "sim/rtsp/dialogue.h"
#include "sim/server/feed.h"

namespace vigil::sim {

// All simulated cameras: their feeds and their faults. On the network thread.
class Cameras final : public rtsp::DialogueHost {
 public:
  struct Streams {
    std::shared_ptr<Feed> main, sub;  // cameras may show the same
  };

  // `audio` may be null.
  Cameras(std::vector<Streams> cameras, std::unique_ptr<Feed> audio, FaultPlan plan, const Timebase& time);

  // What a stream shows now; null where there is no such track. A changed resolution is the other stream's.
  Feed* feed(rtsp::StreamKey stream, int track) const;

  const Timebase& time() const { return time_; }
  bool all_refuse() const { return board_.all_refuse(time_.elapsed()); }
  std::optional<Nanos> next_change() const { return board_.next_change(time_.elapsed()); }
  Result<std::string> command(std::string_view line) { return board_.command(line, time_.elapsed()); }

  Fault fault_of(int camera) const override { return board_.at(camera, time_.elapsed()); }
  int tracks_of(rtsp::StreamKey stream) const override;
  std::string describe(rtsp::StreamKey stream) const override;
  std::optional<std::uint32_t> rtp_time_of_next(const rtsp::SetUpTrack& track, rtsp::StreamKey stream) const override;

 private:
  std::vector<Streams> cameras_;
  std::unique_ptr<Feed> audio_;
  FaultBoard board_;
  const Timebase& time_;
};

}  // namespace vigil::sim
