#include <charconv>
#include <span>

#include "api/handlers/context.h"
#include "api/media_type.h"
#include "api/multipart_form.h"
#include "api/nearest.h"
#include "api/problem.h"

namespace vigil::api {
namespace {

struct Picture {
  std::string_view bytes;
  std::optional<WallTime> timestamp;
};

Error invalid(std::string pointer, std::string message) {
  return make_error(ErrorKind::InvalidArgument, std::move(message), "push.invalid", std::move(pointer));
}

Result<WallTime> parse_timestamp(std::string_view text) {
  double seconds = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.size() > 32 || status != std::errc() || end != text.data() + text.size() ||
      !(seconds >= 0 && seconds <= 4102444800.0)) {
    return invalid("/timestamp", "timestamp must be Unix seconds, such as 1763727524.25");
  }
  return from_unix_seconds(seconds);
}

Result<Picture> from_form(const Request& request) {
  auto type = parse_media_type(request.headers.get("Content-Type"));
  VIGIL_ASSIGN(auto parts, parse_multipart_form(request.body, type ? type->boundary : std::string()));
  Picture picture;
  bool found = false;
  for (const auto& part : parts) {
    if (part.name == "frame_file") {
      picture.bytes = part.data;
      found = true;
    } else if (part.name == "timestamp") {
      VIGIL_ASSIGN(picture.timestamp, parse_timestamp(part.data));
    } else {
      auto meant = nearest(part.name, {"frame_file", "timestamp"});
      return invalid("/" + part.name.substr(0, 64), "the form has a field that is not known here" +
                                                        (meant.empty() ? "" : "; did you mean \"" + meant + "\"?"));
    }
  }
  if (!found) return invalid("/frame_file", "the form has no frame_file");
  if (picture.bytes.empty()) return invalid("/frame_file", "frame_file is empty");
  return picture;
}

Result<Picture> from_body(const Request& request) {
  Picture picture{request.body, std::nullopt};
  if (auto given = request.query.find("timestamp"); given != request.query.end()) {
    picture.timestamp = from_unix_seconds(given->get<double>());
  }
  if (picture.bytes.empty()) return invalid("", "the body is empty");
  return picture;
}

Response push(Context& context, const Request& request) {
  const std::string id(request.param("camera_id"));
  auto picture = request.content_type == "multipart/form-data" ? from_form(request) : from_body(request);
  if (!picture.ok()) return problem(picture.error());
  const auto received = context.services.clock.wall();
  std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(picture->bytes.data()),
                                      picture->bytes.size());
  auto taken = context.services.cameras.push(id, bytes, picture->timestamp);
  if (!taken.ok()) return problem(taken.error());
  return json_response(202, {{"camera_id", id}, {"timestamp", to_unix_seconds(picture->timestamp.value_or(received))}});
}

}  // namespace

void add_ingest_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"POST", "/api/ingest/push/{camera_id}", "push_frame", Permission::Administrator,
                    [&context](const Request& request) { return push(context, request); }});
}

}  // namespace vigil::api
