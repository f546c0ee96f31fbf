#include <fmt/format.h>

#include <algorithm>

#include "api/audit.h"
#include "api/camera_json.h"
#include "api/cursor.h"
#include "api/handlers/context.h"
#include "api/problem.h"
#include "base/log.h"
#include "ingest/rtmp_server.h"

namespace vigil::api {
namespace {

using model::Camera;

std::string etag_of(const Camera& camera) {
  return fmt::format("\"{}\"", camera.version);
}

Json shown(const Context& context, const Camera& camera) {
  // A camera that was removed this moment has no status; the answer is still true for when it was asked.
  auto status = context.services.cameras.status(camera.id);
  if (status.ok()) return to_json(camera, *status);
  model::CameraStatus none;
  none.camera_id = camera.id;
  return to_json(camera, none);
}

Response camera_response(const Context& context, const Camera& camera, int status = 200) {
  auto response = json_response(status, shown(context, camera));
  response.headers.add("ETag", etag_of(camera));
  return response;
}

// "*", or a list of ETags that has this version's.
bool matches(std::string_view header, const Camera& camera) {
  if (header.empty() || header == "*") return true;
  const auto etag = etag_of(camera);
  while (!header.empty()) {
    auto comma = std::min(header.find(','), header.size());
    auto one = header.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == etag) return true;
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
  return false;
}

Error stale() {
  return make_error(ErrorKind::Conflict, "somebody else changed the camera since you read it; read it again",
                    "camera.version");
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool found_by(const Camera& camera, const std::string& text) {
  for (const auto& field : {camera.id, camera.name, camera.place, camera.section}) {
    if (lower(field).find(text) != std::string::npos) return true;
  }
  return false;
}

Response list(Context& context, const Request& request) {
  auto all = context.services.cameras.list();
  if (!all.ok()) return problem(all.error());
  const auto filter = lower(request.query.value("q", std::string()));
  if (!filter.empty()) std::erase_if(*all, [&](const Camera& camera) { return !found_by(camera, filter); });
  std::sort(all->begin(), all->end(), [](const Camera& a, const Camera& b) { return is_after(b, cursor_at(a)); });
  const auto total = all->size();
  auto begin = all->begin();
  if (auto text = request.query.find("cursor"); text != request.query.end()) {
    auto cursor = unseal(text->get_ref<const std::string&>(), filter, context.cursor_key);
    if (!cursor) {
      return problem(400, "cursor.invalid",
                     "The cursor is not one of ours, or belongs to another filter. Begin again without it.");
    }
    begin = std::find_if(begin, all->end(), [&](const Camera& camera) { return is_after(camera, *cursor); });
  }
  const auto page_size = request.query.at("page_size").get<std::ptrdiff_t>();
  const auto end = all->end() - begin > page_size ? begin + page_size : all->end();
  Json page = Json::array();
  for (auto it = begin; it != end; ++it) page.push_back(shown(context, *it));
  Json next;
  if (end != all->end()) next = seal(cursor_at(*(end - 1)), filter, context.cursor_key);
  return json_response(200, {{"cameras", std::move(page)}, {"next_cursor", std::move(next)}, {"total", total}});
}

// The first cam_NNN that is free.
Result<std::string> free_id(const Context& context) {
  VIGIL_ASSIGN(auto all, context.services.cameras.list());
  for (std::size_t n = 1; n <= all.size() + 1; ++n) {
    auto id = fmt::format("cam_{:03}", n);
    if (std::none_of(all.begin(), all.end(), [&](const Camera& camera) { return camera.id == id; })) return id;
  }
  return make_error(ErrorKind::Internal, "no free camera id");
}

Result<Camera> add(const Context& context, const Camera& camera) {
  if (!camera.id.empty()) return context.services.cameras.add(camera, false);
  for (int attempt = 0;; ++attempt) {
    VIGIL_ASSIGN(auto id, free_id(context));
    auto named = camera;
    named.id = id;
    if (named.name.empty()) named.name = id;
    auto added = context.services.cameras.add(named, false);
    // Somebody may have taken the id in between.
    if (added.ok() || added.error().kind != ErrorKind::AlreadyExists || attempt == 9) return added;
  }
}

Response create(Context& context, const Request& request) {
  auto camera = camera_from(request.json);
  if (!camera.ok()) return problem(camera.error());
  auto added = add(context, *camera);
  if (!added.ok()) return problem(added.error());
  audit_analysis(request, added->id, {}, added->analysis);
  auto response = camera_response(context, *added, 201);
  response.headers.add("Location", "/api/cameras/" + added->id);
  return response;
}

struct Change {
  Camera before, after;
};

Result<Change> change(const Context& context, const std::string& id, std::string_view if_match, const Json& patch) {
  for (int attempt = 0;; ++attempt) {
    VIGIL_ASSIGN(auto stored, context.services.cameras.get(id));
    if (!matches(if_match, stored)) return stale();
    VIGIL_ASSIGN(auto wanted, patched(stored, patch));
    auto changed = context.services.cameras.change(wanted, same_sources(stored, wanted));
    if (changed.ok()) return Change{std::move(stored), std::move(*changed)};
    if (changed.error().kind != ErrorKind::Conflict) return std::move(changed).error();
    // Without If-Match the patch is meant for whatever is there: apply it to what somebody else has just stored.
    if (!if_match.empty() || attempt == 4) return stale();
  }
}

Response patch(Context& context, const Request& request) {
  auto changed = change(context, std::string(request.param("id")), request.headers.get("If-Match"), request.json);
  if (!changed.ok()) return problem(changed.error());
  audit_analysis(request, changed->after.id, changed->before.analysis, changed->after.analysis);
  return camera_response(context, changed->after);
}

Response remove(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  if (auto wanted = request.headers.find("If-Match")) {
    auto stored = context.services.cameras.get(id);
    if (!stored.ok()) return problem(stored.error());
    if (!matches(*wanted, *stored)) return problem(stale());
  }
  auto removed = context.services.cameras.remove(id);
  return removed.ok() ? empty_response(204) : problem(removed.error());
}

Response get(Context& context, const Request& request) {
  auto camera = context.services.cameras.get(std::string(request.param("id")));
  return camera.ok() ? camera_response(context, *camera) : problem(camera.error());
}

Response set_enabled(Context& context, const Request& request, bool enabled) {
  auto camera = context.services.cameras.set_enabled(std::string(request.param("id")), enabled);
  return camera.ok() ? camera_response(context, *camera) : problem(camera.error());
}

Response status(Context& context, const Request& request) {
  auto found = context.services.cameras.status(std::string(request.param("id")));
  return found.ok() ? json_response(200, to_json(*found)) : problem(found.error());
}

Response retry(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  auto asked = context.services.cameras.retry_now(id);
  if (!asked.ok()) return problem(asked.error());
  auto found = context.services.cameras.status(id);
  return found.ok() ? json_response(202, to_json(*found)) : problem(found.error());
}

// The only time that the key is shown.
Response renew_stream_key(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  auto key = context.services.cameras.renew_stream_key(id);
  if (!key.ok()) return problem(key.error());
  log::info("stream key was renewed", {{"camera", id}, {"by", request.principal.name}});
  const auto* server = context.services.rtmp;
  auto response =
      json_response(200, {{"stream_key", key->reveal()}, {"port", server == nullptr ? Json() : Json(server->port())}});
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_camera_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  const std::string one = "/api/cameras/{id}";
  routes.push_back({"GET", "/api/cameras", "list_cameras", Permission::Viewer, bind(list)});
  routes.push_back({"POST", "/api/cameras", "create_camera", Permission::Administrator, bind(create)});
  routes.push_back({"GET", one, "get_camera", Permission::Viewer, bind(get)});
  routes.push_back({"PATCH", one, "change_camera", Permission::Administrator, bind(patch)});
  routes.push_back({"DELETE", one, "delete_camera", Permission::Administrator, bind(remove)});
  routes.push_back({"POST", one + "/start", "start_camera", Permission::Administrator,
                    [&context](const Request& request) { return set_enabled(context, request, true); }});
  routes.push_back({"POST", one + "/stop", "stop_camera", Permission::Administrator,
                    [&context](const Request& request) { return set_enabled(context, request, false); }});
  routes.push_back({"POST", one + "/retry", "retry_camera", Permission::Administrator, bind(retry)});
  routes.push_back(
      {"POST", one + "/stream-key", "renew_stream_key", Permission::Administrator, bind(renew_stream_key)});
  routes.push_back({"GET", one + "/status", "get_camera_status", Permission::Viewer, bind(status)});
}

}  // namespace vigil::api
