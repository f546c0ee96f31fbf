#include "footage/findings.h"

#include <algorithm>
#include <cmath>

#include "api/handlers/context.h"
#include "api/handlers/work_access.h"
#include "api/problem.h"
#include "api/record_json.h"
#include "api/record_query.h"
#include "footage/analyse_handler.h"

// What was found in an asset. Its records are blobs of the job that found them; times count from the beginning of the
// video.

namespace vigil::api {
namespace {

constexpr std::size_t kMostObjects = 20000;  // in one answer
constexpr int kOutputs = 500;                // asked for at once

// The analysis that a request speaks of, with everything that came out of it.
struct Analysed {
  model::Job job;
  std::vector<model::JobOutput> outputs;
};

Error none() {
  return make_error(ErrorKind::NotFound, "This video was not analysed, or not to its end.", "analysis.none");
}

Result<model::Job> analysis_for(const Context& context, const Request& request) {
  VIGIL_ASSIGN(const auto asset, asset_for(context, request));
  auto& jobs = context.services.store.jobs().jobs();
  const auto wanted = text_in(request, "job");
  if (!wanted.empty()) {
    auto job = jobs.get(wanted);
    const bool is_it = job && job->asset == asset.id && job->kind == footage::AnalyseHandler::kKind &&
                       job->state == model::JobState::Done;
    if (!is_it) return none();
    if (!job->replaced_by.empty()) {
      return make_error(ErrorKind::NotFound, "A later analysis of this video has replaced this one.",
                        "analysis.replaced");
    }
    return job;
  }
  store::JobQuery query;
  query.asset = asset.id;
  query.kind = footage::AnalyseHandler::kKind;
  query.states = {model::JobState::Done};
  // One counts: it replaced those that were done before it.
  do {
    VIGIL_ASSIGN(auto found, jobs.find(query));
    for (auto& job : found.items) {
      if (job.replaced_by.empty()) return std::move(job);
    }
    query.page.after = found.next;
  } while (query.page.after);
  return none();
}

Result<Analysed> analysed(const Context& context, const Request& request) {
  if (context.services.blobs == nullptr) {
    return make_error(ErrorKind::Unavailable, "This server takes no uploads: it has no place for them.", "uploads.off");
  }
  Analysed out;
  VIGIL_ASSIGN(out.job, analysis_for(context, request));
  if (out.job.cleared_at) {
    return make_error(ErrorKind::NotFound, "What was found in this video was kept for as long as it is to be.",
                      "analysis.removed");
  }
  auto& log = context.services.store.jobs().log();
  std::string after;
  for (;;) {
    VIGIL_ASSIGN(auto some, log.outputs(out.job.id, after, kOutputs));
    if (some.empty()) return out;
    after = some.back().name;
    std::move(some.begin(), some.end(), std::back_inserter(out.outputs));
  }
}

std::int64_t ms(WallTime time) {
  return std::max<std::int64_t>(0, std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

WallTime moment(const Request& request, const char* name) {
  return WallTime{} + std::chrono::milliseconds(request.query.at(name).get<std::int64_t>());
}

std::uint64_t number_of(const footage::Findings& found, const std::string& track_id) {
  for (const auto& track : found.tracks) {
    if (track.id == track_id) return track.number;
  }
  return 0;
}

// As those of cameras, but for what only cameras have.
Json plate_json(const model::PlateRead& plate, std::uint64_t track, PictureSize size) {
  auto out = to_json(plate, size);
  return {{"track", track},          {"time_ms", ms(plate.time)},       {"text", out["text"]},
          {"region", out["region"]}, {"confidence", out["confidence"]}, {"box", out["box"]}};
}

Json track_json(const model::TrackRecord& track, const footage::Findings& found, PictureSize size) {
  auto out = to_json(track, size);
  for (const char* name : {"id", "run_id", "camera_id", "first_seen", "last_seen", "ended", "key_frame_id", "zone"}) {
    out.erase(name);
  }
  out["first_ms"] = ms(track.first_seen);
  out["last_ms"] = ms(track.last_seen);
  out["plate"] = nullptr;
  for (const auto& plate : found.plates) {
    if (plate.track_id == track.id) out["plate"] = plate_json(plate, track.number, size);
  }
  return out;
}

Json scene_json(const model::SceneRecord& scene) {
  const auto out = to_json(scene);
  return {{"time_ms", ms(scene.time)},
          {"type", out["type"]},
          {"description", out["description"]},
          {"confidence", out["confidence"]}};
}

// One page of what `fits`, each as `show` has it.
template <typename T, typename Fits, typename Show>
Response page_of(const Request& request, const std::string& job, const char* name, const std::vector<T>& all, Fits fits,
                 Show show) {
  const auto limit = request.query.at("limit").get<std::size_t>();
  auto at = request.query.at("skip").get<std::size_t>();
  Json list = Json::array();
  for (; at < all.size() && list.size() < limit; ++at) {
    if (fits(all[at])) list.push_back(show(all[at]));
  }
  return json_response(
      200, {{"job_id", job}, {name, std::move(list)}, {"next", at < all.size() ? Json(at) : Json(nullptr)}});
}

template <typename Answer>
Response with_findings(Context& context, const Request& request, Answer answer) {
  auto made = analysed(context, request);
  if (!made) return problem(made.error());
  auto found = footage::read_findings(*context.services.blobs, made->outputs);
  if (!found) return problem(found.error());
  return answer(made->job.id, *found, PictureSize{found->run.width, found->run.height});
}

Response analysis(Context& context, const Request& request) {
  auto job = analysis_for(context, request);
  if (!job) return problem(job.error());
  auto result = parse_json(job->result);
  if (!result || !result->is_object()) return problem(none());
  (*result)["job_id"] = job->id;
  (*result)["finished_at"] = job->finished_at ? Json(to_rfc3339(*job->finished_at)) : Json(nullptr);
  return json_response(200, *result);
}

Response tracks(Context& context, const Request& request) {
  const auto labels = texts_in(request, "label");
  return with_findings(context, request, [&](const std::string& job, const auto& found, PictureSize size) {
    return page_of(
        request, job, "tracks", found.tracks,
        [&](const auto& track) {
          return labels.empty() || std::find(labels.begin(), labels.end(), track.label) != labels.end();
        },
        [&](const auto& track) { return track_json(track, found, size); });
  });
}

Response plates(Context& context, const Request& request) {
  return with_findings(context, request, [&](const std::string& job, const auto& found, PictureSize size) {
    return page_of(
        request, job, "plates", found.plates, [](const auto&) { return true; },
        [&](const auto& plate) { return plate_json(plate, number_of(found, plate.track_id), size); });
  });
}

Response scenes(Context& context, const Request& request) {
  return with_findings(context, request, [&](const std::string& job, const auto& found, PictureSize) {
    return page_of(
        request, job, "scenes", found.scenes, [](const auto&) { return true; },
        [](const auto& scene) { return scene_json(scene); });
  });
}

Json object_json(const footage::SeenFrame::Object& object) {
  const auto part = [](float pixels) { return std::round(double{pixels} * 4) / 4; };
  const auto& box = object.box.box;
  return {{"track", object.track},
          {"label", object.label},
          {"confidence", std::clamp(std::round(double{object.box.confidence} * 1e3) / 1e3, 0.0, 1.0)},
          {"state", model::to_string(object.box.state)},
          {"box", {part(box.x), part(box.y), part(box.width), part(box.height)}}};
}

Response boxes(Context& context, const Request& request) {
  auto made = analysed(context, request);
  if (!made) return problem(made.error());
  auto seen = footage::read_frames(*context.services.blobs, made->outputs, moment(request, "from_ms"),
                                   moment(request, "to_ms"), kMostObjects);
  if (!seen) return problem(seen.error());
  Json frames = Json::array();
  for (const auto& frame : seen->frames) {
    Json objects = Json::array();
    for (const auto& object : frame.objects) objects.push_back(object_json(object));
    frames.push_back({{"sequence", frame.sequence}, {"time_ms", ms(frame.time)}, {"objects", std::move(objects)}});
  }
  const auto next = seen->cut ? Json(ms(seen->frames.back().time) + 1) : Json(nullptr);
  return json_response(200, {{"job_id", made->job.id}, {"frames", std::move(frames)}, {"next_ms", next}});
}

}  // namespace

void add_finding_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  const auto may = Permission::Viewer;
  routes.push_back({"GET", "/api/assets/{id}/analysis", "get_asset_analysis", may, bind(analysis)});
  routes.push_back({"GET", "/api/assets/{id}/tracks", "list_asset_tracks", may, bind(tracks), Lane::Slow});
  routes.push_back({"GET", "/api/assets/{id}/plates", "list_asset_plates", may, bind(plates), Lane::Slow});
  routes.push_back({"GET", "/api/assets/{id}/scenes", "list_asset_scenes", may, bind(scenes), Lane::Slow});
  routes.push_back({"GET", "/api/assets/{id}/boxes", "get_asset_boxes", may, bind(boxes), Lane::Slow});
}

}  // namespace vigil::api
