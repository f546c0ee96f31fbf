// Uploads and assets in memory.

#include <algorithm>
#include <tuple>

#include "store/memory_tables.h"

namespace vigil::store::memory {
namespace {

using model::Asset;
using model::Upload;

class UploadTable final : public UploadRepository {
 public:
  explicit UploadTable(Tables& tables) : tables_(tables) {}

  Result<Upload> insert(const Upload& wanted, const UploadQuota& quota,
                        const std::optional<JobWebhook>& webhook) override {
    MutexLock lock(tables_.mutex);
    VIGIL_TRY(within_quota(tables_.usage(wanted.owner, wanted.id), wanted, quota));
    auto upload = wanted;
    upload.created_at = upload.updated_at = tables_.clock.wall();
    if (!tables_.uploads.emplace(upload.id, upload).second)
      return make_error(ErrorKind::AlreadyExists, "it exists already", "store.exists");
    if (webhook) tables_.attach(upload.id, *webhook);
    return upload;
  }
  Result<std::vector<Upload>> find(const UploadQuery& query) override {
    std::vector<Upload> out;
    MutexLock lock(tables_.mutex);
    for (const auto& [id, upload] : tables_.uploads) {
      const bool expired = !query.expired_before || upload.expires_at < *query.expired_before;
      const bool state = query.states.empty() ||
                         std::find(query.states.begin(), query.states.end(), upload.state) != query.states.end();
      if (query.forgettable && is_awaited(upload)) continue;
      if (expired && state && (query.id.empty() || query.id == id) && (!query.owner || *query.owner == upload.owner))
        out.push_back(upload);
    }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id); });
    out.resize(std::min(out.size(), static_cast<std::size_t>(std::clamp(query.limit, 1, kMaxPage))));
    return out;
  }
  Result<Upload> advance(const Upload& wanted, const UploadQuota& quota) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.uploads.find(wanted.id);
    if (found == tables_.uploads.end()) return no_upload();
    auto& upload = found->second;
    VIGIL_TRY(may_advance(upload, wanted));
    if (wanted.length && !upload.length) {
      auto as_wanted = wanted;
      as_wanted.owner = upload.owner;
      VIGIL_TRY(within_quota(tables_.usage(upload.owner, upload.id), as_wanted, quota));
    }
    upload.length = wanted.length;
    upload.received = wanted.received;
    upload.asset = wanted.asset;
    upload.direct = wanted.direct;
    upload.expires_at = wanted.expires_at;
    upload.updated_at = tables_.clock.wall();
    return upload;
  }
  Result<void> close(const std::string& id, const UploadEnd& end) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.uploads.find(id);
    if (found == tables_.uploads.end() || found->second.state != model::UploadState::Open) return {};
    found->second.state = model::UploadState::Closed;
    auto told = found->second;
    told.asset.clear();
    tables_.tell_of_upload(told, end);
    return {};
  }
  Result<void> remove(const std::string& id) override {
    MutexLock lock(tables_.mutex);
    tables_.uploads.erase(id);
    tables_.forget_webhooks(id);
    return {};
  }

 private:
  bool is_awaited(const Upload& upload) const {
    const auto asset = tables_.assets.find(upload.asset);
    const bool there =
        upload.state == model::UploadState::Complete && asset != tables_.assets.end() && !asset->second.buried;
    return std::any_of(tables_.webhooks.begin(), tables_.webhooks.end(),
                       [&](const auto& one) { return one.job_id == upload.id && (one.status.due_at || there); });
  }
  Tables& tables_;
};

class AssetTable final : public AssetRepository {
 public:
  explicit AssetTable(Tables& tables) : tables_(tables) {}

  Result<Asset> get(const std::string& id) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.assets.find(id);
    if (found == tables_.assets.end() || found->second.buried) return no_asset();
    return found->second.asset;
  }
  Result<Page<Asset>> find(const AssetQuery& query) override {
    std::vector<Asset> found;
    MutexLock lock(tables_.mutex);
    for (const auto& [id, kept] : tables_.assets) {
      if (!kept.buried && (!query.owner || *query.owner == kept.asset.owner) &&
          (query.sha256.empty() || query.sha256 == kept.asset.sha256) &&
          (!query.before || kept.asset.created_at < *query.before) && (!query.held || *query.held == kept.asset.held))
        found.push_back(kept.asset);
    }
    return page_of(std::move(found), query.page);
  }
  Result<void> bury(const std::string& id) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.assets.find(id);
    if (found == tables_.assets.end() || found->second.buried) return no_asset();
    if (found->second.asset.held) return must_be_kept();
    found->second.buried = true;
    for (const auto& [upload_id, upload] : tables_.uploads) {
      if (upload.asset == id && upload.state == model::UploadState::Complete)
        tables_.tell_of_upload(upload, {"upload.deleted"});
    }
    return {};
  }
  Result<Asset> hold(const std::string& id, bool held) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.assets.find(id);
    if (found == tables_.assets.end() || found->second.buried) return no_asset();
    found->second.asset.held = held;
    return found->second.asset;
  }
  Result<Asset> describe(const std::string& id, const model::AssetLook& look) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.assets.find(id);
    if (found == tables_.assets.end() || found->second.buried) return no_asset();
    found->second.asset.look = look;
    return found->second.asset;
  }
  Result<std::vector<Asset>> buried(int limit) override {
    std::vector<Asset> out;
    MutexLock lock(tables_.mutex);
    for (const auto& [id, kept] : tables_.assets) {
      if (kept.buried && out.size() < static_cast<std::size_t>(std::clamp(limit, 1, kMaxPage)))
        out.push_back(kept.asset);
    }
    return out;
  }
  Result<void> remove(const std::string& id) override {
    MutexLock lock(tables_.mutex);
    auto found = tables_.assets.find(id);
    if (found != tables_.assets.end() && found->second.buried) tables_.assets.erase(found);
    return {};
  }

 private:
  Tables& tables_;
};

}  // namespace

std::unique_ptr<UploadRepository> make_uploads(Tables& tables) {
  return std::make_unique<UploadTable>(tables);
}

std::unique_ptr<AssetRepository> make_assets(Tables& tables) {
  return std::make_unique<AssetTable>(tables);
}

}  // namespace vigil::store::memory
