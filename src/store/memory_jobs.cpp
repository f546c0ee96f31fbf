#include "store/memory_jobs.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "store/memory_tables.h"
#include "store/record_match.h"

namespace vigil::store {
namespace {

using memory::no_asset;
using memory::no_upload;
using memory::page_of;
using memory::Tables;
using model::Asset;
using model::Job;
using model::JobEvents;
using model::JobState;
using model::Upload;

Error no_job() {
  return make_error(ErrorKind::NotFound, "there is no such job", "job.not_found");
}
Error lease_lost() {
  return make_error(ErrorKind::Conflict, "somebody else has this job now", "job.lease_lost");
}

class Repository final : public JobRepository {
 public:
  explicit Repository(Tables& tables) : tables_(tables) {}

  Result<Queued> insert(const Job& job) override {
    MutexLock lock(tables_.mutex);
    return tables_.insert(job);
  }
  Result<Job> get(const std::string& id) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.jobs.find(id);
    if (found == tables_.jobs.end()) return no_job();
    return found->second;
  }
  Result<Page<Job>> find(const JobQuery& query) override {
    std::vector<Job> found;
    MutexLock lock(tables_.mutex);
    for (const auto& [id, job] : tables_.jobs) {
      const bool state =
          query.states.empty() || std::find(query.states.begin(), query.states.end(), job.state) != query.states.end();
      if (state && (!query.owner || *query.owner == job.owner) && (query.kind.empty() || query.kind == job.kind) &&
          (query.asset.empty() || query.asset == job.asset))
        found.push_back(job);
    }
    return page_of(std::move(found), query.page);
  }
  Result<Job> order(const std::string& id, model::JobOrder order) override {
    return change(
        id, [&](Job& job, JobEvents& events) { return model::give_order(job, order, tables_.clock.wall(), events); });
  }
  Result<Job> remake(const std::string& id, const std::string& why) override {
    return change(id,
                  [&](Job& job, JobEvents& events) { return model::remake(job, why, tables_.clock.wall(), events); });
  }
  Result<void> remove(const std::string& id) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.jobs.find(id);
    if (found == tables_.jobs.end()) return no_job();
    if (!model::is_terminal(found->second.state))
      return make_error(ErrorKind::FailedPrecondition, "the job has not ended: cancel it first", "job.state");
    tables_.erase_job(id);
    return {};
  }

 private:
  template <typename Change>
  Result<Job> change(const std::string& id, Change change) {
    MutexLock lock(tables_.mutex);
    auto found = tables_.jobs.find(id);
    if (found == tables_.jobs.end()) return no_job();
    auto job = found->second;
    JobEvents events;
    VIGIL_TRY(change(job, events));
    if (!model::is_terminal(job.state) && tables_.with_key(job.unique_key, id) != nullptr)
      return make_error(ErrorKind::AlreadyExists, "another job does the same at the moment", "job.duplicate");
    found->second = job;
    tables_.settle(job);
    tables_.add(std::move(events));
    return job;
  }
  Tables& tables_;
};

class Queue final : public JobQueue {
 public:
  explicit Queue(Tables& tables) : tables_(tables) {}

  Result<std::optional<Job>> claim(const ClaimRequest& request) override {
    MutexLock lock(tables_.mutex);
    const auto now = tables_.clock.wall();
    Job* best = nullptr;
    auto place = [&](const Job& job) {
      return std::make_tuple(tables_.running(job.owner), tables_.served[job.owner], job.owner, job.priority, job.run_at,
                             job.id);
    };
    for (auto& [id, job] : tables_.jobs) {
      const bool wanted = std::find(request.kinds.begin(), request.kinds.end(), job.kind) != request.kinds.end();
      if (!wanted || !model::is_due(job, now)) continue;
      if (request.max_per_owner > 0 && tables_.running(job.owner) >= request.max_per_owner) continue;
      if (best == nullptr || place(job) < place(*best)) best = &job;
    }
    if (best == nullptr) return std::optional<Job>();
    tables_.served[best->owner] = now;
    JobEvents events;
    model::begin_attempt(*best, request.worker, request.seat, now, events);
    tables_.add(std::move(events));
    return std::optional<Job>(*best);
  }

  Result<model::JobOrders> report(const JobLease& lease, const model::JobReport& report,
                                  const std::vector<model::JobOutput>& outputs) override {
    MutexLock lock(tables_.mutex);
    auto* job = leased(lease);
    if (job == nullptr) return lease_lost();
    publish(lease, outputs);
    return model::take_report(*job, report, tables_.clock.wall());
  }

