#include "footage/frame_picker.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace vigil::footage {
namespace {

Error beyond(const std::string& why) {
  return make_error(ErrorKind::NotFound, "there is no picture at this time: " + why, "frame.beyond_end");
}

// For whoever waits for the picture. That the storage refuses us, or has something else than before, is no fault of
// theirs.
Error as_answer(Error error) {
  if (error.code == "extract.far") {
    return make_error(
        ErrorKind::FailedPrecondition,
        error.message + " It has no index, or its key frames lie far apart: have a job take pictures out.",
        "frame.far");
  }
  const bool of_ours = error.kind == ErrorKind::PermissionDenied || error.kind == ErrorKind::DataLoss;
  if (is_of_storage(error) && of_ours) error.kind = ErrorKind::Unavailable;
  return error;
}

class OnePicture final : public extract::Outlet {
 public:
  explicit OnePicture(std::chrono::milliseconds time) : time_(time) {}
  Result<void> facts(const extract::VideoFacts& facts) override {
    if (facts.duration_ms > 0 && time_.count() >= facts.duration_ms) {
      return beyond(fmt::format("the video ends at {:.3f} s", static_cast<double>(facts.duration_ms) / 1000));
    }
    return {};
  }
  Result<void> picture(const extract::PictureNote& note, std::span<const std::uint8_t> bytes) override {
    out_ = {std::string(bytes.begin(), bytes.end()), note.width, note.height,
            std::chrono::milliseconds(note.time.count() / 90)};
    return {};
  }
  Result<void> progress(double) override { return {}; }
  std::optional<jobs::AssetPicture> take() { return std::move(out_); }

 private:
  const std::chrono::milliseconds time_;
  std::optional<jobs::AssetPicture> out_;
};

}  // namespace

// A place among those that are at work; given back when it is destroyed.
class FramePicker::Turn {
 public:
  explicit Turn(FramePicker& picker) : picker_(picker) {}
  ~Turn() { picker_.leave(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  FramePicker& picker_;
};

FramePicker::FramePicker(FramePickerConfig config, OpenVideo open, Clock& clock)
    : config_(std::move(config)), open_(std::move(open)), clock_(clock) {}

Result<void> FramePicker::enter(const std::stop_token& stop) {
  const auto busy = [] {
    return make_error(ErrorKind::Unavailable,
                      "pictures are being taken out of other videos just now; try again shortly", "frame.busy");
  };
  MutexLock lock(mutex_);
  if (inside_ >= config_.at_once) {
    if (waiting_ >= config_.waiting) return busy();
    ++waiting_;
    const bool mine = left_.wait_for(lock, stop, config_.patience,
                                     [this]() VIGIL_REQUIRES(mutex_) { return inside_ < config_.at_once; });
    --waiting_;
    if (stop.stop_requested()) return make_error(ErrorKind::Cancelled, "nobody waits for it any more");
    if (!mine) return busy();
  }
  ++inside_;
  return {};
}

void FramePicker::leave() {
  {
    MutexLock lock(mutex_);
    --inside_;
  }
  // All: the one that hears it first may have given up.
  left_.notify_all();
}

Result<jobs::AssetPicture> FramePicker::at(const model::Asset& asset, std::chrono::milliseconds time, int width,
                                           std::stop_token stop) {
  VIGIL_ASSIGN(const auto key, blob::Key::parse(asset.key));
  VIGIL_TRY(enter(stop));
  const Turn turn(*this);
  const auto input = open_(key);
  if (!input) return as_answer(input.error());
  extract::Request request;
  request.cadence = extract::Cadence::Times;
  request.times = {time};
  request.max_width = width;
  request.max_pictures = 1;
  OnePicture outlet(time);
  const auto done = extract::extract(config_.program, *input, request, config_.limits, outlet, std::move(stop), clock_);
  if (!done) return as_answer(done.error());
  // Its last picture was shown, and the header promised more.
  if (!done->summary.ended.empty()) return beyond(done->summary.ended);
  auto picture = outlet.take();
  if (!picture) return beyond("nothing is shown there");
  return std::move(*picture);
}

}  // namespace vigil::footage
