#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/asset.h"
#include "store/jobs.h"
#include "store/retention.h"

// Files on their way in, and files that are here.

namespace vigil::store {

// What one owner may have: bytes of assets and of what open uploads have announced, and uploads open at once. 0: any.
struct UploadQuota {
  std::uint64_t bytes = 0;
  int open_uploads = 0;
};

struct AssetUsage {
  std::uint64_t assets = 0, bytes = 0;           // that are here, or not cleared away yet
  std::uint64_t open_uploads = 0, reserved = 0;  // on their way
};

// The rules that every store keeps. `usage`: without the upload itself.
Result<void> within_quota(const AssetUsage& usage, const model::Upload& upload, const UploadQuota& quota);
Error must_be_kept();
Result<void> may_advance(const model::Upload& present, const model::Upload& wanted);

// Why an upload ended, as those are told who asked for it.
struct UploadEnd {
  const char* type = "upload.deleted";  // "upload.completed", "upload.refused", "upload.expired"
  std::string code = {}, detail = {};   // of a refusal
};
model::JobEvent event_of(const model::Upload& upload, const UploadEnd& end, WallTime now);

struct UploadQuery {
  std::string id;                          // empty: any
  std::optional<std::string> owner;        // nothing: everybody's
  std::vector<model::UploadState> states;  // empty: any
  std::optional<WallTime> expired_before;
  bool forgettable = false;  // nobody is to be told of it any more, nor of the file that it became
  int limit = 100;           // oldest first
};

class UploadRepository {
 public:
  virtual ~UploadRepository() = default;
  // Sets both times. `webhook`: who is told how it ends. PayloadTooLarge (upload.quota) or ResourceExhausted
  // (upload.open): over quota, together with what others announce at the same moment.
  virtual Result<model::Upload> insert(const model::Upload& upload, const UploadQuota& quota,
                                       const std::optional<JobWebhook>& webhook = std::nullopt) = 0;
  virtual Result<std::vector<model::Upload>> find(const UploadQuery& query) = 0;
  // Stores received, length, asset, direct and expires_at. Received never falls and a length never changes: Conflict.
  // NotFound; PayloadTooLarge (upload.quota) when a length is set that is too much.
  virtual Result<model::Upload> advance(const model::Upload& upload, const UploadQuota& quota) = 0;

  // Given up: only its row stays, and tells that it was here. No error when there is none, or it is not open.
  virtual Result<void> close(const std::string& id, const UploadEnd& end) = 0;
  virtual Result<void> remove(const std::string& id) = 0;  // with its webhooks; no error when there is none
};

struct AssetQuery {
  std::optional<std::string> owner;
  std::string sha256;              // empty: any
  std::optional<WallTime> before;  // created
  std::optional<bool> held;
  PageRequest page;  // newest first
};

class AssetRepository {
 public:
  virtual ~AssetRepository() = default;
  virtual Result<model::Asset> get(const std::string& id) = 0;  // NotFound
  virtual Result<Page<model::Asset>> find(const AssetQuery& query) = 0;
  // A tombstone: nobody finds it any more, its bytes can be removed, and its owner can hand the same content in again.
  // Its quota comes back with remove(). FailedPrecondition (asset.held): it must be kept.
  virtual Result<void> bury(const std::string& id) = 0;                     // NotFound
  virtual Result<model::Asset> hold(const std::string& id, bool held) = 0;  // NotFound
  // Replaces what was known of it. NotFound: it was deleted meanwhile.
  virtual Result<model::Asset> describe(const std::string& id, const model::AssetLook& look) = 0;
  virtual Result<std::vector<model::Asset>> buried(int limit) = 0;
  virtual Result<void> remove(const std::string& id) = 0;  // a buried one; no error when there is none
};

struct FoundPlateQuery {
  std::optional<std::string> owner;  // nothing: everybody's
  std::string asset;                 // empty: any
  PlateQuery plate;  // its times are those at which files were handed in; cameras and tracks are not asked
};
// The number of a plate in its analysis, so that ids stand in the order of numbers.
std::string found_plate_id(const std::string& job_id, std::size_t number);

class Uploads {
 public:
  virtual ~Uploads() = default;
  virtual UploadRepository& uploads() = 0;
  virtual AssetRepository& assets() = 0;
  virtual RetentionRepository& retention() = 0;
  virtual Expiry& expiry() = 0;
  virtual Result<AssetUsage> usage(const std::string& owner) = 0;

  struct Completed {
    model::Asset asset;
    bool duplicate = false;  // the owner had this content already: that asset
    std::string job_id;      // of the first job; empty: none was wanted
  };
  // In one transaction: the upload is complete, the asset is there, the jobs are queued. An upload that is complete
  // gives the same answer again. The jobs work on the asset that comes out; a duplicate queues none.
  virtual Result<Completed> complete(const std::string& upload_id, const model::Asset& asset,
                                     const std::vector<model::Job>& jobs) = 0;
  // Read in what was handed in and is there: files that came last first, and within one its end. InvalidArgument.
  virtual Result<Page<model::FoundPlate>> plates(const FoundPlateQuery& query) = 0;
};

}  // namespace vigil::store