  Result<Job> finish(const JobLease& lease, const model::JobOutcome& outcome,
                     const std::vector<model::JobOutput>& outputs) override {
    MutexLock lock(tables_.mutex);
    auto* job = leased(lease);
    if (job == nullptr) return lease_lost();
    publish(lease, outputs);
    JobEvents events;
    model::end_attempt(*job, outcome, tables_.clock.wall(), 0.5, events);
    tables_.settle(*job);
    if (job->state == JobState::Done) put_plates(*job, outcome.plates);
    for (auto& [id, older] : tables_.jobs) {
      if (model::replace(older, *job, tables_.clock.wall())) tables_.settle(older);
    }
    tables_.add(std::move(events));
    return *job;
  }

  Result<int> take_over(const std::string& seat) override {
    MutexLock lock(tables_.mutex);
    int changed = 0;
    for (auto& [id, job] : tables_.jobs) {
      if (seat.empty() || job.seat != seat || job.state != JobState::Processing) continue;
      JobEvents events;
      model::lose(job, tables_.clock.wall(), 0.5, events);
      tables_.settle(job);
      tables_.add(std::move(events));
      ++changed;
    }
    return changed;
  }

  Result<int> look_after() override {
    MutexLock lock(tables_.mutex);
    int changed = 0;
    for (auto& [id, job] : tables_.jobs) {
      JobEvents events;
      if (!model::look_after(job, tables_.clock.wall(), 0.5, events)) continue;
      ++changed;
      tables_.settle(job);
      tables_.add(std::move(events));
    }
    return changed;
  }

  Result<std::vector<model::JobLitter>> litter(int limit) override {
    std::vector<std::pair<WallTime, model::JobLitter>> due;
    MutexLock lock(tables_.mutex);
    for (const auto& [id, one] : tables_.litter) {
      if (one.first <= tables_.clock.wall()) due.push_back(one);
    }
    std::stable_sort(due.begin(), due.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    due.resize(std::min(due.size(), static_cast<std::size_t>(std::clamp(limit, 1, kMaxPage))));
    std::vector<model::JobLitter> out;
    for (auto& one : due) out.push_back(std::move(one.second));
    return out;
  }
  Result<void> swept(const model::JobLitter& litter) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.litter.find(litter.job_id);
    if (found != tables_.litter.end() && found->second.second == litter) tables_.litter.erase(found);
    return {};
  }

 private:
  Job* leased(const JobLease& lease) {
    auto found = tables_.jobs.find(lease.job_id);
    const bool mine = found != tables_.jobs.end() && found->second.state == JobState::Processing &&
                      found->second.lease_token == lease.token;
    return mine ? &found->second : nullptr;
  }
  void put_plates(const Job& job, std::vector<model::FoundPlate> plates) {
    plates.resize(std::min(plates.size(), model::kMostFoundPlates));
    for (std::size_t i = 0; i < plates.size(); ++i) {
      plates[i].id = found_plate_id(job.id, i);
      plates[i].job_id = job.id;
      plates[i].asset_id = job.asset;
    }
    tables_.plates[job.id] = std::move(plates);
  }
  void publish(const JobLease& lease, const std::vector<model::JobOutput>& outputs) {
    for (const auto& output : outputs) tables_.outputs[{lease.job_id, output.name}] = output;
  }
  Tables& tables_;
};

class Log final : public JobLog {
 public:
  explicit Log(Tables& tables) : tables_(tables) {}

  Result<std::vector<model::JobEvent>> events(const std::string& job_id, std::uint64_t after, int limit) override {
    return some(limit, [&](const auto& event) { return event.job_id == job_id && event.sequence > after; });
  }
  Result<std::vector<model::JobEvent>> since(std::uint64_t after, int limit) override {
    return some(limit, [&](const auto& event) { return event.sequence > after; });
  }
  Result<std::uint64_t> newest() override {
    MutexLock lock(tables_.mutex);
    return tables_.events.empty() ? 0 : tables_.events.back().sequence;
  }
  Result<std::vector<model::JobEvent>> unsent(int limit) override {
    return some(limit, [&](const auto& event) { return !tables_.sent.contains(event.sequence); });
  }
  Result<void> mark_sent(const std::vector<std::uint64_t>& sequences) override {
    MutexLock lock(tables_.mutex);
    tables_.sent.insert(sequences.begin(), sequences.end());
    return {};
  }
  Result<std::vector<model::JobOutput>> outputs(const std::string& job_id, const std::string& after,
                                                int limit) override {
    std::vector<model::JobOutput> out;
    MutexLock lock(tables_.mutex);
    for (auto it = tables_.outputs.upper_bound({job_id, after});
         it != tables_.outputs.end() && it->first.first == job_id; ++it) {
      if (out.size() >= static_cast<std::size_t>(std::clamp(limit, 1, kMaxPage))) break;
      out.push_back(it->second);
    }
    return out;
  }
  Result<JobFigures> figures() override {
    MutexLock lock(tables_.mutex);
    std::map<std::pair<std::string, std::string>, JobCount> counts;
    JobFigures figures;
    for (const auto& [id, job] : tables_.jobs) {
      auto& count = counts[{job.kind, model::to_string(job.state)}];
      count = {job.kind, job.state, count.count + 1};
      if (job.state == JobState::Queued && !job.paused)
        figures.oldest_due = std::min(figures.oldest_due.value_or(job.run_at), job.run_at);
    }
    for (const auto& [name, count] : counts) figures.counts.push_back(count);
    return figures;
  }

