#pragma once

#include <memory>

#include "ingest/session.h"

namespace vigil::ingest {

// One thread for one session.
std::unique_ptr<Session::Runner> run_on_thread(Upkeep& upkeep, Session::SourceFactory make, ConnectLimiter& limiter,
                                               Clock& clock);
// A session among others on a loop.
std::unique_ptr<Session::Runner> run_on_loop(Upkeep& upkeep, Loop& loop, Session::LoopSourceFactory make,
                                             ConnectLimiter& limiter);

}  // namespace vigil::ingest
