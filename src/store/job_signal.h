#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace vigil::store {

// Hears from the database that jobs were queued, by whomever: PostgreSQL's LISTEN on a connection of its own. A hint
// and no more. Used by one thread.
class JobSignal {
 public:
  virtual ~JobSignal() = default;
  // True: something was queued since the last time. False: the time is over. Unavailable: the connection is gone.
  virtual Result<bool> wait(Nanos timeout) = 0;
};

// InvalidArgument, Unavailable.
Result<std::unique_ptr<JobSignal>> listen_for_jobs(const Secret& database_url);

}  // namespace vigil::store
