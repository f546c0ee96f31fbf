#include <algorithm>
#include <tuple>

#include "store/memory_tables.h"

namespace vigil::store::memory {
namespace {

class Retentions final : public RetentionRepository {
 public:
  explicit Retentions(Tables& tables) : tables_(tables) {}

  Result<Retention> get(const std::string& owner) override {
    MutexLock lock(tables_.mutex);
    const auto found = tables_.retention.find(owner);
    return found == tables_.retention.end() ? Retention() : found->second;
  }
  Result<std::vector<OwnedRetention>> list() override {
    std::vector<OwnedRetention> out;
    MutexLock lock(tables_.mutex);
    for (const auto& [owner, keep] : tables_.retention) out.push_back({owner, keep});
    return out;
  }
  Result<void> put(const std::string& owner, const Retention& keep) override {
    MutexLock lock(tables_.mutex);
    if (keep.empty()) {
      tables_.retention.erase(owner);
    } else {
      tables_.retention[owner] = keep;
    }
    return {};
  }

 private:
  Tables& tables_;
};

class Expiries final : public Expiry {
 public:
  Expiries(Tables& tables, AssetRepository& assets) : tables_(tables), assets_(assets) {}

  Result<std::vector<std::string>> due(KeptKind kind, std::chrono::seconds everybody, WallTime now,
                                       int limit) override {
    std::vector<std::tuple<WallTime, std::string>> found;
    MutexLock lock(tables_.mutex);
    const auto is_over = [&](const std::string& owner, WallTime since) {
      const auto own = tables_.retention.find(owner);
      const auto keep = own == tables_.retention.end() ? everybody : own->second.of(kind).value_or(everybody);
      return keep.count() > 0 && since < now - keep;
    };
    if (kind == KeptKind::Files) {
      for (const auto& [id, kept] : tables_.assets) {
        if (!kept.buried && !kept.asset.held && is_over(kept.asset.owner, kept.asset.created_at))
          found.emplace_back(kept.asset.created_at, id);
      }
    } else {
      for (const auto& [id, job] : tables_.jobs) {
        if (job.finished_at && is_over(job.owner, *job.finished_at) && has_such(kind, job))
          found.emplace_back(*job.finished_at, id);
      }
    }
    std::sort(found.begin(), found.end());
    found.resize(std::min(found.size(), static_cast<std::size_t>(std::clamp(limit, 1, kMaxPage))));
    std::vector<std::string> out;
    for (auto& [since, id] : found) out.push_back(std::move(id));
    return out;
  }

  Result<void> end(KeptKind kind, const std::string& id) override {
    if (kind == KeptKind::Files) return assets_.bury(id);
    MutexLock lock(tables_.mutex);
    auto found = tables_.jobs.find(id);
    if (found == tables_.jobs.end()) return make_error(ErrorKind::NotFound, "there is no such job", "job.not_found");
    const auto* asset = living(found->second.asset);
    if (asset != nullptr && asset->held) return must_be_kept();
    model::JobEvents events;
    VIGIL_TRY(model::clear_outputs(found->second, tables_.clock.wall(), events));
    if (kind == KeptKind::Jobs) {
      tables_.erase_job(id);
      return {};
    }
    tables_.settle(found->second);
    tables_.add(std::move(events));
    return {};
  }

 private:
  const model::Asset* living(const std::string& id) const {
    const auto found = tables_.assets.find(id);
    return found == tables_.assets.end() || found->second.buried ? nullptr : &found->second.asset;
  }

  bool has_such(KeptKind kind, const model::Job& job) const {
    const auto* asset = living(job.asset);
    if (asset != nullptr && asset->held) return false;
    const auto first = tables_.outputs.lower_bound({job.id, ""});
    const bool outputs = first != tables_.outputs.end() && first->first.first == job.id;
    if (kind != KeptKind::Jobs) return outputs && kept_kind_of(job.kind) == kind;
    const bool telling = std::any_of(tables_.webhooks.begin(), tables_.webhooks.end(),
                                     [&](const auto& one) { return one.job_id == job.id && one.status.due_at; });
    return !telling && (!outputs || asset == nullptr);
  }

  Tables& tables_;
  AssetRepository& assets_;
};

}  // namespace

std::unique_ptr<RetentionRepository> make_retention(Tables& tables) {
  return std::make_unique<Retentions>(tables);
}

std::unique_ptr<Expiry> make_expiry(Tables& tables, AssetRepository& assets) {
  return std::make_unique<Expiries>(tables, assets);
}

}  // namespace vigil::store::memory
