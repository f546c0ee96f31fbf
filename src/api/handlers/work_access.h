#pragma once

#include "api/handlers/context.h"
#include "base/result.h"
#include "model/asset.h"
#include "model/job.h"

// What a request names, if it may be seen by who asks. What is somebody else's does not exist for them: NotFound.

namespace vigil::api {

Result<model::Job> job_for(const Context& context, const Request& request);
Result<model::Asset> asset_for(const Context& context, const Request& request);
Result<model::Upload> upload_for(const Context& context, const Request& request);

}  // namespace vigil::api
