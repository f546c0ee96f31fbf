#include "api/handlers/work_access.h"

#include "api/handlers/work_json.h"
#include "store/jobs.h"
#include "store/uploads.h"

namespace vigil::api {

Result<model::Job> job_for(const Context& context, const Request& request) {
  VIGIL_ASSIGN(auto job, context.services.store.jobs().jobs().get(std::string(request.param("id"))));
  const auto actor = actor_of(request);
  if (job.owner != actor.owner && !actor.everything)
    return make_error(ErrorKind::NotFound, "there is no such job", "job.not_found");
  return job;
}

Result<model::Asset> asset_for(const Context& context, const Request& request) {
  VIGIL_ASSIGN(auto asset, context.services.store.uploads().assets().get(std::string(request.param("id"))));
  const auto actor = actor_of(request);
  if (asset.owner != actor.owner && !actor.everything)
    return make_error(ErrorKind::NotFound, "there is no such asset", "asset.not_found");
  return asset;
}

Result<model::Upload> upload_for(const Context& context, const Request& request) {
  const std::string id(request.param("id"));
  VIGIL_ASSIGN(auto found, context.services.store.uploads().uploads().find({.id = id}));
  const auto actor = actor_of(request);
  // An empty id would find any.
  if (id.empty() || found.empty() || (found[0].owner != actor.owner && !actor.everything))
    return make_error(ErrorKind::NotFound, "there is no such upload", "upload.not_found");
  return std::move(found[0]);
}

}  // namespace vigil::api
