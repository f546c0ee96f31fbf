#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace vigil::app {

// SIGTERM and SIGINT as a stop_token: the first requests a stop, the second ends the process at once. SIGHUP and
// SIGPIPE are ignored. Signals are blocked in the thread that makes this, and so in all that it starts afterwards; make
// it before any other thread. One per process.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  void wait();                            // until a stop is requested
  int number() const { return number_; }  // of the first signal; 0: none yet

 private:
  void run();
  std::stop_source source_;
  std::atomic<int> number_{0};
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace vigil::app
