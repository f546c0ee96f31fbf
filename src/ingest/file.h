#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ingest/demuxed.h"
#include "ingest/pacer.h"
#include "ingest/source.h"

namespace vigil::ingest {

// A video file of this machine, played in real time, once or round and round. At the seam time goes on and the first
// packet of each track is marked as discontinuity.
class FileSource final : public Source {
 public:
  explicit FileSource(const SourceConfig& config, Clock& clock = system_clock());

  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  media::Demuxed<std::vector<media::ParamsPtr>> start();
  Outcome<bool> begin_again();
  void put_in_line(media::Packet& packet);

  const SourceConfig config_;
  Clock& clock_;
  std::stop_source stop_;
  std::string path_;
  std::unique_ptr<StoppableDemuxer> demuxer_;
  Pacer pacer_;
  bool seen_ = false;                       // a packet in this round
  std::optional<Ticks> shift_;              // from the file's time to ours, in this round
  std::vector<std::optional<Ticks>> last_;  // dts, by track
  Ticks frame_{3600};                       // between the last two pictures
};

}  // namespace vigil::ingest
