#include "api/handlers/account_json.h"
#include "api/handlers/context.h"
#include "api/problem.h"

namespace vigil::api {
namespace {

Response list(Context& context, const Request&) {
  auto users = context.services.accounts.users();
  if (!users.ok()) return problem(users.error());
  Json out = Json::array();
  for (const auto& user : *users) out.push_back(to_json(user));
  return json_response(200, {{"users", std::move(out)}});
}

Response create(Context& context, const Request& request) {
  const auto& in = request.json;
  auto added =
      context.services.accounts.add_user(in.at("name").get<std::string>(), Secret(in.at("password").get<std::string>()),
                                         *store::user_role_from(in.at("role").get_ref<const std::string&>()));
  return added.ok() ? json_response(201, to_json(*added)) : problem(added.error());
}

Response change(Context& context, const Request& request) {
  const auto& in = request.json;
  Accounts::UserChange wanted;
  if (auto role = in.find("role"); role != in.end())
    wanted.role = store::user_role_from(role->get_ref<const std::string&>());
  if (auto disabled = in.find("disabled"); disabled != in.end()) wanted.disabled = disabled->get<bool>();
  if (auto password = in.find("password"); password != in.end()) wanted.password = Secret(password->get<std::string>());
  auto changed = context.services.accounts.change_user(std::string(request.param("id")), wanted);
  return changed.ok() ? json_response(200, to_json(*changed)) : problem(changed.error());
}

Response remove(Context& context, const Request& request) {
  auto removed = context.services.accounts.remove_user(std::string(request.param("id")));
  return removed.ok() ? empty_response(204) : problem(removed.error());
}

}  // namespace

void add_user_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  routes.push_back({"GET", "/api/users", "list_users", Permission::Administrator, bind(list)});
  routes.push_back({"POST", "/api/users", "create_user", Permission::Administrator, bind(create), Lane::Slow});
  routes.push_back({"PATCH", "/api/users/{id}", "change_user", Permission::Administrator, bind(change), Lane::Slow});
  routes.push_back({"DELETE", "/api/users/{id}", "delete_user", Permission::Administrator, bind(remove)});
}

}  // namespace vigil::api
