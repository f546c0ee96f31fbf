#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/sync.h"
#include "pipeline/track_numbers.h"
#include "store/track_numbers.h"

namespace vigil::app {

// Numbers for tracks, set aside in the store ahead of time by a thread of its own: those that were told to somebody
// when the server was killed are not given again. While the store is away the cameras go on counting; one that is
// opened then begins with a number drawn by lot from store::kDrawnTracks on.
class TrackNumbers final : public pipeline::TrackNumbers {
 public:
  static constexpr std::uint64_t kBlock = 2000;

  TrackNumbers(store::TrackNumberRepository& repository, Clock& clock);  // outlives it
  ~TrackNumbers() override;

  void start();                        // once
  void stop() VIGIL_EXCLUDES(mutex_);  // gives back what was not used; afterwards no number is given
  std::uint64_t first(const std::string& camera_id) override VIGIL_EXCLUDES(mutex_);
  void given(const std::string& camera_id, std::uint64_t next) override VIGIL_EXCLUDES(mutex_);

 private:
  struct Numbers {
    std::uint64_t next = 1;
    // Those that are set aside for this server alone.
    std::uint64_t from = 1, end = 1;
    bool drawn() const { return next >= store::kDrawnTracks; }
    bool scarce() const { return !drawn() && next + kBlock / 2 > end; }
  };
  void work(const std::stop_token& stop);
  bool refill() VIGIL_EXCLUDES(mutex_);

  store::TrackNumberRepository& repository_;
  Clock& clock_;
  Mutex mutex_;
  CondVar wanted_;
  bool scarce_ VIGIL_GUARDED_BY(mutex_) = false;  // on some camera
  std::map<std::string, Numbers> cameras_ VIGIL_GUARDED_BY(mutex_);
  std::mt19937_64 lot_ VIGIL_GUARDED_BY(mutex_){std::random_device{}()};
  bool complained_ = false;
  std::jthread thread_;
};

}  // namespace vigil::app
