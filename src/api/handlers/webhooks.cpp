#include "store/webhooks.h"

#include "api/handlers/context.h"
#include "api/handlers/work_access.h"
#include "api/handlers/work_json.h"
#include "api/problem.h"
#include "store/jobs.h"

// Who is told what happens to a job or an upload, how far, and that it is told again. Whose they are not sees none of
// them.

namespace vigil::api {
namespace {

using Subject = Result<std::string> (*)(const Context& context, const Request& request);

Result<std::string> job(const Context& context, const Request& request) {
  VIGIL_ASSIGN(const auto found, job_for(context, request));
  return found.id;
}

Result<std::string> upload(const Context& context, const Request& request) {
  VIGIL_ASSIGN(const auto found, upload_for(context, request));
  return found.id;
}

Response shown(Context& context, const std::string& subject) {
  auto webhooks = context.services.store.jobs().webhooks().of(subject);
  if (!webhooks) return problem(webhooks.error());
  Json list = Json::array();
  for (const auto& webhook : *webhooks) list.push_back(to_json(webhook));
  return json_response(200, {{"webhooks", std::move(list)}});
}

Response list(Context& context, const Request& request, Subject subject) {
  auto id = subject(context, request);
  return id ? shown(context, *id) : problem(id.error());
}

Response replay(Context& context, const Request& request, Subject subject) {
  auto id = subject(context, request);
  if (!id) return problem(id.error());
  std::optional<std::uint64_t> from;
  if (const auto said = request.query.find("from"); said != request.query.end() && !said->is_null())
    from = said->get<std::uint64_t>();
  auto done = context.services.store.jobs().webhooks().replay(*id, std::string(request.param("webhook")), from);
  return done ? shown(context, *id) : problem(done.error());
}

}  // namespace

void add_webhook_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler, Subject subject) {
    return [&context, handler, subject](const Request& request) { return handler(context, request, subject); };
  };
  const auto may = Permission::Viewer;
  const std::string jobs = "/api/jobs/{id}/webhooks", uploads = "/api/uploads/{id}/webhooks", one = "/{webhook}/replay";
  routes.push_back({"GET", jobs, "list_job_webhooks", may, bind(list, job)});
  routes.push_back({"POST", jobs + one, "replay_job_webhook", may, bind(replay, job)});
  routes.push_back({"GET", uploads, "list_upload_webhooks", may, bind(list, upload)});
  routes.push_back({"POST", uploads + one, "replay_upload_webhook", may, bind(replay, upload)});
}

}  // namespace vigil::api
