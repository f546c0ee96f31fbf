#include <fmt/format.h>

#include "api/handlers/context.h"
#include "api/problem.h"
#include "base/log.h"
#include "model/plate_settings_json.h"
#include "pipeline/plate_judge.h"

// How plates look here, and which are expected or not wanted.

namespace vigil::api {
namespace {

constexpr const char* kName = "plates";

Result<model::PlateSettings> stored(const Context& context) {
  VIGIL_ASSIGN(const auto kept, context.services.store.settings().get(kName));
  if (kept.version == 0) return model::PlateSettings{};
  VIGIL_ASSIGN(const auto json, parse_json(kept.content));
  VIGIL_ASSIGN(auto settings, model::read_plate_settings(json));
  settings.version = kept.version;
  settings.updated_at = kept.updated_at;
  return settings;
}

Response answer(const model::PlateSettings& settings) {
  auto json = model::to_json(settings);
  json["version"] = settings.version;
  json["updated_at"] = settings.version == 0 ? Json() : Json(to_rfc3339(settings.updated_at));
  return json_response(200, json);
}

Response get(Context& context, const Request&) {
  const auto settings = stored(context);
  return settings ? answer(*settings) : problem(settings.error());
}

// Who is let in and who is not is worth a line each time it changes; the plates themselves are nobody's business.
void audit(const Request& request, const model::PlateSettings& before, const model::PlateSettings& after) {
  log::info("plate lists and formats were changed", {{"audit", true},
                                                     {"name", request.principal.name},
                                                     {"id", request.principal.id},
                                                     {"address", request.peer.address},
                                                     {"request", request.id},
                                                     {"version", after.version},
                                                     {"allowed_before", before.allow.size()},
                                                     {"allowed", after.allow.size()},
                                                     {"denied_before", before.deny.size()},
                                                     {"denied", after.deny.size()},
                                                     {"formats", after.formats.size()},
                                                     {"replacements", after.replacements.size()}});
}

Response put(Context& context, const Request& request) {
  auto settings = model::read_plate_settings(request.json);
  if (!settings) return problem(settings.error());
  auto rules = pipeline::PlateRules::compile(*settings);
  if (!rules) return problem(rules.error());
  const auto before = stored(context);
  const auto version = request.json.at("version").get<std::uint64_t>();
  auto kept = context.services.store.settings().put(kName, version, to_text(model::to_json(*settings)));
  if (!kept) return problem(kept.error());
  settings->version = kept->version;
  settings->updated_at = kept->updated_at;
  if (context.services.plates != nullptr) context.services.plates->adopt(std::move(*rules));
  audit(request, before ? *before : model::PlateSettings{}, *settings);
  return answer(*settings);
}

}  // namespace

void add_plate_settings_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/plate-settings", "get_plate_settings", Permission::Viewer,
                    [&context](const Request& request) { return get(context, request); }});
  routes.push_back({"PUT", "/api/plate-settings", "set_plate_settings", Permission::Administrator,
                    [&context](const Request& request) { return put(context, request); }});
}

}  // namespace vigil::api
