#include "pipeline/exchange.h"

#include <algorithm>
#include <utility>

namespace vigil::pipeline {
namespace {

// Every one of them costs a decoder and up to a group of pictures of work.
constexpr int kOneShots = 2;
// A frame so much older than the asked time is the right answer although newer packets wait to be decoded.
constexpr std::chrono::milliseconds kClose{100};

}  // namespace

class Exchange::Asking {
 public:
  explicit Asking(Exchange& exchange) : exchange_(exchange) {
    MutexLock lock(exchange_.mutex_);
    ++exchange_.askers_;
  }
  ~Asking() {
    MutexLock lock(exchange_.mutex_);
    --exchange_.askers_;
    exchange_.watch_until_ = exchange_.clock_.steady() + exchange_.config_.linger;
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

 private:
  Exchange& exchange_;
};

void Exchange::wake() {
  std::stop_source nap;
  {
    MutexLock lock(mutex_);
    nap = nap_;
  }
  // Outside the lock: it runs the sleeper's callback.
  nap.request_stop();
}

void Exchange::ask() {
  bool asleep = false;
  {
    MutexLock lock(mutex_);
    watch_until_ = clock_.steady() + config_.linger;
    asleep = !watching_;
  }
  if (asleep) wake();
}

FrameNotePtr Exchange::wait_through(std::uint64_t target, WallTime fresh, std::chrono::milliseconds timeout) {
  Asking asking(*this);
  ask();
  MutexLock lock(mutex_);
  changed_.wait_for(lock, timeout, [&]() VIGIL_REQUIRES(mutex_) {
    return stopped_ || (shown() && (decoded_through_ >= target || ring_.newest()->captured > fresh));
  });
  // Even a frame from catching up is better than none when the time is up.
  return stopped_ || ring_.empty() ? nullptr : ring_.newest();
}

FrameNotePtr Exchange::wait_beyond(std::uint64_t sequence, std::chrono::milliseconds timeout, std::stop_token stop) {
  Asking asking(*this);
  ask();
  MutexLock lock(mutex_);
  const bool came = changed_.wait_for(lock, stop, timeout, [&]() VIGIL_REQUIRES(mutex_) {
    return stopped_ || (shown() && ring_.newest()->sequence != sequence);
  });
  return came && !stopped_ ? ring_.newest() : nullptr;
}

FrameNotePtr Exchange::at(WallTime time, std::uint64_t newest_packet) const {
  MutexLock lock(mutex_);
  if (!shown()) return nullptr;
  auto frame = ring_.at(time);
  if (frame == ring_.newest() && decoded_through_ < newest_packet && time - frame->captured > kClose) return nullptr;
  return frame;
}

std::vector<FrameNotePtr> Exchange::last(std::size_t count, std::uint64_t newest_packet) const {
  MutexLock lock(mutex_);
  // One packet may just be on its way.
  if (!shown() || decoded_through_ + 2 < newest_packet) return {};
  if (ring_.size() < count && !ring_.full()) return {};
  return ring_.last(count);
}

bool Exchange::enter_one_shot(std::chrono::milliseconds timeout) {
  MutexLock lock(mutex_);
  changed_.wait_for(lock, timeout, [&]() VIGIL_REQUIRES(mutex_) { return stopped_ || one_shots_ < kOneShots; });
  if (stopped_ || one_shots_ >= kOneShots) return false;
  ++one_shots_;
  return true;
}

void Exchange::leave_one_shot() {
  {
    MutexLock lock(mutex_);
    --one_shots_;
  }
  changed_.notify_all();
}

void Exchange::set_motion(const model::MotionSettings& settings) {
  {
    MutexLock lock(mutex_);
    analysis_.motion = settings;
  }
  wake();
}

void Exchange::set_analysis(const model::AnalysisSettings& settings) {
  {
    MutexLock lock(mutex_);
    analysis_.analysis = settings;
  }
  wake();
}

Figures Exchange::figures() const {
  MutexLock lock(mutex_);
  Figures figures = figures_;
  figures.watching = watching_;
  figures.ring_bytes = ring_.bytes();
  figures.ring_frames = ring_.size();
  return figures;
}

void Exchange::stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  wake();
}

bool Exchange::stopped() const {
  MutexLock lock(mutex_);
  return stopped_;
}

std::stop_token Exchange::nap() {
  MutexLock lock(mutex_);
  if (nap_.stop_requested() && !stopped_) nap_ = std::stop_source();
  return nap_.get_token();
}

void Exchange::rest(std::stop_token nap, std::chrono::milliseconds duration) {
  MutexLock lock(mutex_);
  resting_.wait_for(lock, nap, duration, [] { return false; });
}

bool Exchange::wanted() const {
  MutexLock lock(mutex_);
  return wanted_now();
}

AnalysisConfig Exchange::analysis() const {
  MutexLock lock(mutex_);
  return analysis_;
}

void Exchange::begin_watch(std::uint64_t target) {
  MutexLock lock(mutex_);
  watching_ = true;
  ring_.clear();
  decoded_through_ = 0;
  show_from_ = target;
}

bool Exchange::end_watch_if_unwanted() {
  MutexLock lock(mutex_);
  if (wanted_now()) return false;
  watching_ = false;
  ring_.clear();
  return true;
}

void Exchange::done(const Outcome& outcome, bool current) {
  {
    MutexLock lock(mutex_);
    figures_.decoded_frames += outcome.pictures.size();
    if (outcome.failed) ++figures_.decode_errors;
    if (!outcome.pictures.empty()) figures_.last_decoded = outcome.pictures.back().captured;
    if (current) decoded_through_ = outcome.sequence;
    if (current && outcome.kept && watching_) {
      for (const auto& note : outcome.pictures) ring_.push(std::make_shared<const FrameNote>(note));
    }
  }
  changed_.notify_all();
}

void Exchange::lagged(std::uint64_t packets) {
  MutexLock lock(mutex_);
  figures_.lagged_packets += packets;
}

void Exchange::analysis_figures(const AnalysisFigures& figures) {
  MutexLock lock(mutex_);
  figures_.analysis = figures;
}

void Exchange::saw(Seen seen) {
  MutexLock lock(mutex_);
  seen_ = std::move(seen);
}

Exchange::Seen Exchange::seen() const {
  MutexLock lock(mutex_);
  return seen_;
}

void Exchange::motion_open(bool open) {
  MutexLock lock(mutex_);
  figures_.motion = open;
}

}  // namespace vigil::pipeline
