#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "ingest/demuxed.h"
#include "ingest/hls_fetcher.h"
#include "ingest/pacer.h"
#include "ingest/source.h"

namespace vigil::ingest {

// HLS over HTTP and HTTPS: begins at the newest segment of a live playlist, at the first of a closed one, and lets the
// packets, which come a segment at a time, out at the speed of their own time.
class HlsSource final : public Source {
 public:
  HlsSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress, Clock& clock = system_clock());

  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  Failure why(const media::DemuxError& error) const;

  const SourceConfig config_;
  const std::shared_ptr<const EgressPolicy> egress_;
  Clock& clock_;
  std::stop_source stop_;
  std::unique_ptr<HlsFetcher> fetcher_;  // before demuxer_, whose readers need it
  std::unique_ptr<StoppableDemuxer> demuxer_;
  std::optional<Pacer> pacer_;
  bool seen_ = false;
};

}  // namespace vigil::ingest
