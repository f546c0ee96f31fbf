#include "extract/choice.h"

#include <algorithm>
#include <cmath>

namespace vigil::extract {
namespace {

std::int64_t interval_of(Ticks time, double fps) {
  // Times of pictures are rounded: one that is a tick early belongs to the interval that begins there.
  return static_cast<std::int64_t>(std::floor((static_cast<double>(time.count()) + 1.5) * fps / 90000));
}

bool begins_interval(const media::ClipPlace& place, double fps) {
  if (!place.previous) return true;
  return interval_of(*place.previous, fps) != interval_of(place.time, fps);
}

Ticks to_ticks(std::chrono::milliseconds time) {
  return Ticks(time.count() * 90);
}

bool shows_one_of(const media::ClipPlace& place, const std::vector<std::chrono::milliseconds>& times) {
  const auto later = [](Ticks here, std::chrono::milliseconds time) { return here < to_ticks(time); };
  // Before the first picture there is none, and it must do.
  if (place.index == 0 && !times.empty() && to_ticks(times.front()) < place.time) return true;
  auto from = std::upper_bound(times.begin(), times.end(), place.time - Ticks(1), later);
  return from != times.end() && shows(place, to_ticks(*from));
}

}  // namespace

bool shows(const media::ClipPlace& place, Ticks time) {
  return (place.time <= time || (place.index == 0 && !place.previous)) && (!place.next || time < *place.next);
}

bool is_chosen(const Request& request, const media::ClipPlace& place) {
  switch (request.cadence) {
    case Cadence::None:
      return false;
    case Cadence::Fps:
      return begins_interval(place, request.fps);
    case Cadence::EveryNth:
      return place.index % request.every == 0;
    case Cadence::Times:
      return shows_one_of(place, request.times);
    case Cadence::KeyFrames:
      return place.key;
    case Cadence::Scenes:
      return place.key || begins_interval(place, kSceneFps);
  }
  return false;
}

}  // namespace vigil::extract
