#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "api/answer_pool.h"
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

// So many are taken out at once, each by a process of its own.
constexpr AnswerPool::Limits kPictures{.threads = 2, .waiting = 16, .longest = std::chrono::milliseconds(45000)};

Response frame(Context& context, AnswerPool& pool, const Request& request) {
  auto asset = asset_for(context, request);
  if (!asset) return problem(asset.error());
  if (context.services.pictures == nullptr)
    return problem(503, "uploads.off", "This server takes no uploads: it has no place for them.");
  const auto time = std::chrono::milliseconds(std::llround(request.query.at("t").get<double>() * 1000));
  const int width = request.query.value("width", 0);
  // The same content gives the same picture for ever.
  Headers headers;
  const auto tag = fmt::format("\"{}-{}-{}\"", asset->sha256, time.count(), width);
  headers.set("ETag", tag);
  headers.set("Cache-Control", "private, max-age=86400, immutable");
  if (request.headers.get("If-None-Match") == tag) {
    auto response = empty_response(304);
    response.headers = std::move(headers);
    return response;
  }
  if (!asset->look.fault_code.empty()) return problem(422, asset->look.fault_code, asset->look.fault);
  auto& pictures = *context.services.pictures;
  return pool.answer([&pictures, headers, asset = std::move(*asset), time, width](std::stop_token gone) {
    auto picture = pictures.at(asset, time, width, std::move(gone));
    if (!picture) return refusal(picture.error());
    Response response;
    response.headers = headers;
    response.headers.set("Content-Type", "image/jpeg");
    response.headers.set("X-Frame-Time", fmt::format("{:.3f}", static_cast<double>(picture->time.count()) / 1000));
    response.body = std::move(picture->jpeg);
    return response;
  });
}

}  // namespace

void add_asset_frame_routes(std::vector<Route>& routes, Context& context) {
  auto pool = std::make_shared<AnswerPool>(kPictures);
  routes.push_back({"GET", "/api/assets/{id}/frame", "get_asset_frame", Permission::Viewer,
                    [&context, pool](const Request& request) { return frame(context, *pool, request); }});
}

}  // namespace vigil::api
