#include "ingest/push.h"

#include <deque>
#include <utility>

#include "base/sync.h"
#include "ingest/picture_track.h"
#include "media/image.h"

namespace vigil::ingest {
namespace {

constexpr std::size_t kMaxPictures = 8;
constexpr std::size_t kMaxBytes = 32u << 20;
constexpr std::size_t kMaxPicture = 16u << 20;
constexpr auto kAhead = std::chrono::minutes(1);
constexpr auto kBehind = std::chrono::hours(24);

}  // namespace

struct PushSource::State {
  struct Picture {
    std::vector<std::uint8_t> bytes;
    WallTime taken;
  };

  explicit State(Clock& c) : clock(c) {}
  Clock& clock;
  PictureTrack track;  // the reader's
  Mutex mutex;
  CondVar changed;
  std::deque<Picture> waiting VIGIL_GUARDED_BY(mutex);
  std::size_t bytes VIGIL_GUARDED_BY(mutex) = 0;
  bool stopped VIGIL_GUARDED_BY(mutex) = false;
};

PushSource::PushSource(Clock& clock) : state_(std::make_unique<State>(clock)) {}
PushSource::~PushSource() = default;

Result<void> PushSource::push(std::span<const std::uint8_t> image, std::optional<WallTime> timestamp) {
  if (image.size() > kMaxPicture) {
    return make_error(ErrorKind::PayloadTooLarge, "a picture may have at most 16 MiB", "push.too_large");
  }
  auto info = media::inspect_image(image);
  if (!info.ok()) return std::move(info).error();
  auto now = state_->clock.wall();
  auto taken = timestamp.value_or(now);
  if (taken > now + kAhead) {
    return make_error(ErrorKind::InvalidArgument,
                      "the timestamp is more than a minute ahead of the server: set the clock of the sender",
                      "push.timestamp_ahead");
  }
  if (taken < now - kBehind) {
    return make_error(ErrorKind::InvalidArgument, "the timestamp is more than a day old", "push.timestamp_old");
  }
  State::Picture picture{std::vector<std::uint8_t>(image.begin(), image.end()), taken};
  {
    MutexLock lock(state_->mutex);
    if (state_->stopped) return make_error(ErrorKind::Unavailable, "the camera is being stopped", "push.stopped");
    state_->bytes += picture.bytes.size();
    state_->waiting.push_back(std::move(picture));
    while (state_->waiting.size() > kMaxPictures || state_->bytes > kMaxBytes) {
      state_->bytes -= state_->waiting.front().bytes.size();
      state_->waiting.pop_front();
    }
  }
  state_->changed.notify_one();
  return {};
}

Outcome<SourceInfo> PushSource::open() {
  MutexLock lock(state_->mutex);
  if (state_->stopped) return Failure{model::FailureReason::Stopped, "stopped"};
  return SourceInfo{"", {PictureTrack::announced()}};
}

Outcome<media::Packet> PushSource::read() {
  State::Picture picture;
  {
    MutexLock lock(state_->mutex);
    state_->changed.wait(
        lock, [this]() VIGIL_REQUIRES(state_->mutex) { return state_->stopped || !state_->waiting.empty(); });
    if (state_->stopped) return Failure{model::FailureReason::Stopped, "stopped"};
    picture = std::move(state_->waiting.front());
    state_->waiting.pop_front();
    state_->bytes -= picture.bytes.size();
  }
  auto packet = state_->track.make(std::move(picture.bytes), picture.taken, picture.taken.time_since_epoch());
  if (!packet.ok()) return Failure{model::FailureReason::Protocol, packet.error().message};
  return std::move(packet).value();
}

void PushSource::interrupt() {
  {
    MutexLock lock(state_->mutex);
    state_->stopped = true;
  }
  state_->changed.notify_all();
}

}  // namespace vigil::ingest
