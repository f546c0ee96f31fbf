#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "api/handlers/context.h"
#include "api/handlers/work_access.h"
#include "api/problem.h"
#include "jobs/asset_pictures.h"

// One picture of an asset, taken out of it while somebody waits.

namespace vigil::api {
namespace {

// What is wrong with the video is no fault of the request's form, nor of the server.
bool is_of_the_video(const std::string& code) {
  return code.starts_with("media.") || code == "extract.crashed" || code == "extract.forbidden" ||
         code == "extract.memory" || code == "extract.nonsense";
}

Response refusal(const Error& error) {
  if (is_of_the_video(error.code)) return problem(422, error.code, error.message);
  auto response = problem(error);
  if (response.status == 503) response.headers.set("Retry-After", "2");
  return response;
}

Response frame(Context& context, const Request& request) {
  auto asset = asset_for(context, request);
  if (!asset) return problem(asset.error());
  if (context.services.pictures == nullptr)
    return problem(503, "uploads.off", "This server takes no uploads: it has no place for them.");
  const auto time = std::chrono::milliseconds(std::llround(request.query.at("t").get<double>() * 1000));
  const int width = request.query.value("width", 0);
  Response response;
  // The same content gives the same picture for ever.
  const auto tag = fmt::format("\"{}-{}-{}\"", asset->sha256, time.count(), width);
  response.headers.set("ETag", tag);
  response.headers.set("Cache-Control", "private, max-age=86400, immutable");
  if (request.headers.get("If-None-Match") == tag) {
    response.status = 304;
    return response;
  }
  if (!asset->look.fault_code.empty()) return problem(422, asset->look.fault_code, asset->look.fault);
  auto picture = context.services.pictures->at(*asset, time, width, request.gone);
  if (!picture) return refusal(picture.error());
  response.headers.set("Content-Type", "image/jpeg");
  response.headers.set("X-Frame-Time", fmt::format("{:.3f}", static_cast<double>(picture->time.count()) / 1000));
  response.body = std::move(picture->jpeg);
  return response;
}

}  // namespace

void add_asset_frame_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/assets/{id}/frame", "get_asset_frame", Permission::Viewer,
                    [&context](const Request& request) { return frame(context, request); }, Lane::Slow});
}

}  // namespace vigil::api
