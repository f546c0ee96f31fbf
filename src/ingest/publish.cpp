#include "ingest/publish.h"

#include <deque>
#include <utility>

#include "base/sync.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;

constexpr std::size_t kMaxBytes = 32u << 20;
constexpr std::size_t kMaxPackets = 8192;

}  // namespace

struct PublishSource::State {
  explicit State(std::chrono::milliseconds timeout) : read_timeout(timeout) {}

  void clear() VIGIL_REQUIRES(mutex) {
    waiting.clear();
    bytes = 0;
  }

  const std::chrono::milliseconds read_timeout;
  Mutex mutex;
  CondVar changed;
  std::deque<media::Packet> waiting VIGIL_GUARDED_BY(mutex);
  std::size_t bytes VIGIL_GUARDED_BY(mutex) = 0;
  Ticket last VIGIL_GUARDED_BY(mutex) = 0;
  Ticket publishing VIGIL_GUARDED_BY(mutex) = 0;  // 0: nobody
  Ticket reading VIGIL_GUARDED_BY(mutex) = 0;     // whose packets the session reads
  Failure why VIGIL_GUARDED_BY(mutex){FailureReason::Ended, "nobody publishes"};
  bool until_key VIGIL_GUARDED_BY(mutex) = false;
  bool stopped VIGIL_GUARDED_BY(mutex) = false;
};

PublishSource::PublishSource(std::chrono::milliseconds read_timeout) : state_(std::make_unique<State>(read_timeout)) {}
PublishSource::~PublishSource() = default;

Result<PublishSource::Ticket> PublishSource::attach() {
  MutexLock lock(state_->mutex);
  if (state_->stopped) return make_error(ErrorKind::Unavailable, "the camera is being stopped", "publish.stopped");
  state_->clear();
  state_->until_key = false;
  state_->publishing = ++state_->last;
  state_->changed.notify_all();
  return state_->publishing;
}

bool PublishSource::put(Ticket ticket, media::Packet packet) {
  MutexLock lock(state_->mutex);
  if (state_->stopped || state_->publishing != ticket) return false;
  if (state_->bytes + packet.data.size() > kMaxBytes || state_->waiting.size() >= kMaxPackets) {
    state_->clear();
    state_->until_key = true;
  }
  if (state_->until_key) {
    if (packet.track != 0 || !packet.key) return true;
    state_->until_key = false;
    packet.discontinuity = true;
  }
  state_->bytes += packet.data.size();
  state_->waiting.push_back(std::move(packet));
  state_->changed.notify_all();
  return true;
}

void PublishSource::detach(Ticket ticket, Failure why) {
  MutexLock lock(state_->mutex);
  if (state_->publishing != ticket) return;
  state_->publishing = 0;
  state_->why = std::move(why);
  state_->changed.notify_all();
}

Outcome<SourceInfo> PublishSource::open() {
  MutexLock lock(state_->mutex);
  // Somebody who was here only for a moment left something, too.
  state_->changed.wait(lock, [this]() VIGIL_REQUIRES(state_->mutex) {
    return state_->stopped || state_->publishing != 0 || !state_->waiting.empty();
  });
  if (state_->stopped) return Failure{FailureReason::Stopped, "stopped"};
  state_->reading = state_->publishing != 0 ? state_->publishing : state_->last;
  return SourceInfo{"tcp", {}};
}

Outcome<media::Packet> PublishSource::read() {
  MutexLock lock(state_->mutex);
  auto ready = [this]() VIGIL_REQUIRES(state_->mutex) {
    return state_->stopped || !state_->waiting.empty() || state_->publishing != state_->reading;
  };
  const bool came = state_->changed.wait_for(lock, state_->read_timeout, ready);
  if (state_->stopped) return Failure{FailureReason::Stopped, "stopped"};
  // What waits belongs to the newest one who publishes, or to the last one who did.
  const bool replaced = state_->publishing != 0 && state_->publishing != state_->reading;
  if (replaced) return Failure{FailureReason::Ended, "another encoder publishes with the same key now"};
  if (!came) {
    state_->publishing = 0;  // its connection ends with the next packet, if one comes at all
    state_->clear();
    return Failure{FailureReason::Stalled, "the encoder is connected, but sends no picture"};
  }
  if (state_->waiting.empty()) return state_->why;
  auto packet = std::move(state_->waiting.front());
  state_->waiting.pop_front();
  state_->bytes -= packet.data.size();
  return packet;
}

void PublishSource::interrupt() {
  MutexLock lock(state_->mutex);
  state_->stopped = true;
  state_->changed.notify_all();
}

}  // namespace vigil::ingest
