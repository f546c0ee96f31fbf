#pragma once

#include <chrono>
#include <thread>

#include "base/clock.h"
#include "jobs/direct_uploads.h"
#include "jobs/uploads.h"

namespace vigil::jobs {

// Clears away now and then what uploads leave behind, and completes what could not be completed before.
class UploadSweeper {
 public:
  // What it is given must outlive it. `direct` may be null.
  UploadSweeper(Uploads& uploads, DirectUploads* direct, Clock& clock,
                std::chrono::milliseconds round = std::chrono::seconds(30))
      : uploads_(uploads), direct_(direct), clock_(clock), round_(round) {}
  ~UploadSweeper() { stop(); }
  UploadSweeper(const UploadSweeper&) = delete;
  UploadSweeper& operator=(const UploadSweeper&) = delete;

  void start();
  void stop();

 private:
  void run(const std::stop_token& stop);
  Result<void> sweep();
  Uploads& uploads_;
  DirectUploads* const direct_;
  Clock& clock_;
  const std::chrono::milliseconds round_;
  std::jthread thread_;
};

}  // namespace vigil::jobs
