#include <fmt/format.h>

#include <algorithm>

#include "api/handlers/context.h"
#include "api/handlers/picture.h"
#include "api/problem.h"

namespace vigil::api {

media::JpegOptions jpeg_options(const Request& request) {
  return {request.query.value("width", 0), request.query.value("height", 0), request.query.value("quality", 85)};
}

namespace {

Response picture_response(const Context& context, cameras::Picture picture) {
  Response response;
  auto& headers = response.headers;
  const std::chrono::duration<double> age = context.services.clock.wall() - picture.captured;
  headers.add("Content-Type", "image/jpeg");
  headers.add("Cache-Control", "no-store");
  headers.add("Last-Modified", http::http_date(picture.captured));
  headers.add("X-Frame-Age", fmt::format("{:.3f}", std::max(0.0, age.count())));
  headers.add("X-Frame-Timestamp", fmt::format("{:.6f}", to_unix_seconds(picture.captured)));
  headers.add("X-Frame-Live", picture.live ? "true" : "false");
  response.body.assign(picture.jpeg.begin(), picture.jpeg.end());
  return response;
}

Response latest(Context& context, const Request& request) {
  auto picture = context.services.cameras.latest(std::string(request.param("id")), jpeg_options(request),
                                                 request.query.value("annotated", false));
  return picture.ok() ? picture_response(context, std::move(*picture)) : problem(picture.error());
}

Response at(Context& context, const Request& request) {
  const auto age = std::chrono::milliseconds(static_cast<std::int64_t>(request.query.at("age").get<double>() * 1000));
  auto picture = context.services.cameras.at(std::string(request.param("id")), age, jpeg_options(request));
  if (picture.ok()) return picture_response(context, std::move(*picture));
  auto error = std::move(picture).error();
  if (error.kind == ErrorKind::NotFound && error.code.empty()) error.code = "frame.too_old";
  return problem(error);
}

Response burst(Context& context, const Request& request) {
  auto pictures = context.services.cameras.burst(std::string(request.param("id")), request.query.at("count").get<int>(),
                                                 jpeg_options(request));
  if (!pictures.ok()) return problem(pictures.error());
  Response response;
  response.headers.add("Content-Type", "multipart/mixed; boundary=vigil");
  response.headers.add("Cache-Control", "no-store");
  for (const auto& picture : *pictures) {
    response.body += "--vigil\r\n" + part_header(picture.jpeg.size(), picture.captured);
    response.body.append(picture.jpeg.begin(), picture.jpeg.end());
    response.body += "\r\n";
  }
  response.body += "--vigil--\r\n";
  return response;
}

}  // namespace

std::string part_header(std::size_t size, WallTime captured) {
  return fmt::format("Content-Type: image/jpeg\r\nContent-Length: {}\r\nX-Frame-Timestamp: {:.6f}\r\n\r\n", size,
                     to_unix_seconds(captured));
}

void add_frame_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  const std::string one = "/api/cameras/{id}";
  routes.push_back({"GET", one + "/frame/latest", "get_latest_frame", Permission::Viewer, bind(latest)});
  routes.push_back({"GET", one + "/frame/at", "get_frame_at", Permission::Viewer, bind(at)});
  routes.push_back({"GET", one + "/frames", "get_frames", Permission::Viewer, bind(burst), Lane::Slow});
}

}  // namespace vigil::api
