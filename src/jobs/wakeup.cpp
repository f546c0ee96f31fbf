#include "jobs/wakeup.h"

#include <algorithm>

namespace vigil::jobs {

void LocalWakeup::notify() {
  {
    MutexLock lock(mutex_);
    ++count_;
  }
  changed_.notify_all();
}

std::uint64_t LocalWakeup::wait(std::uint64_t seen, Nanos timeout, std::stop_token stop) {
  MutexLock lock(mutex_);
  changed_.wait_for(lock, stop, std::min(timeout, kLongestWait),
                    [this, seen]() VIGIL_REQUIRES(mutex_) { return count_ != seen; });
  return count_;
}

}  // namespace vigil::jobs
