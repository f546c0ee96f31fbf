#pragma once

#include <memory>
#include <stop_token>

#include "ingest/demuxed.h"
#include "ingest/source.h"

namespace vigil::ingest {

// Plays a live stream from an RTMP or RTMPS server.
class RtmpSource final : public Source {
 public:
  RtmpSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress);

  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  const SourceConfig config_;
  const std::shared_ptr<const EgressPolicy> egress_;
  std::stop_source stop_;
  std::unique_ptr<StoppableDemuxer> demuxer_;
  bool seen_ = false;
};

}  // namespace vigil::ingest
