#include "vision/tracker.h"

#include <algorithm>
#include <cmath>

#include "base/assignment.h"
#include "vision/track/camera_motion.h"
#include "vision/track/live_track.h"
#include "vision/track/similarity.h"

namespace vigil::vision {
namespace {

using track::LiveTrack;

constexpr float kStrongGate = 0.17F;  // least similarity of a strong detection
constexpr float kWeakGate = 0.5F;     // of a weak one
constexpr float kTentativeGate = 0.32F;
constexpr float kRecoverGate = 0.6F;  // to where the object was last seen
constexpr float kDuplicate = 0.5F;    // overlap with a track that was seen: not another object
constexpr float kDoubt = 1.0F;        // seconds more until a track whose scores are just high_score is believed
constexpr float kLargest = 1e6F;      // pixels; beyond is no box
constexpr std::size_t kMostDetections = 1000, kMostTracks = 2000;

bool is_sane(const Detection& detection) {
  const auto& box = detection.box;
  auto is_place = [](float value) { return std::abs(value) <= kLargest; };  // false for what is not a number
  return is_place(box.x) && is_place(box.y) && box.width > 0 && box.width <= kLargest && box.height > 0 &&
         box.height <= kLargest && detection.score >= 0 && detection.score <= 1;
}

}  // namespace

struct Tracker::State {
  explicit State(const TrackerConfig& c, std::uint64_t next) : config(c), next_id(std::max<std::uint64_t>(next, 1)) {}

  TrackerConfig config;
  std::uint64_t next_id;
  bool started = false;
  Nanos now{0};
  std::vector<LiveTrack> tracks;
  std::vector<Track> shown;

  // Of the frame in hand; kept for their memory
  std::span<const Detection> detections;
  std::span<const std::vector<float>> looks;
  std::vector<int> order;  // usable detections, the best one first
  std::vector<int> detection_of;
  std::vector<char> is_taken;  // detections
  std::vector<model::Box> predicted;
  std::vector<int> rows, columns;
  std::vector<PairGain> gains;
  Assignment assignment;

  track::Found found(int index) const {
    const auto& detection = detections[index];
    const float strength = (detection.score - config.high_score) / std::max(0.01F, 1 - config.high_score);
    std::span<const float> look;
    if (looks.size() == detections.size()) look = looks[index];
    return {detection, look, std::clamp(strength, 0.0F, 1.0F)};
  }

  track::CameraMotion camera;

  void follow_camera(const media::Plane& luma);
  bool begin_frame(Nanos at);
  void choose_detections();
  template <class Similarity>
  void match(float gate, Similarity similarity);
  void associate();
  void begin_tracks();
  bool is_convincing(const LiveTrack& each) const;
  void show(bool looked);
};

// Puts everything that is known to where it is in the picture now.
void Tracker::State::follow_camera(const media::Plane& luma) {
  predicted.clear();
  for (const auto& each : tracks) predicted.push_back(each.filter().box());
  const auto shift = camera.next(luma, predicted);
  if (!shift) return;
  for (auto& each : tracks) each.shift(shift->scale, shift->x, shift->y);
}

// Time goes on; false where it jumped and nothing is known any more.
bool Tracker::State::begin_frame(Nanos at) {
  shown.clear();
  const bool jumped = started && (at < now || at - now > config.lost_after);
  if (jumped) {
    for (const auto& each : tracks) {
      if (!each.believed()) continue;
      shown.push_back({each.id(), model::TrackState::Lost, each.class_id(), each.score(), each.filter().box(), -1,
                       each.stationary(), each.began(), each.last_seen()});
    }
    tracks.clear();
  }
  started = true;
  now = at;
  predicted.clear();
  for (auto& each : tracks) {
    each.predict(at);
    predicted.push_back(each.filter().box());
  }
  detection_of.assign(tracks.size(), -1);
  return !jumped;
}

void Tracker::State::choose_detections() {
  order.clear();
  for (int i = 0; i < static_cast<int>(detections.size()); ++i) {
    if (is_sane(detections[i]) && detections[i].score >= config.low_score) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return detections[a].score > detections[b].score; });
  if (order.size() > kMostDetections) order.resize(kMostDetections);
  is_taken.assign(detections.size(), 0);
}

// Joins the tracks in `rows` and the detections in `columns`, as far as both are free, where they are at least that
// similar.
template <class Similarity>
void Tracker::State::match(float gate, Similarity similarity) {
  std::erase_if(rows, [&](int row) { return detection_of[row] >= 0; });
  std::erase_if(columns, [&](int column) { return is_taken[column] != 0; });
  gains.clear();
  for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
    for (int column = 0; column < static_cast<int>(columns.size()); ++column) {
      const float gain = similarity(rows[row], columns[column]) - gate;
      if (gain > 0) gains.push_back({row, column, gain});
    }
  }
  const auto& best = assignment.solve(static_cast<int>(rows.size()), static_cast<int>(columns.size()), gains);
  for (std::size_t row = 0; row < best.size(); ++row) {
    if (best[row] < 0) continue;
    const int index = rows[row], detection = columns[best[row]];
    detection_of[index] = detection;
    is_taken[detection] = 1;
    tracks[index].see(found(detection), now);
  }
}

