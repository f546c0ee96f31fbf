#pragma once

#include <memory>
#include <stop_token>

#include "ingest/curl/http_stream.h"
#include "ingest/multipart.h"
#include "ingest/picture_track.h"
#include "ingest/snapshot.h"
#include "ingest/source.h"

namespace vigil::ingest {

// Pictures over one endless HTTP answer (multipart/x-mixed-replace). A camera that answers with a single picture is
// polled like a snapshot source instead.
class MjpegSource final : public Source {
 public:
  MjpegSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress, Clock& clock = system_clock());

  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  Failure silent() const;

  const SourceConfig config_;
  std::shared_ptr<const EgressPolicy> egress_;
  Clock& clock_;
  std::stop_source stop_;
  HttpStream http_;
  std::unique_ptr<MultipartParser> parser_;
  std::unique_ptr<SnapshotSource> single_;
  PictureTrack track_;
  bool seen_ = false;
};

}  // namespace vigil::ingest
