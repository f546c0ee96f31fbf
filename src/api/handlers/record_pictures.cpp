#include <fmt/format.h>

#include <span>

#include "api/crop.h"
#include "api/handlers/context.h"
#include "api/handlers/picture.h"
#include "api/problem.h"
#include "api/record_json.h"
#include "records/picture_files.h"

namespace vigil::api {
namespace {

Response no_picture(const char* why) {
  return problem(404, "picture.none", why);
}

Result<std::string> changed(const std::string& jpeg, const std::optional<model::Box>& part, PictureSize source,
                            const media::JpegOptions& options) {
  VIGIL_ASSIGN(auto frame, media::decode_image({reinterpret_cast<const std::uint8_t*>(jpeg.data()), jpeg.size()}));
  if (part && source.width > 0 && source.height > 0) {
    // Boxes are in pixels of the source picture; what was kept may be smaller.
    const float x = static_cast<float>(frame->width) / static_cast<float>(source.width);
    const float y = static_cast<float>(frame->height) / static_cast<float>(source.height);
    frame = cut_out(frame, {part->x * x, part->y * y, part->width * x, part->height * y});
  }
  VIGIL_ASSIGN(auto bytes, media::encode_jpeg(*frame, options));
  return std::string(bytes.begin(), bytes.end());
}

// `part`: to be cut out, in pixels of the source picture.
Response show(const Context& context, const Request& request, const std::string& key_frame_id,
              const std::optional<model::Box>& part) {
  auto& records = context.services.store.records();
  auto kept = records.pictures().get(key_frame_id);
  if (!kept.ok()) {
    return kept.error().kind == ErrorKind::NotFound ? no_picture("The picture was cleared away.")
                                                    : problem(kept.error());
  }
  const auto options = jpeg_options(request);
  Response response;
  std::string etag = fmt::format("\"{}-{}x{}q{}", kept->id, options.max_width, options.max_height, options.quality);
  if (part) etag += fmt::format("-{:.0f},{:.0f},{:.0f},{:.0f}", part->x, part->y, part->width, part->height);
  etag += '"';
  response.headers.add("ETag", etag);
  response.headers.add("Cache-Control", "private, max-age=86400");
  response.headers.add("Last-Modified", http::http_date(kept->time));
  response.headers.add("X-Frame-Timestamp", fmt::format("{:.6f}", to_unix_seconds(kept->time)));
  if (request.headers.get("If-None-Match") == etag) {
    response.status = 304;
    return response;
  }
  auto jpeg = records::read_picture(context.config.data_dir, kept->path);
  if (!jpeg.ok()) {
    return jpeg.error().kind == ErrorKind::NotFound ? no_picture("The picture was cleared away.")
                                                    : problem(jpeg.error());
  }
  const bool as_it_is = !part && options.max_width == 0 && options.max_height == 0 && options.quality == 85;
  if (!as_it_is) {
    jpeg = changed(*jpeg, part, RunSizes(records.runs()).of(kept->run_id), options);
    if (!jpeg.ok()) {
      return problem(make_error(ErrorKind::Internal, "the picture " + kept->path + ": " + jpeg.error().message));
    }
  }
  response.headers.add("Content-Type", "image/jpeg");
  response.body = std::move(*jpeg);
  return response;
}

Response of_key_frame(Context& context, const Request& request) {
  return show(context, request, std::string(request.param("id")), std::nullopt);
}

Response of_track(Context& context, const Request& request) {
  auto track = context.services.store.records().tracks().get(std::string(request.param("id")));
  if (!track.ok()) return problem(track.error());
  if (track->key_frame_id.empty()) return no_picture("No picture of this track was kept.");
  const bool crop = request.query.at("crop").get<bool>();
  return show(context, request, track->key_frame_id, crop ? std::optional(track->best_box) : std::nullopt);
}

}  // namespace

void add_record_picture_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  routes.push_back({"GET", "/api/tracks/{id}/picture", "get_track_picture", Permission::Viewer, bind(of_track)});
  routes.push_back(
      {"GET", "/api/key-frames/{id}/picture", "get_key_frame_picture", Permission::Viewer, bind(of_key_frame)});
}

}  // namespace vigil::api
