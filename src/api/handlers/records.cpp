#include "api/handlers/context.h"
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

Json listed_json(const pipeline::PlateRules::Verdict& verdict) {
  return {{"list", model::to_string(verdict.list)}, {"plate", verdict.listed}, {"label", verdict.label}};
}

Response plates(Context& context, const Request& request) {
  store::PlateQuery query;
  if (auto refusal = read(context, request, query)) return std::move(*refusal);
  query.text = text_in(request, "text");
  query.track_id = text_in(request, "track");
  query.max_edits = request.query.at("max_edits").get<int>();
  const auto match = text_in(request, "match");
  query.match = match == "prefix"  ? store::PlateMatch::Prefix
                : match == "fuzzy" ? store::PlateMatch::Fuzzy
                                   : store::PlateMatch::Exact;
  auto& records = context.services.store.records();
  RunSizes sizes(records.runs());
  const auto rules = context.services.plates != nullptr ? context.services.plates->rules() : nullptr;
  return page_response(context, request, records.plates().find(query), "plates", [&](const auto& plate) {
    auto json = to_json(plate, sizes.of(plate.run_id));
    json["listed"] = rules && rules->has_lists() ? listed_json(rules->look_up(plate.text)) : Json();
    return json;
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
  routes.push_back({"GET", "/api/scenes", "list_scenes", Permission::Viewer, bind(scenes)});
  routes.push_back({"GET", "/api/runs", "list_runs", Permission::Viewer, bind(runs)});
  routes.push_back({"GET", "/api/subjects", "list_subjects", Permission::Viewer, bind(subjects)});
  routes.push_back({"GET", "/api/subjects/{id}", "get_subject", Permission::Viewer, bind(subject)});
}

}  // namespace vigil::api
