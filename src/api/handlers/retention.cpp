#include "store/retention.h"

#include "api/handlers/context.h"
#include "api/handlers/kept_until.h"
#include "api/problem.h"
#include "base/log.h"
#include "store/uploads.h"

// For how long what is kept of uploads, and whose is kept for longer or shorter than everybody's.

namespace vigil::api {
namespace {

using std::chrono::seconds;

Json to_json(const store::OwnedRetention& one) {
  Json out{{"owner", one.owner}};
  for (const auto kind : store::kKeptKinds) {
    const auto& keep = one.keep.of(kind);
    out[store::to_string(kind)] = keep ? Json(keep->count()) : Json(nullptr);
  }
  return out;
}

Response list(Context& context, const Request&) {
  auto owners = context.services.store.uploads().retention().list();
  if (!owners) return problem(owners.error());
  const auto* uploads = context.services.uploads;
  const auto keep = uploads != nullptr ? uploads->limits().keep : store::KeepFor();
  Json everybody = Json::object(), all = Json::array();
  for (const auto kind : store::kKeptKinds) everybody[store::to_string(kind)] = keep.of(kind).count();
  for (const auto& one : *owners) all.push_back(to_json(one));
  return json_response(200, {{"everybody", std::move(everybody)}, {"owners", std::move(all)}});
}

// Somebody who hands files in: a user or an API key. Whoever is only known by what was said before may be forgotten.
Result<bool> is_known(Context& context, const std::string& owner) {
  auto& store = context.services.store;
  VIGIL_ASSIGN(const auto users, store.users().list());
  for (const auto& user : users) {
    if (user.id == owner) return true;
  }
  auto key = store.api_keys().get(owner);
  if (key || key.error().kind != ErrorKind::NotFound) return key ? Result<bool>(true) : std::move(key).error();
  VIGIL_ASSIGN(const auto said, store.uploads().retention().get(owner));
  return owner == "local" || !said.empty();
}

Response put(Context& context, const Request& request) {
  store::OwnedRetention wanted{std::string(request.param("id")), {}};
  for (const auto kind : store::kKeptKinds) {
    const auto found = request.json.find(store::to_string(kind));
    if (found != request.json.end() && !found->is_null()) wanted.keep.of(kind) = seconds(found->get<std::int64_t>());
  }
  auto known = is_known(context, wanted.owner);
  if (!known) return problem(known.error());
  if (!*known) return problem(404, "user.not_found", "There is no such user or API key.");
  auto done = context.services.store.uploads().retention().put(wanted.owner, wanted.keep);
  if (!done) return problem(done.error());
  log::info("how long uploads are kept was changed",
            {{"audit", true}, {"of", wanted.owner}, {"by", request.principal.name}});
  return json_response(200, to_json(wanted));
}

}  // namespace

void add_retention_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  routes.push_back({"GET", "/api/retention", "list_retention", Permission::Administrator, bind(list)});
  routes.push_back({"PUT", "/api/retention/{id}", "put_retention", Permission::Administrator, bind(put)});
}

}  // namespace vigil::api
