#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/curl/http_stream.h"
#include "ingest/source.h"
#include "media/demuxer.h"

namespace vigil::ingest {

// Fetches what an HLS stream is made of (playlists, segments, keys) for the demuxer, every address checked, with the
// camera's password for the camera only. Reads along in the playlists to know how long a segment is, and notices when
// they no longer lead to pictures. For one thread; lives longer than its readers.
class HlsFetcher {
 public:
  HlsFetcher(const Url& base, std::shared_ptr<const EgressPolicy> egress, std::chrono::milliseconds read_timeout,
             std::stop_token stop);

  Result<std::unique_ptr<media::ByteReader>> open(const std::string& url);

  // A packet is wanted from now on; what follows without one counts as silence.
  void packet_wanted() { silent_since_ = system_clock().steady(); }
  // One came.
  void packet_came() { failure_.reset(); }

  // The newest failure since the last packet; a fetch may fail and the next one succeed.
  const std::optional<Failure>& failure() const { return failure_; }
  // The playlist says that nothing will be added.
  bool ended() const { return ended_; }

 private:
  class Reader;
  Error fail(const Failure& failure);
  void read_along(std::string_view text);

  const Url base_;
  const std::shared_ptr<const EgressPolicy> egress_;
  const std::chrono::milliseconds read_timeout_;
  const std::stop_token stop_;
  std::vector<std::unique_ptr<HttpStream>> idle_;  // kept connections
  std::optional<Failure> failure_;
  std::chrono::seconds target_duration_{10};
  SteadyTime silent_since_;
  bool ended_ = false;
};

}  // namespace vigil::ingest
