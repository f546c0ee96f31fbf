#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/sync.h"
#include "store/uploads.h"

// What the jobs and uploads in memory share; private to them.

namespace vigil::store::memory {

struct KeptAsset {
  model::Asset asset;
  bool buried = false;
};

struct KeptWebhook {
  std::string id, job_id;
  JobWebhook webhook;
  WebhookStatus status;
  std::uint64_t token = 0;
};

inline Error no_asset() {
  return make_error(ErrorKind::NotFound, "there is no such asset", "asset.not_found");
}
inline Error no_upload() {
  return make_error(ErrorKind::NotFound, "there is no such upload", "upload.not_found");
}

template <typename T>
WallTime time_of(const T& one) {
  return one.created_at;
}
inline WallTime time_of(const model::FoundPlate& plate) {
  return plate.handed_in;
}

// The newest first, from behind the cursor on.
template <typename T>
Page<T> page_of(std::vector<T> found, const PageRequest& request) {
  auto place = [](const T& one) { return std::pair<WallTime, std::string_view>(time_of(one), one.id); };
  std::sort(found.begin(), found.end(), [&](const T& a, const T& b) { return place(a) > place(b); });
  if (request.after) {
    const std::pair<WallTime, std::string_view> from(request.after->time, request.after->id);
    std::erase_if(found, [&](const T& one) { return !(place(one) < from); });
  }
  Page<T> page;
  const auto limit = static_cast<std::size_t>(std::clamp(request.limit, 1, kMaxPage));
  if (found.size() > limit) {
    found.resize(limit);
    page.next = RecordCursor{time_of(found.back()), found.back().id};
  }
  page.items = std::move(found);
  return page;
}

// Everything, under one mutex.
struct Tables {
  explicit Tables(Clock& c) : clock(c) {}
  Clock& clock;
  Mutex mutex;
  std::map<std::string, model::Job> jobs;
  std::map<std::string, WallTime> served;
  std::vector<model::JobEvent> events;
  std::set<std::uint64_t> sent;
  std::map<std::pair<std::string, std::string>, model::JobOutput> outputs;
  std::map<std::string, std::vector<model::FoundPlate>> plates;         // by job
  std::map<std::string, std::pair<WallTime, model::JobLitter>> litter;  // by job; from when on it may be removed
  std::vector<KeptWebhook> webhooks;
  std::map<std::string, model::Upload> uploads;
  std::map<std::string, KeptAsset> assets;
  std::map<std::string, Retention> retention;

  void add(model::JobEvents more) {
    for (auto& event : more) {
      event.sequence = events.empty() ? 1 : events.back().sequence + 1;
      for (auto& one : webhooks) {
        const bool due = one.job_id == event.job_id && model::is_told(event) && !one.status.given_up;
        if (due && !one.status.due_at) one.status.due_at = event.time;
      }
      events.push_back(std::move(event));
    }
  }
  // After a change of this job.
  void settle(const model::Job& job) {
    const bool replaced = !job.replaced_by.empty();
    if (replaced || job.cleared_at || job.state == model::JobState::Cancelled) {
      std::erase_if(outputs, [&](const auto& one) { return one.first.first == job.id; });
      plates.erase(job.id);
    }
    if (const auto left = model::litter_of(job))
      litter[job.id] = {job.updated_at + (replaced ? kLastReaders : std::chrono::minutes(0)), *left};
  }
  const model::Job* with_key(const std::string& key, const std::string& except) const {
    for (const auto& [id, job] : jobs) {
      if (!key.empty() && job.unique_key == key && !model::is_terminal(job.state) && id != except) return &job;
    }
    return nullptr;
  }
  int running(const std::string& owner) const {
    return static_cast<int>(std::count_if(jobs.begin(), jobs.end(), [&](const auto& one) {
      return one.second.state == model::JobState::Processing && one.second.owner == owner;
    }));
  }
  Result<JobRepository::Queued> insert(model::Job job) {
    if (const auto* present = with_key(job.unique_key, "")) return JobRepository::Queued{*present, true};
    job.id = new_uuid();
    model::JobEvents more;
    VIGIL_TRY(model::begin_job(job, clock.wall(), more));
    jobs[job.id] = job;
    add(std::move(more));
    return JobRepository::Queued{job, false};
  }
  void tell_of_upload(const model::Upload& upload, const UploadEnd& end) {
    const bool anybody =
        std::any_of(webhooks.begin(), webhooks.end(), [&](const auto& one) { return one.job_id == upload.id; });
    if (anybody) add({event_of(upload, end, clock.wall())});
  }
  void forget_webhooks(const std::string& subject) {
    std::erase_if(events, [&](const auto& one) { return one.job_id == subject; });
    std::erase_if(webhooks, [&](const auto& one) { return one.job_id == subject; });
  }
  void attach(const std::string& subject, const JobWebhook& webhook) {
    WebhookStatus status;
    status.id = new_uuid();
    status.host = webhook.host;
    status.is_signed = !webhook.key.empty();
    status.due_at = clock.wall();
    webhooks.push_back({status.id, subject, webhook, status});
  }
  void erase_job(const std::string& id) {
    const auto found = jobs.find(id);
    if (found == jobs.end()) return;
    std::erase_if(outputs, [&](const auto& one) { return one.first.first == id; });
    plates.erase(id);
    forget_webhooks(id);
    if (!found->second.asset.empty() && found->second.lease_token > 0)
      litter[id] = {clock.wall(), {id, found->second.asset, model::kAllOfIt, model::kAllOfIt}};
    jobs.erase(found);
  }
  AssetUsage usage(const std::string& owner, const std::string& without) const {
    AssetUsage usage;
    for (const auto& [id, kept] : assets) {
      if (kept.asset.owner != owner) continue;
      ++usage.assets;
      usage.bytes += kept.asset.size;
    }
    for (const auto& [id, upload] : uploads) {
      if (upload.owner != owner || upload.state != model::UploadState::Open || id == without) continue;
      ++usage.open_uploads;
      usage.reserved += upload.length.value_or(upload.received);
    }
    return usage;
  }
};

std::unique_ptr<JobWebhooks> make_webhooks(Tables& tables);
std::unique_ptr<UploadRepository> make_uploads(Tables& tables);
std::unique_ptr<AssetRepository> make_assets(Tables& tables);
std::unique_ptr<RetentionRepository> make_retention(Tables& tables);
std::unique_ptr<Expiry> make_expiry(Tables& tables, AssetRepository& assets);

}  // namespace vigil::store::memory
