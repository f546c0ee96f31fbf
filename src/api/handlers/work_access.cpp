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

}  // namespace vigil::api
