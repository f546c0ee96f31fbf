#include "app/subjects.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "app/elsewhere.h"
#include "app/reid_config.h"
#include "app/subject_ids.h"
#include "base/log.h"
#include "store/records.h"
#include "vision/gallery.h"

namespace vigil::app {
namespace {

// A track of an earlier process: its number may be another track's now.
std::uint64_t earlier(const std::string& record_id) {
  return std::uint64_t{1} << 63 | std::hash<std::string>{}(record_id) >> 1;
}

Nanos longest_window(const vision::GalleryConfig& config) {
  auto out = std::max(config.same_camera_window, config.other_camera_window);
  for (const auto& link : config.links) out = std::max(out, link.most);
  return out;
}

}  // namespace

struct Subjects::State {
  State(const Settings& settings, store::Store& s, Clock& c)
      : config(gallery_config(settings)),
        store(s),
        clock(c),
        ids([this] { return reserve(); }, c),
        gallery(std::make_shared<vision::Gallery>(config, [this] { return ids.next(); })) {}

  Result<std::uint64_t> reserve();
  void restore();
  void check_links();
  void hear(sinks::SharedLook look);
  void tell(const vision::Sighting& seen, std::uint64_t subject);

  const vision::GalleryConfig config;
  store::Store& store;
  Clock& clock;
  Elsewhere elsewhere;
  std::unique_ptr<sinks::SharedLooks> shared;
  SubjectIds ids;
  const std::shared_ptr<vision::Gallery> gallery;
  std::unique_ptr<pipeline::SubjectAssigner> assigner;
};

// Where Redis is shared, ids are of all servers that share it.
Result<std::uint64_t> Subjects::State::reserve() {
  auto& subjects = store.records().subjects();
  VIGIL_ASSIGN(const auto own, subjects.reserve(1, SubjectIds::kBlock));
  if (!shared) return own;
  VIGIL_ASSIGN(const auto first, shared->reserve(own, SubjectIds::kBlock));
  // So that this server's own count goes on behind them, should Redis be given up one day.
  if (first > own) VIGIL_TRY(subjects.reserve(first, SubjectIds::kBlock));
  return first;
}

void Subjects::State::restore() {
  const auto since = clock.wall() - std::chrono::duration_cast<std::chrono::microseconds>(longest_window(config));
  const auto most = std::min<std::size_t>(config.max_subjects * config.looks_per_subject, store::kMaxKnownLooks);
  auto looks = store.records().subjects().looks(since, static_cast<int>(most));
  if (!looks) {
    log::warn("who was seen before is not known", {{"reason", looks.error().message}});
    return;
  }
  for (auto& look : *looks) {
    auto& seen = look.embedding;
    gallery->restore({seen.camera_id, earlier(seen.id), seen.label, seen.model, look.first_seen, look.last_seen,
                      std::move(seen.values)},
                     look.subject);
  }
  if (!looks->empty()) {
    log::info("subjects of before are known", {{"looks", looks->size()}, {"subjects", gallery->subjects()}});
  }
}

void Subjects::State::check_links() {
  const auto cameras = store.cameras().list();
  if (config.links.empty() || !cameras) return;
  std::set<std::string> unknown;
  for (const auto& link : config.links) {
    for (const auto& end : {link.from, link.to}) {
      const bool there =
          end.find('/') != std::string::npos ||
          std::any_of(cameras->begin(), cameras->end(), [&](const auto& each) { return each.id == end; });
      if (!there) unknown.insert(end);
    }
  }
  for (const auto& id : unknown) log::warn("reid.links names a camera that there is not (yet)", {{"camera", id}});
}

void Subjects::State::hear(sinks::SharedLook look) {
  elsewhere.add(look.subject, {look.camera_id, look.track_id, look.label, look.first, look.last});
  gallery->restore({std::move(look.camera_id), look.track_id, std::move(look.label), std::move(look.model), look.first,
                    look.last, std::move(look.values)},
                   look.subject);
}

void Subjects::State::tell(const vision::Sighting& seen, std::uint64_t subject) {
  shared->tell({seen.camera_id, seen.track_id, subject, seen.label, seen.model, seen.first, seen.last, seen.look});
}

Subjects::Subjects(std::unique_ptr<State> state) : state_(std::move(state)) {}

Subjects::~Subjects() {
  stop();
}

Result<std::unique_ptr<Subjects>> Subjects::make(const Settings& settings, store::Store& store, Clock& clock) {
  auto state = std::make_unique<State>(settings, store, clock);
  VIGIL_TRY(vision::validate(state->config));
  pipeline::SightingTold told;
  if (!settings.redis_url.empty()) {
    sinks::SharedLooksConfig config;
    VIGIL_ASSIGN(config.redis, sinks::parse_redis_url(settings.redis_url.reveal()));
    config.server = server_name(settings);
    config.window = std::chrono::ceil<std::chrono::milliseconds>(longest_window(state->config));
    auto hear = [held = state.get()](sinks::SharedLook look) { held->hear(std::move(look)); };
    state->shared = std::make_unique<sinks::SharedLooks>(std::move(config), hear, clock);
    told = [held = state.get()](const vision::Sighting& seen, std::uint64_t subject) { held->tell(seen, subject); };
  }
  state->assigner = pipeline::make_subject_assigner(state->gallery, std::move(told));
  return std::unique_ptr<Subjects>(new Subjects(std::move(state)));
}

void Subjects::start() {
  state_->restore();
  state_->check_links();
  state_->ids.start();
  if (state_->shared) state_->shared->start();
}

void Subjects::stop() {
  if (state_->shared) state_->shared->stop();
  state_->ids.stop();
}

pipeline::SubjectAssigner& Subjects::assigner() {
  return *state_->assigner;
}

std::size_t Subjects::known() const {
  return state_->gallery->subjects();
}

std::vector<model::RemoteSighting> Subjects::elsewhere(std::uint64_t subject) const {
  return state_->elsewhere.of(subject);
}

std::optional<sinks::SharedLooksFigures> Subjects::shared() const {
  if (!state_->shared) return std::nullopt;
  return state_->shared->figures();
}

}  // namespace vigil::app
