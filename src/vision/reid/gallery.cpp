#include "vision/gallery.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "base/sync.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kMaxLinks = 1000, kMaxLook = 4096;

struct Subject {
  std::string label, model;
  std::vector<Sighting> sightings;
  WallTime last;
};

float similarity(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return static_cast<float>(std::clamp(sum, 0.0, 1.0));
}

bool usable(const std::vector<float>& look) {
  if (look.empty() || look.size() > kMaxLook) return false;
  double squares = 0;
  for (const float each : look) squares += static_cast<double>(each) * each;
  return std::abs(squares - 1) < 0.01;  // also not a number
}

// Also when only one picture shows both.
bool at_once(const Sighting& a, const Sighting& b) {
  return a.first <= b.last && b.first <= a.last;
}

Nanos between(WallTime earlier, WallTime later) {
  return std::chrono::duration_cast<Nanos>(later - earlier);
}

}  // namespace

Result<void> validate(const GalleryConfig& config, const std::string& pointer) {
  auto wrong = [&](const char* member, std::string why) {
    return make_error(ErrorKind::InvalidArgument, std::move(why), "reid.config", pointer + "/" + member);
  };
  auto share = [](float value) { return value >= 0 && value <= 1; };
  if (!share(config.same_camera)) return wrong("same_camera", "must be from 0 to 1");
  if (!share(config.other_camera)) return wrong("other_camera", "must be from 0 to 1");
  if (!share(config.margin)) return wrong("margin", "must be from 0 to 1");
  auto window = [](Nanos value) { return value >= std::chrono::seconds(1) && value <= std::chrono::hours(24 * 7); };
  if (!window(config.same_camera_window)) return wrong("same_camera_window", "must be from 1 second to 7 days");
  if (!window(config.other_camera_window)) return wrong("other_camera_window", "must be from 1 second to 7 days");
  if (config.max_subjects < 1 || config.max_subjects > 100000) return wrong("max_subjects", "must be from 1 to 100000");
  if (config.looks_per_subject < 1 || config.looks_per_subject > 50) {
    return wrong("looks_per_subject", "must be from 1 to 50");
  }
  if (config.links.size() > kMaxLinks) return wrong("links", fmt::format("at most {} links", kMaxLinks));
  for (const auto& link : config.links) {
    if (link.from.empty() || link.to.empty()) return wrong("links", "a link needs two cameras");
    if (link.least > link.most || link.least < Nanos(0)) return wrong("links", "the travel time is no range");
  }
  return {};
}

struct Gallery::State {
  State(const GalleryConfig& c, std::uint64_t first, std::function<std::uint64_t()> ids_)
      : config(c), ids(std::move(ids_)), next(std::max<std::uint64_t>(first, 1)) {}

  const GalleryConfig config;
  const std::function<std::uint64_t()> ids;
  mutable Mutex mutex;
  std::uint64_t next VIGIL_GUARDED_BY(mutex);  // without `ids`
  std::map<std::uint64_t, Subject> subjects VIGIL_GUARDED_BY(mutex);
  std::map<std::pair<std::string, std::uint64_t>, std::uint64_t> tracks VIGIL_GUARDED_BY(mutex);

  // How well a sighting goes with one that is known; nothing where it cannot be the same one.
  std::optional<float> match(const Sighting& known, const Sighting& seen) const;
  std::optional<float> match(const Subject& subject, const Sighting& seen) const;
  void keep(Subject& subject, const Sighting& seen) VIGIL_REQUIRES(mutex);
  void renew(Subject& subject, const Sighting& seen) VIGIL_REQUIRES(mutex);
  void forget() VIGIL_REQUIRES(mutex);
};

std::optional<float> Gallery::State::match(const Sighting& known, const Sighting& seen) const {
  const bool overlap = at_once(known, seen);
  const auto gap = overlap ? Nanos(0) : std::max(between(known.last, seen.first), between(seen.last, known.first));
  const auto alike = similarity(known.look, seen.look);
  if (known.camera_id == seen.camera_id) {
    if (overlap || gap > config.same_camera_window || alike < config.same_camera) return std::nullopt;
    return alike;
  }
  if (alike < config.other_camera) return std::nullopt;
  if (config.links.empty()) return gap <= config.other_camera_window ? std::optional(alike) : std::nullopt;
  for (const auto& link : config.links) {
    const bool there = link.from == known.camera_id && link.to == seen.camera_id;
    const bool back = link.to == known.camera_id && link.from == seen.camera_id;
    if ((there || back) && gap >= link.least && gap <= link.most) return alike;
  }
  return std::nullopt;
}

std::optional<float> Gallery::State::match(const Subject& subject, const Sighting& seen) const {
  if (subject.label != seen.label || subject.model != seen.model) return std::nullopt;
  std::optional<float> best;
  for (const auto& known : subject.sightings) {
    if (known.camera_id == seen.camera_id && at_once(known, seen)) return std::nullopt;
    const auto alike = match(known, seen);
    if (alike && (!best || *alike > *best)) best = alike;
  }
  return best;
}

