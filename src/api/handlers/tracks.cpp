#include <algorithm>
#include <cmath>

#include "api/handlers/context.h"
#include "api/problem.h"
#include "api/record_json.h"
#include "api/record_query.h"
#include "base/log.h"
#include "model/box_track.h"

namespace vigil::api {
namespace {

constexpr std::size_t kMaxBoxes = 20000;
constexpr int kMaxSegments = 1000;

store::Records& records(const Context& context) {
  return context.services.store.records();
}

Response list(Context& context, const Request& request) {
  auto query = track_query(request, context.cursor_key);
  if (!query.ok()) return bad_query(query.error());
  auto page = records(context).tracks().find(*query);
  if (!page.ok()) return problem(page.error());
  RunSizes sizes(records(context).runs());
  Json tracks = Json::array();
  for (const auto& track : page->items) tracks.push_back(to_json(track, sizes.of(track.run_id)));
  return json_response(
      200, {{"tracks", std::move(tracks)}, {"next_cursor", next_cursor(request, page->next, context.cursor_key)}});
}

Response get(Context& context, const Request& request) {
  auto track = records(context).tracks().get(std::string(request.param("id")));
  if (!track.ok()) return problem(track.error());
  return json_response(200, to_json(*track, RunSizes(records(context).runs()).of(track->run_id)));
}

Json box_json(const model::TimedBox& one) {
  auto tenth = [](float value) { return std::round(double{value} * 10) / 10; };
  return {{"time", to_unix_seconds(one.time)},
          {"box", {tenth(one.box.x), tenth(one.box.y), tenth(one.box.width), tenth(one.box.height)}},
          {"confidence", std::clamp(std::round(double{one.confidence} * 1e3) / 1e3, 0.0, 1.0)},
          {"state", model::to_string(one.state)}};
}

Response boxes(Context& context, const Request& request) {
  auto track = records(context).tracks().get(std::string(request.param("id")));
  if (!track.ok()) return problem(track.error());
  auto scope = record_scope(request);
  if (!scope.ok()) return bad_query(scope.error());
  auto segments = records(context).tracks().boxes({*scope, track->id, kMaxSegments});
  if (!segments.ok()) return problem(segments.error());
  Json list = Json::array();
  std::optional<WallTime> rest;
  if (segments->size() == static_cast<std::size_t>(kMaxSegments))
    rest = segments->back().to + std::chrono::microseconds(1);
  for (const auto& segment : *segments) {
    auto decoded = model::decode_boxes(segment.coded);
    if (!decoded.ok()) {  // the others are still good
      log::warn("boxes cannot be read", {{"segment", segment.id}, {"reason", decoded.error().message}});
      continue;
    }
    for (const auto& one : *decoded) {
      if ((scope->from && one.time < *scope->from) || (scope->to && one.time >= *scope->to)) continue;
      if (list.size() == kMaxBoxes) {
        rest = one.time;
        break;
      }
      list.push_back(box_json(one));
    }
    if (list.size() == kMaxBoxes) break;
  }
  const auto size = RunSizes(records(context).runs()).of(track->run_id);
  return json_response(200, {{"track_id", track->id},
                             {"width", size.width},
                             {"height", size.height},
                             {"boxes", std::move(list)},
                             {"next_from", rest ? Json(to_rfc3339(*rest)) : Json()}});
}

Response similar(Context& context, const Request& request) {
  auto& tracks = records(context).tracks();
  auto track = tracks.get(std::string(request.param("id")));
  if (!track.ok()) return problem(track.error());
  auto looks = tracks.embedding(track->id);
  if (!looks.ok() && looks.error().kind == ErrorKind::NotFound) {
    return problem(404, "track.no_appearance",
                   "The looks of this track were not recorded: analysis.appearance was off on its camera.");
  }
  if (!looks.ok()) return problem(looks.error());
  store::SimilarQuery query;
  auto scope = record_scope(request);
  if (!scope.ok()) return bad_query(scope.error());
  query.scope = std::move(*scope);
  query.model = looks->model;
  query.values = looks->values;
  query.min_similarity = request.query.at("min_similarity").get<double>();
  const auto limit = request.query.at("limit").get<std::size_t>();
  query.limit = limit + 1;  // it finds itself
  auto found = tracks.similar(query);
  if (!found.ok()) return problem(found.error());
  RunSizes sizes(records(context).runs());
  Json list = Json::array();
  for (const auto& one : *found) {
    if (one.embedding.id == track->id || list.size() == limit) continue;
    auto other = tracks.get(one.embedding.id);
    if (!other.ok()) continue;  // cleared away this moment
    list.push_back({{"similarity", std::clamp(std::round(one.similarity * 1e4) / 1e4, -1.0, 1.0)},
                    {"track", to_json(*other, sizes.of(other->run_id))}});
  }
  return json_response(200, {{"tracks", std::move(list)}});
}

}  // namespace

void add_track_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  const std::string one = "/api/tracks/{id}";
  routes.push_back({"GET", "/api/tracks", "list_tracks", Permission::Viewer, bind(list)});
  routes.push_back({"GET", one, "get_track", Permission::Viewer, bind(get)});
  routes.push_back({"GET", one + "/boxes", "get_track_boxes", Permission::Viewer, bind(boxes)});
  routes.push_back({"GET", one + "/similar", "list_similar_tracks", Permission::Viewer, bind(similar)});
}

}  // namespace vigil::api
