#include "api/handlers/context.h"
#include "api/problem.h"
#include "base/log.h"
#include "vision/model_store.h"

namespace vigil::api {
namespace {

// Which model ids the cameras were analysed with a moment ago, and where.
std::map<std::string, std::string> models_at_work(const Context& context) {
  std::map<std::string, std::string> out;
  auto cameras = context.services.cameras.list();
  if (!cameras.ok()) return out;
  for (const auto& camera : *cameras) {
    if (auto report = context.sight.of(camera.id)) out[report->model] = report->device;
  }
  return out;
}

Json models_json(const Context& context) {
  const auto at_work = models_at_work(context);
  auto device_of = [&](const std::string& id) {
    auto found = at_work.find(id);
    return found == at_work.end() ? std::string() : found->second;
  };
  const auto* store = context.services.models;
  std::string chosen = store == nullptr ? std::string() : store->default_model();
  if (chosen.empty()) chosen = vision::kClassic;
  Json list = Json::array();
  if (store != nullptr) {
    for (const auto& one : store->list()) {
      if (one.card.task != vision::Task::Detect) continue;  // cameras are not analysed with it
      list.push_back({{"name", one.name},
                      {"version", one.version},
                      {"title", one.card.title},
                      {"licence", one.card.licence},
                      {"source", one.card.source},
                      {"labels", one.card.labels},
                      {"width", one.card.width},
                      {"height", one.card.height},
                      {"default", one.id() == chosen},
                      {"loaded", at_work.contains(one.id())},
                      {"device", device_of(one.id())},
                      {"problem", one.problem}});
    }
  }
  const std::string classic(vision::kClassic);
  list.push_back({{"name", classic},
                  {"version", ""},
                  {"title", "Moving people, found without a model"},
                  {"licence", "Apache-2.0"},
                  {"source", ""},
                  {"labels", {"person"}},
                  {"width", 0},
                  {"height", 0},
                  {"default", chosen == classic},
                  {"loaded", at_work.contains(classic)},
                  {"device", device_of(classic)},
                  {"problem", ""}});
  return {{"default", chosen}, {"models", std::move(list)}};
}

Response set_default(Context& context, const Request& request) {
  const auto name = request.json.at("name").get<std::string>();
  if (context.services.models == nullptr) {
    return problem(
        make_error(ErrorKind::NotFound, "There are no models here but the built-in detector.", "model.unknown"));
  }
  if (auto done = context.services.models->set_default(name); !done.ok()) return problem(done.error());
  log::info("default model chosen", {{"model", name}, {"by", request.principal.name}});
  return json_response(200, models_json(context));
}

}  // namespace

void add_model_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/models", "list_models", Permission::Viewer,
                    [&context](const Request&) { return json_response(200, models_json(context)); }});
  routes.push_back({"PUT", "/api/models/default", "set_default_model", Permission::Administrator,
                    [&context](const Request& request) { return set_default(context, request); }});
}

}  // namespace vigil::api
