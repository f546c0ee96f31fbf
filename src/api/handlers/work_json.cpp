#include "api/handlers/work_json.h"

#include "jobs/webhooks.h"

namespace vigil::api {
namespace {

Json time_json(std::optional<WallTime> time) {
  return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

Json text_json(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

// What was stored as JSON; null where there is none.
Json stored_json(const std::string& text) {
  auto json = parse_json(text, {.max_bytes = 8u << 20});
  return json ? std::move(*json) : Json(nullptr);
}

}  // namespace

jobs::Actor actor_of(const Request& request) {
  const auto& who = request.principal;
  const bool local = who.kind == Principal::Kind::Local;
  return {local ? "local" : who.id, who.role == store::UserRole::Administrator};
}

Result<store::JobWebhook> webhook_in(const Json& wanted) {
  return jobs::read_webhook(wanted.at("url").get_ref<const std::string&>(), wanted.value("secret", ""));
}

Json to_json(const model::Upload& upload) {
  return {{"id", upload.id},
          {"state", model::to_string(upload.state)},
          {"length", upload.length ? Json(*upload.length) : Json(nullptr)},
          {"received", upload.received},
          {"name", upload.name},
          {"type", upload.type},
          {"asset_id", upload.state == model::UploadState::Complete ? Json(upload.asset) : Json(nullptr)},
          {"created_at", to_rfc3339(upload.created_at)},
          {"expires_at", to_rfc3339(upload.expires_at)}};
}

Json to_json(const model::Asset& asset) {
  const auto& look = asset.look;
  const bool fine = look.fault_code.empty();
  return {{"id", asset.id},
          {"owner", asset.owner},
          {"name", asset.name},
          {"size", asset.size},
          {"sha256", asset.sha256},
          {"media_type", asset.media_type},
          {"held", asset.held},
          {"created_at", to_rfc3339(asset.created_at)},
          {"video", stored_json(look.video)},
          {"thumbnail", look.thumbnail.empty() ? Json(nullptr) : Json("/api/assets/" + asset.id + "/thumbnail")},
          {"fault", fine ? Json(nullptr) : Json{{"code", look.fault_code}, {"detail", look.fault}}}};
}

Json to_json(const model::Asset& asset, std::optional<WallTime> kept_until) {
  auto out = to_json(asset);
  out["kept_until"] = time_json(kept_until);
  return out;
}

Response receipt_response(const model::Asset& asset, const jobs::UploadStatus& done) {
  auto out = to_json(asset);
  out["duplicate"] = done.duplicate;
  out["job_id"] = text_json(done.job_id);
  auto response = json_response(done.duplicate ? 200 : 201, out);
  response.headers.set("Location", "/api/assets/" + asset.id);
  return response;
}

Json to_json(const model::Job& job) {
  Json errors = Json::array();
  for (const auto& error : job.errors) {
    errors.push_back({{"attempt", error.attempt},
                      {"time", to_rfc3339(error.time)},
                      {"fault", model::to_string(error.fault)},
                      {"code", error.code},
                      {"message", error.message}});
  }
  const bool waits = job.state == model::JobState::Queued;
  return {{"id", job.id},
          {"kind", job.kind},
          {"owner", job.owner},
          {"asset_id", text_json(job.asset)},
          {"state", model::to_string(job.state)},
          {"paused", job.paused},
          {"cancelling", job.cancel_requested_at.has_value() && !model::is_terminal(job.state)},
          {"priority", job.priority},
          {"progress", job.progress},
          {"step", text_json(job.step)},
          {"attempt", job.attempt},
          {"max_attempts", job.max_attempts},
          {"retry_at", waits && !job.errors.empty() ? Json(to_rfc3339(job.run_at)) : Json(nullptr)},
          {"created_at", to_rfc3339(job.created_at)},
          {"started_at", time_json(job.started_at)},
          {"finished_at", time_json(job.finished_at)},
          {"reason", text_json(job.reason)},
          {"detail", text_json(job.detail)},
          {"replaced_by", text_json(job.replaced_by)},
          {"cleared_at", time_json(job.cleared_at)},
          {"result", stored_json(job.result)},
          {"errors", std::move(errors)}};
}

Json to_json(const model::JobEvent& event) {
  return {{"sequence", event.sequence},     {"type", event.type},
          {"time", to_rfc3339(event.time)}, {"state", model::to_string(event.state)},
          {"attempt", event.attempt},       {"progress", event.progress},
          {"code", text_json(event.code)},  {"detail", text_json(event.detail)}};
}

Json to_json(const model::JobOutput& output) {
  return {{"name", output.name},
          {"size", output.size},
          {"media_type", output.media_type},
          {"facts", stored_json(output.facts)}};
}

Json to_json(const store::WebhookStatus& webhook) {
  Json deliveries = Json::array();
  for (const auto& one : webhook.deliveries) {
    deliveries.push_back({{"sequence", one.sequence},
                          {"type", one.type},
                          {"state", one.state},
                          {"tries", one.tries},
                          {"answer", text_json(one.answer)},
                          {"at", to_rfc3339(one.at)}});
  }
  return {{"id", webhook.id},
          {"host", webhook.host},
          {"signed", webhook.is_signed},
          {"given_up", webhook.given_up},
          {"told", webhook.told},
          {"tries", webhook.tries},
          {"next_at", time_json(webhook.due_at)},
          {"last_error", text_json(webhook.last_error)},
          {"deliveries", std::move(deliveries)}};
}

}  // namespace vigil::api