void Tracker::State::associate() {
  auto pick_rows = [&](auto wanted) {
    rows.clear();
    for (int i = 0; i < static_cast<int>(tracks.size()); ++i) {
      if (wanted(tracks[i])) rows.push_back(i);
    }
  };
  auto pick_columns = [&](bool strong) {
    columns.clear();
    for (int i : order) {
      if ((detections[i].score >= config.high_score) == strong) columns.push_back(i);
    }
  };
  auto expected = [&](int row, int column) {
    return track::similarity(tracks[row], predicted[row], found(column), now);
  };
  auto believed = [](const LiveTrack& each) { return each.believed(); };
  pick_rows(believed);
  pick_columns(true);
  match(kStrongGate, expected);
  pick_columns(false);
  match(kWeakGate, expected);
  pick_columns(true);
  match(kRecoverGate,
        [&](int row, int column) { return track::grown_iou(tracks[row].last().box, detections[column].box, 0); });
  pick_rows([](const LiveTrack& each) { return !each.believed(); });
  match(kTentativeGate, expected);
}

void Tracker::State::begin_tracks() {
  const auto known = tracks.size();
  for (int i : order) {
    if (is_taken[i] != 0 || detections[i].score < config.high_score || tracks.size() >= kMostTracks) continue;
    bool is_known = false;
    for (std::size_t other = 0; other < tracks.size() && !is_known; ++other) {
      const bool is_seen = other >= known || detection_of[other] >= 0;
      is_known = is_seen && model::iou(detections[i].box, tracks[other].last().box) > kDuplicate;
    }
    if (is_known) continue;
    tracks.emplace_back(next_id++, found(i), now);
    detection_of.push_back(i);
  }
}

// Whoever is found with doubt must be found for longer.
bool Tracker::State::is_convincing(const LiveTrack& each) const {
  if (each.sightings() < 2) return false;
  const std::chrono::duration<float> doubt(kDoubt * (1 - each.mean_strength()));
  return now - each.began() >= config.confirm_after + std::chrono::duration_cast<Nanos>(doubt);
}

// `looked`: the detector was run. What is not yet believed must be found each time that it is.
void Tracker::State::show(bool looked) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    auto& each = tracks[i];
    const bool is_seen = each.last_seen() == now;
    if (!each.believed() && !is_seen && (looked || now - each.last_seen() > config.lost_after)) continue;
    if (!each.believed() && is_seen && is_convincing(each)) each.believe();
    const bool is_lost = now - each.last_seen() > config.lost_after;
    auto state = model::TrackState::Tentative;
    if (is_lost) {
      state = model::TrackState::Lost;
    } else if (each.believed()) {
      state = is_seen ? model::TrackState::Confirmed : model::TrackState::Coasting;
    }
    shown.push_back({each.id(), state, each.class_id(), each.score(), each.filter().box(), detection_of[i],
                     each.stationary(), each.began(), each.last_seen()});
    if (is_lost) continue;
    if (kept != i) tracks[kept] = std::move(each);
    ++kept;
  }
  tracks.erase(tracks.begin() + static_cast<std::ptrdiff_t>(kept), tracks.end());
}

Tracker::Tracker(const TrackerConfig& config, std::uint64_t next_id)
    : state_(std::make_unique<State>(config, next_id)) {}
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;

const std::vector<Track>& Tracker::update(std::span<const Detection> detections, Nanos at,
                                          std::span<const std::vector<float>> embeddings, const media::Plane* luma) {
  auto& state = *state_;
  if (state.config.camera_motion && luma != nullptr) state.follow_camera(*luma);
  state.begin_frame(at);
  state.detections = detections;
  state.looks = embeddings;
  state.choose_detections();
  state.associate();
  state.begin_tracks();
  state.show(true);
  state.detections = {};
  state.looks = {};
  return state.shown;
}

const std::vector<Track>& Tracker::coast(Nanos at, bool nothing_moved) {
  auto& state = *state_;
  const Nanos before = state.now;
  if (state.begin_frame(at) && nothing_moved) {
    for (auto& each : state.tracks) {
      if (each.last_seen() == before || each.stationary()) each.hold(at);
    }
  }
  state.show(false);
  return state.shown;
}

void Tracker::seed(std::span<const TrackSeed> seeds) {
  auto& state = *state_;
  for (const auto& each : seeds) {
    if (state.tracks.size() >= kMostTracks) break;
    if (each.id == 0 || !is_sane({each.box, each.class_id, 1, {}})) continue;
    state.tracks.emplace_back(each.id, each.box, each.velocity_x, each.velocity_y, each.began, each.last_seen);
    state.tracks.back().believe();
    state.tracks.back().vote(each.class_id, std::clamp(each.score, 0.0F, 1.0F));
    state.next_id = std::max(state.next_id, each.id + 1);
    if (!state.started || each.last_seen > state.now) state.now = each.last_seen;
    state.started = true;
  }
}

std::vector<TrackSeed> Tracker::seeds() const {
  std::vector<TrackSeed> seeds;
  for (const auto& each : state_->tracks) {
    if (!each.believed()) continue;
    seeds.push_back({each.id(),
                     each.class_id(),
                     each.score(),
                     each.filter().box(),
                     each.filter().velocity_x(),
                     each.filter().velocity_y(),
                     each.began(),
                     each.last_seen(),
                     {}});
  }
  return seeds;
}

std::uint64_t Tracker::next_id() const {
  return state_->next_id;
}

}  // namespace vigil::vision
