#pragma once

#include "api/message.h"
#include "jobs/uploads.h"
#include "model/asset.h"
#include "model/job.h"
#include "store/webhooks.h"

// Uploads, assets and jobs as the interface shows them.

namespace vigil::api {

// On whose behalf a request is made: an administrator sees what is everybody's.
jobs::Actor actor_of(const Request& request);

// Who is to be told, as an order names them: {"url": …, "secret": …}. InvalidArgument.
Result<store::JobWebhook> webhook_in(const Json& wanted);

// What a sender is told of a file that is here now.
Response receipt_response(const model::Asset& asset, const jobs::UploadStatus& done);

Json to_json(const model::Upload& upload);
Json to_json(const model::Asset& asset);
Json to_json(const model::Asset& asset, std::optional<WallTime> kept_until);
Json to_json(const model::Job& job);
Json to_json(const model::JobEvent& event);
Json to_json(const model::JobOutput& output);
Json to_json(const store::WebhookStatus& webhook);

}  // namespace vigil::api
