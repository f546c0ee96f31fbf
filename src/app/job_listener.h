#pragma once

#include <thread>

#include "base/clock.h"
#include "base/secret.h"
#include "jobs/wakeup.h"

namespace vigil::app {

// Wakes the workers of this process when somebody queued a job in the database that they share. While the database is
// away it tries again; the workers look by themselves all the same.
class JobListener {
 public:
  // References must outlive it.
  JobListener(Secret database_url, jobs::Wakeup& wakeup, Clock& clock);
  ~JobListener();  // stops
  JobListener(const JobListener&) = delete;
  JobListener& operator=(const JobListener&) = delete;

 private:
  void run(const std::stop_token& stop);
  const Secret url_;
  jobs::Wakeup& wakeup_;
  Clock& clock_;
  std::jthread thread_;
};

}  // namespace vigil::app
