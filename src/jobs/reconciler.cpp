#include "jobs/reconciler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/sync.h"
#include "jobs/wakeup.h"

namespace vigil::jobs {
namespace {

using Mode = ReconcilerConfig::Mode;

constexpr int kPage = 100;
constexpr std::uint64_t kFewOrphans = 20;  // so many say nothing about the whole
constexpr std::size_t kMostKnown = 10000;
constexpr const char* kRemade = "remake";  // code of the event

Error stopped() {
  return make_error(ErrorKind::Cancelled, "stopped");
}

std::string folder_of(const std::string& key) {
  return key.substr(0, key.rfind('/') + 1);
}

// "frames/<asset>/<job>/…" has four segments at least.
std::vector<std::string> segments_of(const std::string& key) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= key.size();) {
    const auto to = std::min(key.find('/', from), key.size());
    out.push_back(key.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

// A version 7 UUID as new_uuid() makes it: what looks otherwise is no id of a job.
bool is_id(const std::string& text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[14] == '7' && text[18] == '-' &&
         text[23] == '-';
}

// One pass through everything.
class Pass {
 public:
  Pass(const ReconcilerConfig& config, store::Jobs& jobs, store::AssetRepository& assets, blob::Store& blobs,
       Clock& clock, std::stop_token stop)
      : config_(config), jobs_(jobs), assets_(assets), blobs_(blobs), clock_(clock), stop_(std::move(stop)) {}

  Result<Reconciled> run() {
    const auto began = clock_.steady();
    VIGIL_TRY(each_job({model::JobState::Done}, [this](const model::Job& job) { return look_at_done(job); }));
    VIGIL_TRY(each_job({model::JobState::Queued}, [this](const model::Job& job) { return look_at_waiting(job); }));
    VIGIL_TRY(look_at_assets());
    for (const auto prefix :
         {blob::Prefix::Frames, blob::Prefix::Thumbnails, blob::Prefix::Metadata, blob::Prefix::Logs})
      VIGIL_TRY(look_at_blobs(prefix));
    VIGIL_TRY(remove_orphans());
    found_.finished_at = clock_.wall();
    found_.took = clock_.steady() - began;
    return found_;
  }

 private:
  bool repairs() const { return config_.mode == Mode::Repair; }
  Result<void> breathe() {
    clock_.sleep(config_.pause, stop_);
    if (stop_.stop_requested()) return stopped();
    return {};
  }

  template <typename Look>
  Result<void> each_job(std::vector<model::JobState> states, Look look) {
    store::JobQuery query;
    query.states = std::move(states);
    query.page.limit = kPage;
    do {
      VIGIL_ASSIGN(auto page, jobs_.jobs().find(query));
      for (const auto& job : page.items) {
        ++found_.jobs;
        VIGIL_TRY(look(job));
      }
      VIGIL_TRY(breathe());
      query.page.after = page.next;
    } while (query.page.after);
    return {};
  }

  // A job that works on nothing, or on what is there.
  Result<bool> asset_is_there(const std::string& id) {
    if (id.empty()) return true;
    if (auto known = asset_known_.find(id); known != asset_known_.end()) return known->second;
    auto found = assets_.get(id);
    if (!found && found.error().kind != ErrorKind::NotFound) return std::move(found).error();
    if (asset_known_.size() >= kMostKnown) asset_known_.clear();
    return asset_known_[id] = found.ok();
  }

  // What of this job's is of no use any more; of one that is gone, everything.
  Result<model::JobLitter> litter_of(const std::string& asset, const std::string& id) {
    if (auto known = job_known_.find(id); known != job_known_.end()) return known->second;
    auto found = jobs_.jobs().get(id);
    if (!found && found.error().kind != ErrorKind::NotFound) return std::move(found).error();
    model::JobLitter litter{id, asset, model::kAllOfIt, model::kAllOfIt};
    if (found) litter = model::litter_of(*found).value_or(model::JobLitter{id, asset, 0, found->first_token});
    if (job_known_.size() >= kMostKnown) job_known_.clear();
    return job_known_[id] = std::move(litter);
  }

  Result<void> look_at_waiting(const model::Job& job) {
    if (clock_.wall() - job.updated_at < config_.settled) return {};
    VIGIL_ASSIGN(const bool there, asset_is_there(job.asset));
    if (there) return {};
    ++found_.cancelled;
    // It may begin, or end, at the same moment.
    if (repairs()) static_cast<void>(jobs_.jobs().order(job.id, model::JobOrder::Cancel).ok());
    return {};
  }

  // How many of a job's outputs are not in the storage as they should be.
  Result<std::uint64_t> missing_of(const model::Job& job) {
    std::map<std::string, std::map<std::string, std::uint64_t>> folders;
    std::uint64_t missing = 0;
    for (std::string after;;) {
      VIGIL_ASSIGN(const auto outputs, jobs_.log().outputs(job.id, after, store::kMaxPage));
      for (const auto& output : outputs) {
        auto [folder, is_new] = folders.try_emplace(folder_of(output.key));
        if (is_new) VIGIL_TRY(list(folder->first, folder->second));
        const auto blob = folder->second.find(output.key);
        if (blob == folder->second.end() || blob->second != output.size) ++missing;
      }
      if (outputs.size() < static_cast<std::size_t>(store::kMaxPage)) return missing;
      after = outputs.back().name;
    }
  }

  Result<void> list(const std::string& folder, std::map<std::string, std::uint64_t>& into) {
    if (!blob::is_folder(folder)) return {};
    for (std::string after;;) {
      VIGIL_ASSIGN(const auto listed, blobs_.list(folder, after, blob::kMaxListed));
      for (const auto& one : listed) into[one.key] = one.size;
      VIGIL_TRY(breathe());
      if (listed.size() < static_cast<std::size_t>(blob::kMaxListed)) return {};
      after = listed.back().key;
    }
  }

  Result<void> look_at_done(const model::Job& job) {
    if (!job.finished_at || clock_.wall() - *job.finished_at < config_.settled) return {};
    VIGIL_ASSIGN(const bool there, asset_is_there(job.asset));
    if (!there) return {};  // what was made of it went with it
    VIGIL_ASSIGN(const auto missing, missing_of(job));
    if (missing == 0) return {};
    // It may have been deleted while we looked.
    asset_known_.erase(job.asset);
    VIGIL_ASSIGN(const bool still, asset_is_there(job.asset));
    if (!still) return {};
    found_.missing += missing;
    log::warn("what a job made is gone", {{"job", job.id}, {"kind", job.kind}, {"outputs", missing}});
    if (!repairs()) return {};
    VIGIL_ASSIGN(const auto events, jobs_.log().events(job.id, 0, store::kMaxPage));
    if (std::any_of(events.begin(), events.end(), [](const auto& event) { return event.code == kRemade; })) return {};
    auto again = jobs_.jobs().remake(job.id, fmt::format("{} of what it made are gone from the storage.", missing));
    if (again) ++found_.remade;
    // Somebody else was faster, or the same is being made anyway.
    return {};
  }

  Result<void> look_at_assets() {
    store::AssetQuery query;
    query.page.limit = kPage;
    do {
      VIGIL_ASSIGN(auto page, assets_.find(query));
      for (const auto& asset : page.items) {
        VIGIL_ASSIGN(const auto key, blob::Key::parse(asset.key));
        auto blob = blobs_.read(key, 0, 0);
        if (!blob && blob.error().kind != ErrorKind::NotFound) return std::move(blob).error();
        if (blob && blob->whole.size == asset.size) {
          VIGIL_TRY(look_at_thumbnail(asset));
          continue;
        }
        // It may have been deleted since.
        if (!assets_.get(asset.id)) continue;
        ++found_.lost;
        log::error("the bytes of a file are gone", {{"asset", asset.id}, {"blob", asset.key}});
      }
      VIGIL_TRY(breathe());
      query.page.after = page.next;
    } while (query.page.after);
    return {};
  }

  Result<void> look_at_thumbnail(const model::Asset& asset) {
    if (asset.look.thumbnail.empty()) return {};
    VIGIL_ASSIGN(const auto key, blob::Key::parse(asset.look.thumbnail));
    auto blob = blobs_.read(key, 0, 0);
    if (blob || blob.error().kind != ErrorKind::NotFound) return blob ? Result<void>() : std::move(blob).error();
    if (!assets_.get(asset.id)) return {};
    ++found_.missing;
    log::warn("the thumbnail of a file is gone", {{"asset", asset.id}});
    if (!repairs() || !config_.thumbnail_job) return {};
    auto job = config_.thumbnail_job(asset);
    job.owner = asset.owner;
    job.asset = asset.id;
    store::JobQuery query;
    query.asset = asset.id;
    query.kind = job.kind;
    VIGIL_ASSIGN(const auto before, jobs_.jobs().find(query));
    if (before.items.size() > 1) return {};
    auto queued = jobs_.jobs().insert(job);
    if (queued && !queued->duplicate) ++found_.remade;
    return queued ? Result<void>() : std::move(queued).error();
  }

  Result<bool> is_orphan(const std::string& key) {
    const auto segments = segments_of(key);
    if (segments.size() < 3) return false;
    VIGIL_ASSIGN(const bool asset, asset_is_there(segments[1]));
    if (!asset) return is_id(segments[1]);
    if (segments.size() < 4 || !is_id(segments[2])) return false;
    VIGIL_ASSIGN(const auto litter, litter_of(segments[1], segments[2]));
    return model::is_litter(litter, key);
  }

  Result<void> look_at_blobs(blob::Prefix prefix) {
    const auto folder = fmt::format("{}/", blob::to_string(prefix));
    for (std::string after;;) {
      VIGIL_ASSIGN(const auto listed, blobs_.list(folder, after, blob::kMaxListed));
      for (const auto& one : listed) {
        ++found_.blobs;
        VIGIL_ASSIGN(const bool orphan, is_orphan(one.key));
        if (!orphan) continue;
        ++found_.orphans;
        found_.orphan_bytes += one.size;
        if (orphans_.size() < static_cast<std::size_t>(config_.most_removed)) orphans_.push_back(one.key);
      }
      VIGIL_TRY(breathe());
      if (listed.size() < static_cast<std::size_t>(blob::kMaxListed)) return {};
      after = listed.back().key;
    }
  }

  Result<void> remove_orphans() {
    found_.refused = found_.orphans > kFewOrphans && found_.orphans * 2 > found_.blobs;
    if (found_.refused) {
      log::error("most of what lies in the storage belongs to nothing in this database: nothing is removed",
                 {{"blobs", found_.blobs}, {"orphans", found_.orphans}});
      return {};
    }
    if (!repairs()) return {};
    for (const auto& text : orphans_) {
      VIGIL_TRY(breathe());
      VIGIL_ASSIGN(const auto key, blob::Key::parse(text));
      const auto blob = blobs_.read(key, 0, 0);
      if (!blob || clock_.wall() - blob->whole.modified < config_.young) continue;
      VIGIL_TRY(blobs_.remove(key));
      ++found_.removed;
    }
    return {};
  }

  const ReconcilerConfig& config_;
  store::Jobs& jobs_;
  store::AssetRepository& assets_;
  blob::Store& blobs_;
  Clock& clock_;
  const std::stop_token stop_;
  Reconciled found_;
  std::map<std::string, bool> asset_known_;
  std::map<std::string, model::JobLitter> job_known_;
  std::vector<std::string> orphans_;
};

}  // namespace

struct Reconciler::State {
  State(ReconcilerConfig c, store::Jobs& j, store::AssetRepository& a, blob::Store& b, Clock& k)
      : config(c), jobs(j), assets(a), blobs(b), clock(k) {}

  const ReconcilerConfig config;
  store::Jobs& jobs;
  store::AssetRepository& assets;
  blob::Store& blobs;
  Clock& clock;
  LocalWakeup wanted;
  std::atomic<bool> busy{false};
  mutable Mutex mutex;
  std::optional<Reconciled> last VIGIL_GUARDED_BY(mutex);
  std::jthread thread;
};

Reconciler::Reconciler(ReconcilerConfig config, store::Jobs& jobs, store::AssetRepository& assets, blob::Store& blobs,
                       Clock& clock)
    : state_(std::make_unique<State>(config, jobs, assets, blobs, clock)) {}

Reconciler::~Reconciler() {
  stop();
}

void Reconciler::start() {
  auto* state = state_.get();
  if (state->config.mode == Mode::Off) return;
  state->thread = std::jthread([this, state](std::stop_token stop) {
    std::uint64_t seen = 0;
    Nanos wait = state->config.first;
    while (true) {
      seen = state->wanted.wait(seen, wait, stop);
      if (stop.stop_requested()) return;
      wait = state->config.every;
      state->busy = true;
      auto done = pass(stop);
      state->busy = false;
      if (!done && done.error().kind != ErrorKind::Cancelled)
        log::warn("the storage could not be compared with the database", {{"reason", done.error().message}});
    }
  });
}

void Reconciler::stop() {
  state_->thread = {};
}

void Reconciler::hurry() {
  if (!state_->busy) state_->wanted.notify();
}

bool Reconciler::busy() const {
  return state_->busy;
}

std::optional<Reconciled> Reconciler::last() const {
  MutexLock lock(state_->mutex);
  return state_->last;
}

Result<Reconciled> Reconciler::pass(std::stop_token stop) {
  auto& state = *state_;
  Pass pass(state.config, state.jobs, state.assets, state.blobs, state.clock, std::move(stop));
  VIGIL_ASSIGN(auto found, pass.run());
  log::info("the storage was compared with the database", {{"jobs", found.jobs},
                                                           {"blobs", found.blobs},
                                                           {"missing", found.missing},
                                                           {"remade", found.remade},
                                                           {"lost", found.lost},
                                                           {"orphans", found.orphans},
                                                           {"removed", found.removed},
                                                           {"cancelled", found.cancelled}});
  MutexLock lock(state.mutex);
  state.last = found;
  return found;
}

}  // namespace vigil::jobs
