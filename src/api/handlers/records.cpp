#include <algorithm>
#include <cmath>

#include "api/handlers/context.h"
#include "api/handlers/work_access.h"
#include "api/handlers/work_json.h"
#include "api/problem.h"
#include "api/record_json.h"
#include "api/record_query.h"
#include "pipeline/plate_judge.h"

// Plates, scenes, runs and subjects: lists of records that differ only in what is asked for.

namespace vigil::api {
namespace {

template <typename T, typename Show>
Response page_response(const Context& context, const Request& request, const Result<store::Page<T>>& page,
                       const char* name, Show show) {
  if (!page.ok()) return problem(page.error());
  Json list = Json::array();
  for (const auto& item : page->items) list.push_back(show(item));
  return json_response(
      200, {{name, std::move(list)}, {"next_cursor", next_cursor(request, page->next, context.cursor_key)}});
}

// Fills in what all lists have; an answer when that is wrong.
template <typename Query>
std::optional<Response> read(const Context& context, const Request& request, Query& query) {
  auto page = page_request(request, context.cursor_key);
  if (!page.ok()) return bad_query(page.error());
  query.page = std::move(*page);
  if constexpr (requires { query.scope; }) {
    auto scope = record_scope(request);
    if (!scope.ok()) return bad_query(scope.error());
    query.scope = std::move(*scope);
  }
  return std::nullopt;
}

// The text, how it is compared, and what all lists have.
std::optional<Response> read_plate(const Context& context, const Request& request, store::PlateQuery& query) {
  if (auto refusal = read(context, request, query)) return refusal;
  query.text = text_in(request, "text");
  query.max_edits = request.query.at("max_edits").get<int>();
  const auto match = text_in(request, "match");
  query.match = match == "prefix"  ? store::PlateMatch::Prefix
                : match == "fuzzy" ? store::PlateMatch::Fuzzy
                                   : store::PlateMatch::Exact;
  return std::nullopt;
}

// What the lists say of a plate; null where there are none.
Json listed_json(const pipeline::PlateRules* rules, const std::string& plate) {
  if (rules == nullptr || !rules->has_lists()) return nullptr;
  const auto verdict = rules->look_up(plate);
  return {{"list", model::to_string(verdict.list)}, {"plate", verdict.listed}, {"label", verdict.label}};
}

Response plates(Context& context, const Request& request) {
  store::PlateQuery query;
  if (auto refusal = read_plate(context, request, query)) return std::move(*refusal);
  query.track_id = text_in(request, "track");
  auto& records = context.services.store.records();
  RunSizes sizes(records.runs());
  const auto rules = context.services.plates != nullptr ? context.services.plates->rules() : nullptr;
  return page_response(context, request, records.plates().find(query), "plates", [&](const auto& plate) {
    auto json = to_json(plate, sizes.of(plate.run_id));
    json["listed"] = listed_json(rules.get(), plate.text);
    return json;
  });
}

// In what was handed in: one's own files, an administrator's look at everybody's.
Response found_plates(Context& context, const Request& request) {
  store::FoundPlateQuery query;
  if (auto refusal = read_plate(context, request, query.plate)) return std::move(*refusal);
  query.asset = text_in(request, "asset");
  if (const auto actor = actor_of(request); !actor.everything) query.owner = actor.owner;
  const auto rules = context.services.plates != nullptr ? context.services.plates->rules() : nullptr;
  return page_response(context, request, context.services.store.uploads().plates(query), "plates",
                       [&](const model::FoundPlate& plate) -> Json {
                         return {{"asset_id", plate.asset_id},
                                 {"asset_name", plate.asset_name},
                                 {"job_id", plate.job_id},
                                 {"handed_in", to_rfc3339(plate.handed_in)},
                                 {"time_ms", plate.at.count()},
                                 {"track", plate.track},
                                 {"text", plate.text},
                                 {"region", plate.region.empty() ? Json(nullptr) : Json(plate.region)},
                                 {"confidence", std::clamp(std::round(double{plate.confidence} * 1e3) / 1e3, 0.0, 1.0)},
                                 {"listed", listed_json(rules.get(), plate.text)}};
                       });
}

Response scenes(Context& context, const Request& request) {
  store::SceneQuery query;
  if (auto refusal = read(context, request, query)) return std::move(*refusal);
  query.type = text_in(request, "type");
  return page_response(context, request, context.services.store.records().pictures().scenes(query), "scenes",
                       [](const auto& scene) { return to_json(scene); });
}

Response runs(Context& context, const Request& request) {
  store::RunQuery query;
  if (auto refusal = read(context, request, query)) return std::move(*refusal);
  return page_response(context, request, context.services.store.records().runs().find(query), "runs",
                       [](const auto& run) { return to_json(run); });
}

Response subjects(Context& context, const Request& request) {
  store::SubjectQuery query;
  if (auto refusal = read(context, request, query)) return std::move(*refusal);
  auto scope = record_scope(request);
  if (!scope.ok()) return bad_query(scope.error());
  query.from = scope->from;
  query.to = scope->to;
  query.labels = texts_in(request, "label");
  return page_response(context, request, context.services.store.records().subjects().find(query), "subjects",
                       [](const auto& subject) { return to_json(subject); });
}

Response subject(Context& context, const Request& request) {
  auto& records = context.services.store.records();
  auto id = subject_id_from(request.param("id"), "");
  if (!id.ok()) return problem(404, "not_found", "There is no such subject.");
  auto found = records.subjects().get(*id);
  if (!found.ok()) return problem(found.error());
  store::TrackQuery query;
  query.subject = *id;
  auto page = records.tracks().find(query);
  if (!page.ok()) return problem(page.error());
  RunSizes sizes(records.runs());
  auto out = to_json(*found);
  auto& tracks = out["tracks"] = Json::array();
  for (const auto& track : page->items) tracks.push_back(to_json(track, sizes.of(track.run_id)));
  auto& elsewhere = out["elsewhere"] = Json::array();
  if (context.services.elsewhere) {
    for (const auto& seen : context.services.elsewhere(*id)) elsewhere.push_back(to_json(seen));
  }
  return json_response(200, out);
}

}  // namespace

void add_record_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  routes.push_back({"GET", "/api/plates", "list_plates", Permission::Viewer, bind(plates)});
  routes.push_back({"GET", "/api/assets/plates", "list_found_plates", Permission::Viewer, bind(found_plates)});
  routes.push_back({"GET", "/api/scenes", "list_scenes", Permission::Viewer, bind(scenes)});
  routes.push_back({"GET", "/api/runs", "list_runs", Permission::Viewer, bind(runs)});
  routes.push_back({"GET", "/api/subjects", "list_subjects", Permission::Viewer, bind(subjects)});
  routes.push_back({"GET", "/api/subjects/{id}", "get_subject", Permission::Viewer, bind(subject)});
}

}  // namespace vigil::api
