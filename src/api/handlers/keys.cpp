#include "api/handlers/account_json.h"
#include "api/handlers/context.h"
#include "api/problem.h"

namespace vigil::api {
namespace {

Response list(Context& context, const Request&) {
  auto keys = context.services.accounts.api_keys();
  if (!keys.ok()) return problem(keys.error());
  Json out = Json::array();
  for (const auto& key : *keys) out.push_back(to_json(key));
  return json_response(200, {{"keys", std::move(out)}});
}

Response create(Context& context, const Request& request) {
  const auto& in = request.json;
  std::optional<WallTime> expires;
  if (auto days = in.find("expires_in_days"); days != in.end() && !days->is_null()) {
    expires = context.services.clock.wall() + std::chrono::hours(24) * days->get<int>();
  }
  auto role = *store::user_role_from(in.value("role", std::string("viewer")));
  auto made = context.services.accounts.add_api_key(in.at("name").get<std::string>(), role, expires);
  if (!made.ok()) return problem(made.error());
  auto out = to_json(made->key);
  out["key"] = made->text.reveal();
  return json_response(201, out);
}

Response remove(Context& context, const Request& request) {
  auto removed = context.services.accounts.remove_api_key(std::string(request.param("id")));
  return removed.ok() ? empty_response(204) : problem(removed.error());
}

}  // namespace

void add_key_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  routes.push_back({"GET", "/api/keys", "list_keys", Permission::Administrator, bind(list)});
  routes.push_back({"POST", "/api/keys", "create_key", Permission::Administrator, bind(create)});
  routes.push_back({"DELETE", "/api/keys/{id}", "delete_key", Permission::Administrator, bind(remove)});
}

}  // namespace vigil::api
