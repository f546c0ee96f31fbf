#include "vision/track/live_track.h"

#include <algorithm>
#include <cmath>

namespace vigil::vision::track {
namespace {

constexpr Nanos kRestBefore = std::chrono::seconds(3);  // resting so long, it is stationary
constexpr float kRestReach = 0.15F;                     // in parts of its size: as far it may sway meanwhile
constexpr float kLeaveReach = 0.30F;                    // farther away it is on its way again
constexpr int kLeaveSightings = 2;                      // in a row: one wrong box does not wake a parked car
constexpr float kLookMemory = 0.9F;                     // of the embedding, at each sighting
constexpr float kVoteMemory = 0.98F;
constexpr std::size_t kMostClasses = 16;
constexpr int kReplaySteps = 12;
constexpr Nanos kHeadingSpan = std::chrono::milliseconds(800);
constexpr float kHeadingReach = 0.05F;  // of the size: less is jitter

float seconds(Nanos time) {
  return std::chrono::duration<float>(time).count();
}

float distance(const model::Box& a, const model::Box& b) {
  return std::hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
}

model::Box between(const model::Box& a, const model::Box& b, float part) {
  auto mix = [part](float from, float to) { return from + (to - from) * part; };
  return {mix(a.x, b.x), mix(a.y, b.y), mix(a.width, b.width), mix(a.height, b.height)};
}

}  // namespace

LiveTrack::LiveTrack(std::uint64_t number, const Found& found, Nanos at)
    : LiveTrack(number, found.detection.box, 0, 0, at, at) {
  score_ = found.detection.score;
  strengths_ = found.strength;
  vote(found.detection.class_id, found.detection.score);
  look_.assign(found.look.begin(), found.look.end());
}

LiveTrack::LiveTrack(std::uint64_t number, const model::Box& box, float velocity_x, float velocity_y, Nanos first,
                     Nanos last)
    : id_(number),
      began_(first),
      last_seen_(last),
      predicted_(last),
      filter_(box, velocity_x, velocity_y),
      filter_when_seen_(filter_),
      resting_(box),
      resting_since_(last) {
  remember(box, last);
}

int LiveTrack::class_id() const {
  auto most = std::max_element(votes_.begin(), votes_.end(), [](auto& a, auto& b) { return a.second < b.second; });
  return most == votes_.end() ? -1 : most->first;
}

void LiveTrack::vote(int class_id, float score) {
  if (class_id < 0) return;
  for (auto& [id, sum] : votes_) sum *= kVoteMemory;
  auto own = std::find_if(votes_.begin(), votes_.end(), [&](auto& each) { return each.first == class_id; });
  if (own != votes_.end()) {
    own->second += score;
  } else if (votes_.size() < kMostClasses) {
    votes_.emplace_back(class_id, score);
  }
}

void LiveTrack::predict(Nanos at) {
  filter_.predict(seconds(at - predicted_), misses_ == 0);
  predicted_ = at;
  ++misses_;  // unless see() takes it back
}

void LiveTrack::remember(const model::Box& box, Nanos at) {
  newest_ = (newest_ + 1) % kRecent;
  recent_[newest_] = {box, at};
  remembered_ = std::min(remembered_ + 1, kRecent);
}

// After a gap the filter's velocity is that of before, worn by guesses. What it would know had it seen the way from
// where the object vanished to where it is now: filter again along that way (observation-centric re-update, OC-SORT,
// Cao et al. 2023).
void LiveTrack::replay(const model::Box& box, float strength, Nanos at) {
  const auto from = last();
  filter_ = filter_when_seen_;
  const float step = seconds(at - from.at) / kReplaySteps;
  for (int i = 1; i < kReplaySteps; ++i) {
    filter_.predict(step, true);
    filter_.update(between(from.box, box, static_cast<float>(i) / kReplaySteps), strength);
  }
  filter_.predict(step, true);
}

void LiveTrack::see(const Found& found, Nanos at) {
  const auto& detection = found.detection;
  if (misses_ > 1) replay(detection.box, found.strength, at);
  filter_.update(detection.box, found.strength);
  filter_when_seen_ = filter_;
  remember(detection.box, at);
  last_seen_ = at;
  misses_ = 0;
  ++sightings_;
  score_ = detection.score;
  strengths_ += found.strength;
  vote(detection.class_id, detection.score);
  learn_look(found.look);
  watch_rest(at);
}

void LiveTrack::learn_look(std::span<const float> look) {
  if (look.empty()) return;
  if (look_.size() != look.size()) {
    look_.assign(look.begin(), look.end());
    return;
  }
  float length = 0;
  for (std::size_t i = 0; i < look.size(); ++i) {
    look_[i] = kLookMemory * look_[i] + (1 - kLookMemory) * look[i];
    length += look_[i] * look_[i];
  }
  const float scale = length > 0 ? 1 / std::sqrt(length) : 0;
  for (auto& value : look_) value *= scale;
}

void LiveTrack::hold(Nanos at) {
  filter_.stop();
  filter_when_seen_ = filter_;
  last_seen_ = predicted_ = at;
  misses_ = 0;
  watch_rest(at);
}

void LiveTrack::watch_rest(Nanos at) {
  const auto box = filter_.box();
  const float off = distance(box, resting_);
  const float size = std::sqrt(std::max(1.0F, resting_.area()));
  if (off <= (stationary_ ? kLeaveReach : kRestReach) * size) {
    away_ = 0;
    stationary_ = stationary_ || at - resting_since_ >= kRestBefore;
    return;
  }
  if (stationary_ && ++away_ < kLeaveSightings) return;
  stationary_ = false;
  away_ = 0;
  resting_ = box;
  resting_since_ = at;
}

void LiveTrack::shift(float scale, float x, float y) {
  auto move = [&](model::Box& box) {
    box = {scale * box.x + x, scale * box.y + y, scale * box.width, scale * box.height};
  };
  filter_.shift(scale, x, y);
  filter_when_seen_.shift(scale, x, y);
  for (auto& each : recent_) move(each.box);
  move(resting_);
}

std::array<float, 2> LiveTrack::heading() const {
  auto before = [this](int sightings) -> const Sighting& { return recent_[(newest_ + kRecent - sightings) % kRecent]; };
  int back = 0;
  while (back + 1 < remembered_ && last().at - before(back).at < kHeadingSpan) ++back;
  const auto& newest = last().box;
  const auto& oldest = before(back).box;
  const float x = newest.x + newest.width / 2 - oldest.x - oldest.width / 2;
  const float y = newest.y + newest.height / 2 - oldest.y - oldest.height / 2;
  const float way = std::hypot(x, y);
  if (way < kHeadingReach * std::sqrt(std::max(1.0F, newest.area()))) return {0, 0};
  return {x / way, y / way};
}

}  // namespace vigil::vision::track
