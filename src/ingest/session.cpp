#include "ingest/session.h"

#include <utility>

#include "ingest/session_runners.h"

namespace vigil::ingest {

Session::Session(SessionConfig config, SourceFactory make, std::shared_ptr<stream::Stream> stream,
                 SessionListener& listener, ConnectLimiter& limiter, Clock& clock)
    : upkeep_(std::move(config), std::move(stream), listener, clock),
      runner_(run_on_thread(upkeep_, std::move(make), limiter, clock)) {}

Session::Session(SessionConfig config, Loop& loop, LoopSourceFactory make, std::shared_ptr<stream::Stream> stream,
                 SessionListener& listener, ConnectLimiter& limiter, Clock& clock)
    : upkeep_(std::move(config), std::move(stream), listener, clock),
      runner_(run_on_loop(upkeep_, loop, std::move(make), limiter)) {}

Session::~Session() {
  runner_->stop();
}

}  // namespace vigil::ingest
