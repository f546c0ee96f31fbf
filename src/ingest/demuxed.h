#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/url.h"
#include "ingest/egress.h"
#include "ingest/source.h"
#include "media/demuxer.h"

// What the sources that read through media::Demuxer share.

namespace vigil::ingest {

// A demuxer that is interrupted when its source is.
class StoppableDemuxer {
 public:
  StoppableDemuxer(media::DemuxOptions options, const std::stop_token& stop)
      : demuxer_(media::make_demuxer(std::move(options))), on_stop_(stop, [this] { demuxer_->interrupt(); }) {}
  media::Demuxer* operator->() { return demuxer_.get(); }

 private:
  std::unique_ptr<media::Demuxer> demuxer_;
  std::stop_callback<std::function<void()>> on_stop_;
};

// Calls the demuxer's failure by its name. `where` is the host and port or the path, for people; `seen`: packets came.
Failure failure_of(const media::DemuxError& error, const std::string& where, bool seen);

// The status an RTSP server refused a request with, out of libavformat's words; 0: none is known.
int status_of(const media::DemuxError& error);

// The URL with its host resolved and its port in digits, after somebody was found listening there. libavformat's own
// error codes do not tell refused, unreachable and silent hosts apart, and its name look-up cannot be interrupted.
Outcome<Url> reach(const Url& url, const EgressPolicy& egress, std::chrono::milliseconds timeout, std::stop_token stop);

}  // namespace vigil::ingest
