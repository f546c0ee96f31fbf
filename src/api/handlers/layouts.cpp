#include "api/handlers/context.h"
#include "api/problem.h"
#include "model/layout_json.h"

namespace vigil::api {
namespace {

Json to_json(const model::Layout& layout) {
  return {{"id", layout.id},
          {"name", layout.name},
          {"columns", layout.columns},
          {"rows", layout.rows},
          {"tiles", model::to_json(layout.tiles)},
          {"updated_at", to_rfc3339(layout.updated_at)}};
}

Result<model::Layout> layout_in(const Request& request) {
  const auto& in = request.json;
  model::Layout layout;
  layout.name = in.at("name").get<std::string>();
  layout.columns = in.at("columns").get<int>();
  layout.rows = in.at("rows").get<int>();
  VIGIL_ASSIGN(layout.tiles, model::read_tiles(in.at("tiles")));
  return layout;
}

Response list(Context& context, const Request& request) {
  auto layouts = context.services.store.layouts().list(request.principal.id);
  if (!layouts) return problem(layouts.error());
  Json out = Json::array();
  for (const auto& layout : *layouts) out.push_back(to_json(layout));
  return json_response(200, {{"layouts", std::move(out)}});
}

Response create(Context& context, const Request& request) {
  auto layout = layout_in(request);
  if (!layout) return problem(layout.error());
  auto stored = context.services.store.layouts().insert(request.principal.id, *layout);
  return stored ? json_response(201, to_json(*stored)) : problem(stored.error());
}

Response replace(Context& context, const Request& request) {
  auto layout = layout_in(request);
  if (!layout) return problem(layout.error());
  layout->id = request.param("id");
  auto stored = context.services.store.layouts().update(request.principal.id, *layout);
  return stored ? json_response(200, to_json(*stored)) : problem(stored.error());
}

Response remove(Context& context, const Request& request) {
  auto removed = context.services.store.layouts().remove(request.principal.id, std::string(request.param("id")));
  return removed ? empty_response(204) : problem(removed.error());
}

}  // namespace

void add_layout_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  routes.push_back({"GET", "/api/layouts", "list_layouts", Permission::Viewer, bind(list)});
  routes.push_back({"POST", "/api/layouts", "create_layout", Permission::Viewer, bind(create)});
  routes.push_back({"PUT", "/api/layouts/{id}", "replace_layout", Permission::Viewer, bind(replace)});
  routes.push_back({"DELETE", "/api/layouts/{id}", "delete_layout", Permission::Viewer, bind(remove)});
}

}  // namespace vigil::api