 private:
  template <typename Wanted>
  std::vector<model::JobEvent> some(int limit, Wanted wanted) {
    std::vector<model::JobEvent> out;
    MutexLock lock(tables_.mutex);
    for (const auto& event : tables_.events) {
      if (out.size() >= static_cast<std::size_t>(std::clamp(limit, 1, kMaxPage))) break;
      if (wanted(event)) out.push_back(event);
    }
    return out;
  }
  Tables& tables_;
};

class All final : public Jobs, public Uploads {
 public:
  explicit All(Clock& clock)
      : tables_(clock),
        jobs_(tables_),
        queue_(tables_),
        log_(tables_),
        webhooks_(memory::make_webhooks(tables_)),
        uploads_(memory::make_uploads(tables_)),
        assets_(memory::make_assets(tables_)),
        retention_(memory::make_retention(tables_)),
        expiry_(memory::make_expiry(tables_, *assets_)) {}
  JobRepository& jobs() override { return jobs_; }
  JobQueue& queue() override { return queue_; }
  JobLog& log() override { return log_; }
  JobWebhooks& webhooks() override { return *webhooks_; }
  UploadRepository& uploads() override { return *uploads_; }
  AssetRepository& assets() override { return *assets_; }
  RetentionRepository& retention() override { return *retention_; }
  Expiry& expiry() override { return *expiry_; }
  Result<AssetUsage> usage(const std::string& owner) override {
    MutexLock lock(tables_.mutex);
    return tables_.usage(owner, "");
  }
  Result<Page<model::FoundPlate>> plates(const FoundPlateQuery& query) override {
    VIGIL_TRY(check(query.plate));
    std::vector<model::FoundPlate> found;
    MutexLock lock(tables_.mutex);
    for (const auto& [job, plates] : tables_.plates) {
      for (auto plate : plates) {
        const auto asset = tables_.assets.find(plate.asset_id);
        if (asset == tables_.assets.end() || asset->second.buried) continue;
        plate.asset_name = asset->second.asset.name;
        plate.handed_in = asset->second.asset.created_at;
        if ((!query.owner || *query.owner == asset->second.asset.owner) && matches(query, plate))
          found.push_back(std::move(plate));
      }
    }
    return page_of(std::move(found), query.plate.page);
  }
  Result<Completed> complete(const std::string& upload_id, const Asset& asset, const std::vector<Job>& jobs) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.uploads.find(upload_id);
    if (found == tables_.uploads.end()) return no_upload();
    auto& upload = found->second;
    Completed done{asset, false, ""};
    const Asset* present = nullptr;
    for (const auto& [id, kept] : tables_.assets) {
      if (!kept.buried && kept.asset.owner == asset.owner && kept.asset.sha256 == asset.sha256) present = &kept.asset;
    }
    if (upload.state == model::UploadState::Closed) return no_upload();
    if (upload.state == model::UploadState::Complete && present == nullptr) return no_asset();
    if (present != nullptr) {
      done = {*present, present->id != asset.id, ""};
    } else {
      done.asset.created_at = tables_.clock.wall();
      for (auto wanted : jobs) {
        wanted.owner = asset.owner;
        wanted.asset = asset.id;
        VIGIL_ASSIGN(auto queued, tables_.insert(wanted));
        if (!queued.duplicate && done.job_id.empty()) done.job_id = queued.job.id;
      }
      tables_.assets[asset.id] = {done.asset};
    }
    const bool told = upload.state == model::UploadState::Complete;
    upload.state = model::UploadState::Complete;
    upload.asset = done.asset.id;
    upload.updated_at = tables_.clock.wall();
    if (!told) tables_.tell_of_upload(upload, {"upload.completed"});
    return done;
  }

 private:
  Tables tables_;
  Repository jobs_;
  Queue queue_;
  Log log_;
  std::unique_ptr<JobWebhooks> webhooks_;
  std::unique_ptr<UploadRepository> uploads_;
  std::unique_ptr<AssetRepository> assets_;
  std::unique_ptr<RetentionRepository> retention_;
  std::unique_ptr<Expiry> expiry_;
};

}  // namespace

MemoryWork make_memory_work(Clock& clock) {
  auto all = std::make_shared<All>(clock);
  return {all, all};
}

}  // namespace vigil::store
