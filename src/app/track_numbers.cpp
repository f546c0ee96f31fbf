#include "app/track_numbers.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"

namespace vigil::app {
namespace {

constexpr Nanos kRetry = std::chrono::seconds(3);

}  // namespace

TrackNumbers::TrackNumbers(store::TrackNumberRepository& repository, Clock& clock)
    : repository_(repository), clock_(clock) {}

TrackNumbers::~TrackNumbers() = default;

void TrackNumbers::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void TrackNumbers::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  std::map<std::string, Numbers> cameras;
  {
    MutexLock lock(mutex_);
    cameras = cameras_;
  }
  for (const auto& [id, numbers] : cameras) {
    // Where the store is away they are lost, and nothing else is.
    if (numbers.drawn()) continue;
    if (!repository_.release(id, numbers.end, std::max(numbers.next, numbers.from))) return;
  }
}

std::uint64_t TrackNumbers::first(const std::string& camera_id) {
  {
    MutexLock lock(mutex_);
    const auto found = cameras_.find(camera_id);
    if (found != cameras_.end()) return found->second.next;
  }
  const auto block = repository_.reserve(camera_id, 1, kBlock);
  if (!block) {
    log::warn("the numbers of a camera's tracks begin anywhere",
              {{"camera", camera_id}, {"reason", block.error().message}});
  }
  MutexLock lock(mutex_);
  const auto [place, fresh] = cameras_.try_emplace(camera_id);
  auto& numbers = place->second;
  if (fresh) {
    numbers.next = block ? *block : store::kDrawnTracks + lot_() % (store::kDrawnTracks / 2);
    numbers.from = numbers.next;
    numbers.end = block ? *block + kBlock : numbers.next;
  }
  return numbers.next;
}

void TrackNumbers::given(const std::string& camera_id, std::uint64_t next) {
  {
    MutexLock lock(mutex_);
    const auto found = cameras_.find(camera_id);
    if (found == cameras_.end()) return;
    auto& numbers = found->second;
    if (next <= numbers.next) return;
    numbers.next = next;
    if (!numbers.scarce() || scarce_) return;
    scarce_ = true;
  }
  wanted_.notify_one();
}

// False when the store is away.
bool TrackNumbers::refill() {
  std::vector<std::pair<std::string, Numbers>> scarce;
  {
    MutexLock lock(mutex_);
    scarce_ = false;
    for (const auto& [id, numbers] : cameras_) {
      if (numbers.scarce()) scarce.emplace_back(id, numbers);
    }
  }
  for (const auto& [id, numbers] : scarce) {
    const auto least = std::max(numbers.next, numbers.end);
    const auto block = repository_.reserve(id, least, kBlock);
    if (!block) {
      if (!std::exchange(complained_, true)) {
        log::warn("no numbers for tracks can be set aside", {{"camera", id}, {"reason", block.error().message}});
      }
      MutexLock lock(mutex_);
      scarce_ = true;
      return false;
    }
    MutexLock lock(mutex_);
    auto& kept = cameras_[id];
    if (*block != kept.end) kept.from = *block;  // another server uses the same store, or none could be had for long
    kept.end = *block + kBlock;
    scarce_ = scarce_ || kept.scarce();
  }
  complained_ = false;
  return true;
}

void TrackNumbers::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      MutexLock lock(mutex_);
      wanted_.wait_for(lock, stop, kLongestWait, [this]() VIGIL_REQUIRES(mutex_) { return scarce_; });
    }
    if (stop.stop_requested()) return;
    if (!refill()) clock_.sleep(kRetry, stop);
  }
}

}  // namespace vigil::app