void Gallery::State::keep(Subject& subject, const Sighting& seen) {
  subject.label = seen.label;
  subject.model = seen.model;
  subject.last = std::max(subject.last, seen.last);
  subject.sightings.push_back(seen);
  if (subject.sightings.size() <= config.looks_per_subject) return;
  // The one that was not seen for the longest: one that is still there must stay known.
  const auto oldest = std::min_element(subject.sightings.begin(), subject.sightings.end(),
                                       [](const auto& a, const auto& b) { return a.last < b.last; });
  tracks.erase({oldest->camera_id, oldest->track_id});
  subject.sightings.erase(oldest);
}

void Gallery::State::renew(Subject& subject, const Sighting& seen) {
  for (auto& each : subject.sightings) {
    if (each.camera_id == seen.camera_id && each.track_id == seen.track_id) each = seen;
  }
  subject.last = std::max(subject.last, seen.last);
}

void Gallery::State::forget() {
  while (subjects.size() > config.max_subjects) {
    const auto oldest = std::min_element(subjects.begin(), subjects.end(),
                                         [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
    for (const auto& each : oldest->second.sightings) tracks.erase({each.camera_id, each.track_id});
    subjects.erase(oldest);
  }
}

Gallery::Gallery(const GalleryConfig& config, std::uint64_t next_subject)
    : state_(std::make_unique<State>(config, next_subject, nullptr)) {}
Gallery::Gallery(const GalleryConfig& config, std::function<std::uint64_t()> next_subject)
    : state_(std::make_unique<State>(config, 1, std::move(next_subject))) {}
Gallery::~Gallery() = default;

SubjectGuess Gallery::assign(const Sighting& sighting) {
  if (!usable(sighting.look) || sighting.last < sighting.first) return {};
  auto& s = *state_;
  MutexLock lock(s.mutex);
  const std::pair key(sighting.camera_id, sighting.track_id);
  if (const auto known = s.tracks.find(key); known != s.tracks.end()) {
    auto& subject = s.subjects.at(known->second);
    SubjectGuess out{known->second, subject.sightings.size() == 1 ? 1.F : 0.F, false};
    for (const auto& each : subject.sightings) {
      if (each.camera_id == sighting.camera_id && each.track_id == sighting.track_id) continue;
      out.similarity = std::max(out.similarity, similarity(each.look, sighting.look));
    }
    s.renew(subject, sighting);
    return out;
  }
  SubjectGuess best, second;
  for (const auto& [id, subject] : s.subjects) {
    const auto alike = s.match(subject, sighting);
    if (!alike) continue;
    if (*alike > best.similarity) {
      second = best;
      best = {id, *alike, false};
    } else if (*alike > second.similarity) {
      second = {id, *alike, false};
    }
  }
  if (best.subject == 0 || best.similarity - second.similarity < s.config.margin) {
    best = {s.ids ? s.ids() : s.next++, 1, true};
    if (best.subject == 0) return {};
  }
  s.tracks[key] = best.subject;
  s.keep(s.subjects[best.subject], sighting);
  s.forget();
  return best;
}

void Gallery::seen(const std::string& camera_id, std::uint64_t track_id, WallTime last) {
  auto& s = *state_;
  MutexLock lock(s.mutex);
  const auto known = s.tracks.find({camera_id, track_id});
  if (known == s.tracks.end()) return;
  auto& subject = s.subjects.at(known->second);
  for (auto& each : subject.sightings) {
    if (each.camera_id == camera_id && each.track_id == track_id) each.last = std::max(each.last, last);
  }
  subject.last = std::max(subject.last, last);
}

std::vector<Resemblance> Gallery::nearest(const std::vector<float>& look, const std::string& model, std::size_t limit,
                                          float least) const {
  std::vector<Resemblance> out;
  if (!usable(look)) return out;
  {
    MutexLock lock(state_->mutex);
    for (const auto& [id, subject] : state_->subjects) {
      if (subject.model != model) continue;
      for (const auto& each : subject.sightings) {
        const auto alike = similarity(each.look, look);
        if (alike >= least) out.push_back({id, each.camera_id, each.track_id, each.first, each.last, alike});
      }
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.similarity > b.similarity; });
  if (out.size() > limit) out.resize(limit);
  return out;
}

void Gallery::restore(const Sighting& sighting, std::uint64_t subject) {
  if (!usable(sighting.look) || sighting.last < sighting.first || subject == 0) return;
  auto& s = *state_;
  MutexLock lock(s.mutex);
  s.next = std::max(s.next, subject + 1);
  const auto [known, fresh] = s.tracks.emplace(std::pair(sighting.camera_id, sighting.track_id), subject);
  if (!fresh) return s.renew(s.subjects.at(known->second), sighting);
  s.keep(s.subjects[subject], sighting);
  s.forget();
}

std::uint64_t Gallery::next_subject() const {
  MutexLock lock(state_->mutex);
  return state_->next;
}

std::size_t Gallery::subjects() const {
  MutexLock lock(state_->mutex);
  return state_->subjects.size();
}

}  // namespace vigil::vision
