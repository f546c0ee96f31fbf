#include "app/subject_ids.h"

#include <utility>

#include "base/log.h"
#include "store/records.h"

namespace vigil::app {
namespace {

constexpr Nanos kRetry = std::chrono::seconds(3);
constexpr Nanos kFirstBlock = std::chrono::seconds(1);

}  // namespace

SubjectIds::SubjectIds(std::function<Result<std::uint64_t>()> reserve, Clock& clock)
    : reserve_(std::move(reserve)), clock_(clock) {}

SubjectIds::~SubjectIds() = default;

void SubjectIds::start() {
  thread_ = std::jthread([this](std::stop_token stop) { work(std::move(stop)); });
  MutexLock lock(mutex_);
  first_try_.wait_for(lock, kFirstBlock, [this]() VIGIL_REQUIRES(mutex_) { return tried_; });
}

void SubjectIds::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

std::uint64_t SubjectIds::next() {
  std::uint64_t out = 0;
  bool wanted = false;
  {
    MutexLock lock(mutex_);
    if (left_ == 0 && spare_ != 0) {
      next_ = std::exchange(spare_, 0);
      left_ = kBlock;
    }
    if (left_ != 0) {
      --left_;
      out = next_++;
    } else {
      out = store::kDrawnSubjects + lot_() % store::kDrawnSubjects;
    }
    wanted = left_ < kBlock / 2 && spare_ == 0;
  }
  if (wanted) wanted_.notify_one();
  return out;
}

// False when none can be had.
bool SubjectIds::refill() {
  auto first = reserve_();
  if (!first) {
    if (!std::exchange(complained_, true)) {
      log::warn("no ids for new subjects can be had", {{"reason", first.error().message}});
    }
    return false;
  }
  complained_ = false;
  MutexLock lock(mutex_);
  if (left_ == 0) {
    next_ = *first;
    left_ = kBlock;
  } else {
    spare_ = *first;
  }
  return true;
}

void SubjectIds::work(std::stop_token stop) {
  while (!stop.stop_requested()) {
    {
      MutexLock lock(mutex_);
      wanted_.wait_for(lock, stop, kLongestWait,
                       [this]() VIGIL_REQUIRES(mutex_) { return left_ < kBlock / 2 && spare_ == 0; });
    }
    if (stop.stop_requested()) return;
    const bool refilled = refill();
    {
      MutexLock lock(mutex_);
      tried_ = true;
    }
    first_try_.notify_all();
    if (!refilled) clock_.sleep(kRetry, stop);
  }
}

}  // namespace vigil::app
