#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "ingest/curl/http_stream.h"
#include "ingest/picture_track.h"
#include "ingest/source.h"

namespace vigil::ingest {

// Fetches one JPEG or PNG after the other over a kept connection. A camera that now and then has no picture is
// forgiven: only the third failure in a row, or none at all for the read time-out and an interval, ends the source.
class SnapshotSource final : public Source {
 public:
  SnapshotSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress, std::stop_source stop = {},
                 Clock& clock = system_clock());

  // The first picture is fetched here, so that what is wrong is known at once.
  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  Outcome<media::Packet> fetch(std::chrono::milliseconds open_timeout);

  const SourceConfig config_;
  const Nanos interval_;
  Clock& clock_;
  std::stop_source stop_;
  HttpStream http_;
  PictureTrack track_;
  std::optional<media::Packet> first_;
  SteadyTime due_{};
  SteadyTime last_{};
};

}  // namespace vigil::ingest
