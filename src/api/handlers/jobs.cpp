#include <fmt/format.h>

#include "api/handlers/context.h"
#include "api/handlers/kept_until.h"
#include "api/handlers/work_access.h"
#include "api/handlers/work_json.h"
#include "api/problem.h"
#include "api/record_query.h"
#include "blob/digest.h"
#include "footage/analyse_handler.h"
#include "footage/analyse_payload.h"
#include "jobs/reconciler.h"

// Jobs and assets. Whose they are not sees none of them: looked at where they are read.

namespace vigil::api {
namespace {

// Every picture of a day's video is looked at no faster than it can be.
constexpr std::chrono::hours kLongestAnalysis{24};

std::optional<std::string> owner_filter(const Request& request) {
  const auto actor = actor_of(request);
  if (!actor.everything) return actor.owner;
  if (auto wanted = text_in(request, "owner"); !wanted.empty()) return wanted;
  return std::nullopt;
}

Result<Json> shown(KeptUntil& kept, const model::Asset& asset) {
  VIGIL_ASSIGN(const auto until, kept.of(asset));
  return to_json(asset, until);
}
Result<Json> shown(KeptUntil&, const model::Job& job) {
  return to_json(job);
}

template <typename T>
Response page_response(const Context& context, const Request& request, const Result<store::Page<T>>& page,
                       const char* name) {
  if (!page.ok()) return problem(page.error());
  KeptUntil kept(context);
  Json list = Json::array();
  for (const auto& item : page->items) {
    auto one = shown(kept, item);
    if (!one) return problem(one.error());
    list.push_back(std::move(*one));
  }
  return json_response(
      200, {{name, std::move(list)}, {"next_cursor", next_cursor(request, page->next, context.cursor_key)}});
}

Response list_jobs(Context& context, const Request& request) {
  store::JobQuery query;
  auto page = page_request(request, context.cursor_key);
  if (!page.ok()) return bad_query(page.error());
  query.page = std::move(*page);
  query.owner = owner_filter(request);
  query.kind = text_in(request, "kind");
  query.asset = text_in(request, "asset");
  for (const auto& name : texts_in(request, "state")) query.states.push_back(*model::job_state_from(name));
  return page_response(context, request, context.services.store.jobs().jobs().find(query), "jobs");
}

// What is asked for again and again costs little while nothing changes.
Response get_job(Context& context, const Request& request) {
  auto job = job_for(context, request);
  if (!job) return problem(job.error());
  const auto tag = fmt::format("\"{}\"", job->version);
  auto response = request.headers.get("If-None-Match") == tag ? empty_response(304) : json_response(200, to_json(*job));
  response.headers.set("ETag", tag);
  response.headers.set("Cache-Control", "no-cache");
  return response;
}

Response order(Context& context, const Request& request, model::JobOrder order) {
  auto job = job_for(context, request);
  if (!job) return problem(job.error());
  auto done = context.services.store.jobs().jobs().order(job->id, order);
  return done ? json_response(200, to_json(*done)) : problem(done.error());
}

Response delete_job(Context& context, const Request& request) {
  auto job = job_for(context, request);
  if (!job) return problem(job.error());
  auto removed = context.services.store.jobs().jobs().remove(job->id);
  return removed ? empty_response(204) : problem(removed.error());
}

Response job_log(Context& context, const Request& request) {
  auto job = job_for(context, request);
  if (!job) return problem(job.error());
  const auto after = static_cast<std::uint64_t>(request.query.at("after").get<std::int64_t>());
  auto events = context.services.store.jobs().log().events(job->id, after, request.query.at("limit").get<int>());
  if (!events) return problem(events.error());
  Json list = Json::array();
  for (const auto& event : *events) list.push_back(to_json(event));
  return json_response(200, {{"events", std::move(list)}});
}

Response job_outputs(Context& context, const Request& request) {
  auto job = job_for(context, request);
  if (!job) return problem(job.error());
  auto outputs = context.services.store.jobs().log().outputs(job->id, text_in(request, "after"),
                                                             request.query.at("limit").get<int>());
  if (!outputs) return problem(outputs.error());
  auto until = KeptUntil(context).of_outputs(*job);
  if (!until) return problem(until.error());
  Json list = Json::array();
  for (const auto& output : *outputs) list.push_back(to_json(output));
  return json_response(
      200, {{"outputs", std::move(list)}, {"kept_until", *until ? Json(to_rfc3339(**until)) : Json(nullptr)}});
}

Response list_assets(Context& context, const Request& request) {
  store::AssetQuery query;
  auto page = page_request(request, context.cursor_key);
  if (!page.ok()) return bad_query(page.error());
  query.page = std::move(*page);
  query.owner = owner_filter(request);
  query.sha256 = text_in(request, "sha256");
  return page_response(context, request, context.services.store.uploads().assets().find(query), "assets");
}

Response get_asset(Context& context, const Request& request) {
  auto asset = asset_for(context, request);
  if (!asset) return problem(asset.error());
  KeptUntil kept(context);
  auto json = shown(kept, *asset);
  return json ? json_response(200, *json) : problem(json.error());
}

Response delete_asset(Context& context, const Request& request) {
  if (context.services.uploads == nullptr)
    return problem(503, "uploads.off", "This server takes no uploads: it has no place for them.");
  auto asset = asset_for(context, request);
  if (!asset) return problem(asset.error());
  if (asset->held) return problem(store::must_be_kept());
  // What works on it stops; whatever it still makes is nobody's.
  auto& jobs = context.services.store.jobs().jobs();
  store::JobQuery query;
  query.asset = asset->id;
  query.states = {model::JobState::Queued, model::JobState::Processing};
  auto at_work = jobs.find(query);
  if (!at_work) return problem(at_work.error());
  for (const auto& job : at_work->items) static_cast<void>(jobs.order(job.id, model::JobOrder::Cancel).ok());
  auto removed = context.services.uploads->remove_asset(actor_of(request), asset->id);
  return removed ? empty_response(204) : problem(removed.error());
}

Error below(Error error, const char* member) {
  error.pointer = std::string("/") + member + error.pointer;
  return error;
}

// What is wrong with an order that its schema cannot say.
Result<void> check_order(const std::string& kind, const Json& order) {
  if (kind == footage::AnalyseHandler::kKind) {
    const auto wanted = footage::read_analyse_request(to_text(order));
    if (!wanted) return below(wanted.error(), footage::AnalyseHandler::kKind);
  } else if (order.value("cadence", "fps") == "times" && !order.contains("times_ms")) {
    return make_error(ErrorKind::InvalidArgument, "say at which times: times_ms", "extract.request",
                      "/extract/times_ms");
  }
  return {};
}

// The same order is the same job for as long as it is at work.
Response create_asset_job(Context& context, const Request& request) {
  auto asset = asset_for(context, request);
  if (!asset) return problem(asset.error());
  std::optional<store::JobWebhook> webhook;
  if (const auto wanted = request.json.find("webhook"); wanted != request.json.end()) {
    auto read = webhook_in(*wanted);
    if (!read) return problem(read.error());
    webhook = std::move(*read);
  }
  model::Job job;
  job.kind = request.json.at("kind").get<std::string>();
  // What could not be used when it was looked at is only looked at again.
  if (job.kind != "probe" && !asset->look.fault_code.empty())
    return problem(422, asset->look.fault_code, asset->look.fault);
  const auto order = request.json.value(job.kind, Json::object());
  if (auto fine = check_order(job.kind, order); !fine) return problem(fine.error());
  job.owner = asset->owner;
  job.asset = asset->id;
  job.payload = to_text(order);
  job.unique_key = job.kind == "probe" ? fmt::format("probe/{}", asset->id)
                                       : fmt::format("{}/{}/{}", job.kind, asset->id, blob::sha256_hex(job.payload));
  if (job.kind == footage::AnalyseHandler::kKind) {
    job.limits.start_to_close = kLongestAnalysis;
    job.sole = true;
  }
  auto queued = context.services.store.jobs().jobs().insert(job);
  if (!queued) return problem(queued.error());
  // Whoever gets no answer asks again, and finds the job: so this need not be the same transaction.
  if (webhook) {
    auto attached = context.services.store.jobs().webhooks().attach(queued->job.id, *webhook);
    if (!attached) return problem(attached.error());
  }
  return json_response(queued->duplicate ? 200 : 201, to_json(queued->job));
}

// What the last comparison found, and whether one is under way.
Response reconcile_status(Context& context, const Request&) {
  const auto* reconciler = context.services.reconciler;
  if (reconciler == nullptr) return problem(503, "reconcile.off", "This server does not look after its storage.");
  const auto last = reconciler->last();
  Json found = nullptr;
  if (last) {
    found = {{"finished_at", to_rfc3339(*last->finished_at)},
             {"seconds", std::chrono::duration<double>(last->took).count()},
             {"jobs", last->jobs},
             {"blobs", last->blobs},
             {"missing", last->missing},
             {"remade", last->remade},
             {"lost", last->lost},
             {"orphans", last->orphans},
             {"orphan_bytes", last->orphan_bytes},
             {"removed", last->removed},
             {"cancelled", last->cancelled},
             {"refused", last->refused}};
  }
  return json_response(200, {{"running", reconciler->busy()}, {"last", std::move(found)}});
}

Response reconcile_now(Context& context, const Request& request) {
  if (context.services.reconciler != nullptr) context.services.reconciler->hurry();
  auto response = reconcile_status(context, request);
  if (response.status == 200) response.status = 202;
  return response;
}

Response usage(Context& context, const Request& request) {
  const auto owner = actor_of(request).owner;
  auto usage = context.services.store.uploads().usage(owner);
  if (!usage) return problem(usage.error());
  auto keep = KeptUntil(context).of_owner(owner);
  if (!keep) return problem(keep.error());
  const auto limit = [](std::uint64_t most) { return most == 0 ? Json(nullptr) : Json(most); };
  const auto seconds = [&limit](std::chrono::seconds time) { return limit(static_cast<std::uint64_t>(time.count())); };
  const auto limits =
      context.services.uploads != nullptr ? context.services.uploads->limits() : jobs::Uploads::Limits();
  return json_response(200, {{"assets", usage->assets},
                             {"bytes", usage->bytes},
                             {"open_uploads", usage->open_uploads},
                             {"reserved_bytes", usage->reserved},
                             {"max_file_bytes", limit(limits.file_bytes)},
                             {"max_duration_s", limit(static_cast<std::uint64_t>(limits.duration.count()))},
                             {"quota_bytes", limit(limits.quota.bytes)},
                             {"max_open_uploads", limit(static_cast<std::uint64_t>(limits.quota.open_uploads))},
                             {"keep_s",
                              {{"files", seconds(keep->files)},
                               {"pictures", seconds(keep->pictures)},
                               {"findings", seconds(keep->findings)},
                               {"jobs", seconds(keep->jobs)}}}});
}

}  // namespace

void add_job_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  auto ordering = [&context](model::JobOrder what) {
    return [&context, what](const Request& request) { return order(context, request, what); };
  };
  using model::JobOrder;
  const auto may = Permission::Viewer;
  routes.push_back({"GET", "/api/jobs", "list_jobs", may, bind(list_jobs)});
  routes.push_back({"GET", "/api/jobs/{id}", "get_job", may, bind(get_job)});
  routes.push_back({"DELETE", "/api/jobs/{id}", "delete_job", may, bind(delete_job)});
  routes.push_back({"POST", "/api/jobs/{id}/cancel", "cancel_job", may, ordering(JobOrder::Cancel)});
  routes.push_back({"POST", "/api/jobs/{id}/pause", "pause_job", may, ordering(JobOrder::Pause)});
  routes.push_back({"POST", "/api/jobs/{id}/resume", "resume_job", may, ordering(JobOrder::Resume)});
  routes.push_back({"POST", "/api/jobs/{id}/retry", "retry_job", may, ordering(JobOrder::Retry)});
  routes.push_back({"GET", "/api/jobs/{id}/log", "get_job_log", may, bind(job_log)});
  routes.push_back({"GET", "/api/jobs/{id}/outputs", "list_job_outputs", may, bind(job_outputs)});
  routes.push_back(
      {"GET", "/api/system/reconcile", "get_reconcile", Permission::Administrator, bind(reconcile_status)});
  routes.push_back({"POST", "/api/system/reconcile", "reconcile", Permission::Administrator, bind(reconcile_now)});
  routes.push_back({"GET", "/api/assets", "list_assets", may, bind(list_assets)});
  routes.push_back({"GET", "/api/assets/usage", "get_asset_usage", may, bind(usage)});
  routes.push_back({"GET", "/api/assets/{id}", "get_asset", may, bind(get_asset)});
  routes.push_back({"POST", "/api/assets/{id}/jobs", "create_asset_job", may, bind(create_asset_job)});
  routes.push_back({"DELETE", "/api/assets/{id}", "delete_asset", may, bind(delete_asset)});
}

}  // namespace vigil::api
