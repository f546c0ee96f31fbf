#include "motion/debounce.h"

#include <algorithm>
#include <utility>

namespace vigil::motion {
namespace {

using std::chrono::microseconds;

constexpr microseconds kUpdateEvery{1'000'000};
constexpr microseconds kInterruption{1'000'000};  // shorter quiet does not begin the count of start_after_s anew
constexpr microseconds kClockSlack{1'000'000};

microseconds seconds(double value) {
  return microseconds(static_cast<std::int64_t>(std::max(0.0, value) * 1e6));
}

}  // namespace

Debounce::Debounce(const model::MotionSettings& settings, std::function<std::string()> new_id)
    : start_after_(seconds(settings.start_after_s)),
      end_after_(seconds(settings.end_after_s)),
      new_id_(std::move(new_id)) {}

std::optional<model::MotionDetected> Debounce::step(const Analysis& analysis, WallTime time) {
  follow_clock(time);
  return analysis.moving() ? moved(analysis, time) : rested(time);
}

std::optional<model::MotionDetected> Debounce::moved(const Analysis& analysis, WallTime time) {
  last_moved_ = time;
  if (!began_) began_ = time;
  model::MotionDetected told;
  told.area = analysis.area;
  told.score = analysis.score;
  told.boxes = analysis.boxes;
  told.began = *began_;
  if (event_) {
    event_->area = std::max(event_->area, analysis.area);
    event_->score = std::max(event_->score, analysis.score);
    if (time - last_told_ < kUpdateEvery) return std::nullopt;
    told.phase = model::MotionDetected::Phase::Update;
    told.event_id = event_->event_id;
  } else {
    if (time - *began_ < start_after_) return std::nullopt;
    told.phase = model::MotionDetected::Phase::Start;
    told.event_id = new_id_();
    event_ = told;
  }
  last_told_ = time;
  return told;
}

std::optional<model::MotionDetected> Debounce::rested(WallTime time) {
  if (!began_) return std::nullopt;
  if (event_) {
    if (time - last_moved_ < end_after_) return std::nullopt;
    return finish();
  }
  if (time - last_moved_ >= kInterruption) began_.reset();
  return std::nullopt;
}

std::optional<model::MotionDetected> Debounce::finish() {
  began_.reset();
  if (!event_) return std::nullopt;
  model::MotionDetected end = std::move(*event_);
  event_.reset();
  end.phase = model::MotionDetected::Phase::End;
  end.boxes.clear();
  return end;
}

// World time may be set back; an open event must not wait for the lost hour to come round again.
void Debounce::follow_clock(WallTime time) {
  if (time + kClockSlack < now_) {
    const auto back = now_ - time;
    last_moved_ -= back;
    last_told_ -= back;
    if (began_) *began_ -= back;
  }
  now_ = time;
}

}  // namespace vigil::motion
