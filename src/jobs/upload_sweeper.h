#pragma once

#include <chrono>
#include <thread>

#include "base/clock.h"
#include "jobs/uploads.h"

namespace vigil::jobs {

// Clears away now and then what uploads leave behind, and completes what could not be completed before.
class UploadSweeper {
 public:
  // References must outlive it.
  UploadSweeper(Uploads& uploads, Clock& clock, std::chrono::milliseconds round = std::chrono::seconds(30))
      : uploads_(uploads), clock_(clock), round_(round) {}
  ~UploadSweeper() { stop(); }
  UploadSweeper(const UploadSweeper&) = delete;
  UploadSweeper& operator=(const UploadSweeper&) = delete;

  void start();
  void stop();

 private:
  void run(const std::stop_token& stop);
  Uploads& uploads_;
  Clock& clock_;
  const std::chrono::milliseconds round_;
  std::jthread thread_;
};

}  // namespace vigil::jobs
