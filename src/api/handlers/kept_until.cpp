#include "api/handlers/kept_until.h"

#include <algorithm>

#include "jobs/uploads.h"
#include "store/uploads.h"

namespace vigil::api {
namespace {

std::optional<WallTime> after(WallTime since, std::chrono::seconds keep) {
  if (keep.count() <= 0) return std::nullopt;
  return since + keep;
}

}  // namespace

Result<store::KeepFor> KeptUntil::of_owner(const std::string& owner) {
  if (auto known = known_.find(owner); known != known_.end()) return known->second;
  const auto* uploads = context_.services.uploads;
  VIGIL_ASSIGN(const auto own, context_.services.store.uploads().retention().get(owner));
  return known_[owner] = store::resolve(uploads != nullptr ? uploads->limits().keep : store::KeepFor(), own);
}

Result<std::optional<WallTime>> KeptUntil::of(const model::Asset& asset) {
  if (asset.held) return std::optional<WallTime>();
  VIGIL_ASSIGN(const auto keep, of_owner(asset.owner));
  return after(asset.created_at, keep.files);
}

Result<std::optional<WallTime>> KeptUntil::of_outputs(const model::Job& job) {
  std::optional<WallTime> until;
  auto asset = context_.services.store.uploads().assets().get(job.asset);
  if (!asset && asset.error().kind != ErrorKind::NotFound) return std::move(asset).error();
  // What was made of a file that is gone, is gone.
  if (!asset || asset->held) return until;
  VIGIL_ASSIGN(until, of(*asset));
  const auto kind = store::kept_kind_of(job.kind);
  if (!kind || !job.finished_at) return until;
  VIGIL_ASSIGN(const auto keep, of_owner(job.owner));
  const auto own = after(*job.finished_at, keep.of(*kind));
  return until && own ? std::min(until, own) : until ? until : own;
}

}  // namespace vigil::api
