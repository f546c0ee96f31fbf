#include "pipeline/subject_assigner.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/sync.h"

namespace vigil::pipeline {
namespace {

constexpr Nanos kForgotten = std::chrono::minutes(1);
constexpr Nanos kRenewed = std::chrono::milliseconds(500);  // how exactly the gallery knows when a track was last seen
constexpr std::size_t kMaxTracks = 2000;                    // of one camera
constexpr std::size_t kMaxCameras = 10000;
constexpr std::size_t kMaxValues = 4096;

struct Track {
  WallTime first, last, told;
  std::string label, model;
  std::vector<float> sum;  // of the looks
  vision::SubjectGuess guess;
};
using Tracks = std::map<std::uint64_t, Track>;

std::vector<float> unit(std::vector<float> values) {
  double squares = 0;
  for (const float each : values) squares += static_cast<double>(each) * each;
  const auto length = static_cast<float>(std::sqrt(squares));
  if (!(length > 0) || !std::isfinite(length)) return {};
  for (auto& each : values) each /= length;
  return values;
}

bool is_seen(const model::SeenObject& object) {
  return object.state == model::TrackState::Confirmed || object.detected.has_value();
}

class ByLooks final : public SubjectAssigner {
 public:
  ByLooks(std::shared_ptr<vision::Gallery> gallery, SightingTold told)
      : gallery_(std::move(gallery)), told_(std::move(told)) {}

  void assign(model::Observation& observation) override VIGIL_EXCLUDES(mutex_) {
    const bool looks = std::any_of(observation.objects.begin(), observation.objects.end(),
                                   [](const auto& object) { return object.appearance != nullptr; });
    MutexLock lock(mutex_);
    auto found = cameras_.find(observation.camera_id);
    if (found == cameras_.end()) {
      // Nobody pays for what is not asked for.
      if (!looks || cameras_.size() >= kMaxCameras) return;
      found = cameras_.try_emplace(observation.camera_id).first;
    }
    auto& tracks = found->second;
    for (const auto& object : observation.objects) {
      if (object.track_id != 0) see(tracks, object, observation);
    }
    // Whoever is in the picture, too, is nobody else: the gallery has to know first.
    if (looks) tell_gallery(tracks, observation.camera_id, Nanos(0));
    for (auto& object : observation.objects) {
      if (object.track_id != 0) name(tracks, object, observation.camera_id);
    }
    tell_gallery(tracks, observation.camera_id, kRenewed);
    const auto now = observation.captured;
    for (auto it = tracks.begin(); it != tracks.end();) {
      it = now - it->second.last > kForgotten ? end(tracks, it, observation.camera_id) : std::next(it);
    }
    if (tracks.empty()) cameras_.erase(found);
  }

 private:
  static void see(Tracks& tracks, const model::SeenObject& object, const model::Observation& observation) {
    auto found = tracks.find(object.track_id);
    if (found == tracks.end()) {
      if (object.state == model::TrackState::Lost || tracks.size() >= kMaxTracks) return;
      found = tracks.try_emplace(object.track_id).first;
      found->second.first = found->second.last = observation.captured;
    }
    if (is_seen(object)) found->second.last = std::max(found->second.last, observation.captured);
  }

  void tell_gallery(Tracks& tracks, const std::string& camera_id, Nanos after) {
    for (auto& [id, track] : tracks) {
      if (track.guess.subject == 0 || track.last <= track.told || track.last - track.told < after) continue;
      gallery_->seen(camera_id, id, track.last);
      track.told = track.last;
    }
  }

  void name(Tracks& tracks, model::SeenObject& object, const std::string& camera_id) {
    const auto found = tracks.find(object.track_id);
    if (found == tracks.end()) return;
    auto& track = found->second;
    if (object.appearance != nullptr) learn(track, object, camera_id);
    if (track.guess.subject != 0) {
      object.subject_id = track.guess.subject;
      object.subject_similarity = track.guess.similarity;
    }
    if (object.state == model::TrackState::Lost) end(tracks, found, camera_id);
  }

  Tracks::iterator end(Tracks& tracks, Tracks::iterator at, const std::string& camera_id) {
    const auto& track = at->second;
    if (track.guess.subject != 0) gallery_->seen(camera_id, at->first, track.last);
    if (told_ && track.guess.subject != 0 && !track.sum.empty()) {
      told_({camera_id, at->first, track.label, track.model, track.first, track.last, unit(track.sum)},
            track.guess.subject);
    }
    return tracks.erase(at);
  }

  void learn(Track& track, model::SeenObject& object, const std::string& camera_id) {
    const auto& look = *object.appearance;
    if (look.values.empty() || look.values.size() > kMaxValues || unit(look.values).empty()) {
      object.appearance = nullptr;
      return;
    }
    if (track.model != look.model || track.sum.size() != look.values.size()) {
      track.model = look.model;
      track.sum.assign(look.values.size(), 0);
    }
    for (std::size_t i = 0; i < track.sum.size(); ++i) track.sum[i] += look.values[i];
    auto mean = unit(track.sum);
    if (mean.empty()) mean = unit(look.values);  // they cancelled each other
    track.label = object.label;
    const vision::Sighting sighting{camera_id,   object.track_id, object.label, look.model,
                                    track.first, track.last,      mean};
    const auto guess = gallery_->assign(sighting);
    if (guess.subject != 0) track.guess = guess;
    if (told_ && track.guess.subject != 0) told_(sighting, track.guess.subject);
    track.told = track.last;
    object.appearance = std::make_shared<const model::Appearance>(model::Appearance{look.model, std::move(mean)});
  }

  const std::shared_ptr<vision::Gallery> gallery_;
  const SightingTold told_;
  Mutex mutex_;
  std::map<std::string, Tracks> cameras_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<SubjectAssigner> make_subject_assigner(std::shared_ptr<vision::Gallery> gallery, SightingTold told) {
  return std::make_unique<ByLooks>(std::move(gallery), std::move(told));
}

}  // namespace vigil::pipeline
