#include <fmt/format.h>

#include <algorithm>

#include "api/byte_range.h"
#include "api/handlers/context.h"
#include "api/handlers/kept_until.h"
#include "api/handlers/seat.h"
#include "api/handlers/work_access.h"
#include "api/handlers/work_json.h"
#include "api/problem.h"
#include "base/url.h"
#include "blob/digest.h"
#include "blob/links.h"
#include "store/jobs.h"
#include "store/uploads.h"

// The bytes of assets: for who may see them, and by links that open one of them for a while.

namespace vigil::api {
namespace {

constexpr std::uint64_t kPiece = 1u << 20;
constexpr int kMaxDownloads = 128;  // each takes a thread
constexpr const char* kVariant = "content";

class BlobStream final : public BodyStream {
 public:
  BlobStream(std::unique_ptr<Seat> seat, blob::Store& blobs, blob::Key key, ByteRange range)
      : seat_(std::move(seat)), blobs_(blobs), key_(std::move(key)), at_(range.first), end_(range.first + range.size) {}

  std::optional<std::string> next(std::stop_token gone) override {
    if (gone.stop_requested() || at_ >= end_) return std::nullopt;
    auto piece = blobs_.read(key_, at_, std::min(kPiece, end_ - at_));
    // The length was said already: the client sees that something is missing.
    if (!piece || piece->bytes.empty()) return std::nullopt;
    at_ += piece->bytes.size();
    return std::move(piece->bytes);
  }

 private:
  std::unique_ptr<Seat> seat_;
  blob::Store& blobs_;
  const blob::Key key_;
  std::uint64_t at_;
  const std::uint64_t end_;
};

// For a header: what is no plain letter is left out, or said in percent (RFC 8187).
std::string disposition(const std::string& name) {
  std::string plain, full;
  for (const unsigned char c : name) {
    const bool safe =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    plain += safe ? static_cast<char>(c) : '_';
    full += safe ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  if (plain.empty()) return "attachment";
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, full);
}

// Something that lies among the blobs, as it is given out.
struct Thing {
  std::string key, tag, type, name;
  std::uint64_t size = 0;
};

Response bytes_of(Context& context, const Request& request, const Thing& thing) {
  if (context.services.blobs == nullptr)
    return problem(503, "uploads.off", "This server takes no uploads: it has no place for them.");
  auto key = blob::Key::parse(thing.key);
  if (!key) return problem(key.error());
  Response response;
  response.headers.set("ETag", thing.tag);
  response.headers.set("Accept-Ranges", "bytes");
  response.headers.set("Cache-Control", "private, no-cache");
  response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  if (request.headers.get("If-None-Match") == thing.tag) {
    response.status = 304;
    return response;
  }
  const auto wanted =
      wanted_range(request.headers.find("Range"), request.headers.find("If-Range"), thing.tag, thing.size);
  if (wanted.kind == RangeKind::Unsatisfiable) {
    auto refusal = problem(416, "range", fmt::format("The file has {} bytes.", thing.size));
    refusal.headers.set("Content-Range", fmt::format("bytes */{}", thing.size));
    return refusal;
  }
  ByteRange range{0, thing.size};
  if (wanted.kind == RangeKind::Part) {
    range = wanted.range;
    response.status = 206;
    response.headers.set("Content-Range",
                         fmt::format("bytes {}-{}/{}", range.first, range.first + range.size - 1, thing.size));
  }
  response.headers.set("Content-Type", thing.type);
  response.headers.set("Content-Disposition", disposition(thing.name));
  if (range.size <= kPiece) {
    auto piece = context.services.blobs->read(*key, range.first, range.size);
    if (!piece) return problem(piece.error());
    if (piece->bytes.size() != range.size) return problem(500, "blob.short", "The file is shorter than it should be.");
    response.body = std::move(piece->bytes);
    return response;
  }
  // Whether it is there at all is to be known before the answer begins.
  if (auto there = context.services.blobs->read(*key, range.first, 0); !there) return problem(there.error());
  response.headers.set("Content-Length", std::to_string(range.size));
  auto seat = std::make_unique<Seat>(context.downloads, kMaxDownloads);
  if (!seat->mine()) {
    auto refusal = problem(503, "viewers.limit", "Too many files are being read. Try again shortly.");
    refusal.headers.set("Retry-After", "5");
    return refusal;
  }
  response.stream = std::make_unique<BlobStream>(std::move(seat), *context.services.blobs, std::move(*key), range);
  return response;
}

Thing thing_of(const model::Asset& asset) {
  return {asset.key, "\"" + asset.sha256 + "\"", asset.media_type, asset.name, asset.size};
}

Response content(Context& context, const Request& request) {
  auto asset = asset_for(context, request);
  return asset ? bytes_of(context, request, thing_of(*asset)) : problem(asset.error());
}

Response thumbnail(Context& context, const Request& request) {
  auto asset = asset_for(context, request);
  if (!asset) return problem(asset.error());
  if (asset->look.thumbnail.empty())
    return problem(404, "thumbnail.none", "There is no thumbnail of this file, or not yet.");
  auto key = blob::Key::parse(asset->look.thumbnail);
  if (!key) return problem(key.error());
  auto there = context.services.blobs != nullptr ? context.services.blobs->read(*key, 0, 0)
                                                 : make_error(ErrorKind::Unavailable, "there is no storage");
  if (!there) return problem(there.error());
  const auto tag = "\"" + blob::sha256_hex(asset->sha256 + there->whole.version).substr(0, 32) + "\"";
  return bytes_of(context, request, {key->text(), tag, "image/jpeg", "thumbnail.jpg", there->whole.size});
}

// What a browser may be told of it; everything else is only to be saved.
std::string shown_type(const std::string& type) {
  for (const auto* known : {"image/jpeg", "image/png", "video/mp4", "application/json", "text/plain"}) {
    if (type == known) return type;
  }
  return "application/octet-stream";
}

// Nothing: there is none of that name. Outputs are read by name, in their order: it can only be among the first that
// follow what is one letter shorter.
Result<std::optional<model::JobOutput>> output_of(store::JobLog& log, const std::string& job, const std::string& name) {
  auto after = name.substr(0, name.size() - 1);
  while (true) {
    VIGIL_ASSIGN(const auto some, log.outputs(job, after, 50));
    for (const auto& output : some) {
      if (output.name == name) return std::optional(output);
      if (output.name > name) return std::optional<model::JobOutput>();
    }
    if (some.empty()) return std::optional<model::JobOutput>();
    after = some.back().name;
  }
}

// NotFound where the job made nothing of that name.
Result<Thing> output_thing(const Context& context, const std::string& job, const std::string& name) {
  VIGIL_ASSIGN(const auto found, output_of(context.services.store.jobs().log(), job, name));
  if (!found) return make_error(ErrorKind::NotFound, "The job made nothing of that name.", "output.not_found");
  // Its key is made of the attempt that made it: another one's bytes have another.
  const auto tag = "\"" + blob::sha256_hex(found->key).substr(0, 32) + "\"";
  return Thing{found->key, tag, shown_type(found->media_type), found->name, found->size};
}

Response output_content(Context& context, const Request& request) {
  auto job = job_for(context, request);
  if (!job) return problem(job.error());
  auto thing = output_thing(context, job->id, std::string(request.param("name")));
  return thing ? bytes_of(context, request, *thing) : problem(thing.error());
}

blob::Links links_of(const Context& context) {
  return blob::Links(context.services.store.instance_key("asset-link"), "1");
}

blob::Grant grant_of(const std::string& asset_id) {
  return {blob::Method::Get, asset_id, kVariant, {}};
}

blob::Grant grant_of(const std::string& job_id, const std::string& output) {
  return {blob::Method::Get, job_id, "output/" + output, {}};
}

// `path`: where the link is honoured.
Response link_response(Context& context, const Request& request, blob::Grant grant, const std::string& path) {
  const auto now = context.services.clock.wall();
  grant.expires = now + std::chrono::seconds(request.json.at("seconds").get<int>());
  const auto token = links_of(context).sign(grant, now);
  const auto expires = std::min(grant.expires, now + blob::kLongestLink);
  auto response =
      json_response(201, {{"url", fmt::format("{}?link={}", path, token)}, {"expires_at", to_rfc3339(expires)}});
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Response make_link(Context& context, const Request& request) {
  auto asset = asset_for(context, request);
  if (!asset) return problem(asset.error());
  return link_response(context, request, grant_of(asset->id), fmt::format("/api/assets/{}/shared", asset->id));
}

Response make_output_link(Context& context, const Request& request) {
  auto job = job_for(context, request);
  if (!job) return problem(job.error());
  const std::string name(request.param("name"));
  if (auto thing = output_thing(context, job->id, name); !thing) return problem(thing.error());
  return link_response(context, request, grant_of(job->id, name),
                       fmt::format("/api/jobs/{}/outputs/{}/shared", job->id, percent_encode(name)));
}

Response shared_output(Context& context, const Request& request) {
  const std::string id(request.param("id")), name(request.param("name"));
  const auto token = request.query.at("link").get<std::string>();
  if (auto fine = links_of(context).check(token, grant_of(id, name), context.services.clock.wall()); !fine)
    return problem(403, fine.error().code, "This link is not good for this file, or has expired: ask for a new one.");
  // What goes with its asset is gone with it at once.
  auto job = context.services.store.jobs().jobs().get(id);
  if (!job) return problem(job.error());
  if (auto asset = context.services.store.uploads().assets().get(job->asset); !asset) return problem(asset.error());
  auto thing = output_thing(context, id, name);
  return thing ? bytes_of(context, request, *thing) : problem(thing.error());
}

// Who has the link needs nothing else; what was deleted meanwhile is gone for them, too.
Response shared(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  const auto token = request.query.at("link").get<std::string>();
  if (auto fine = links_of(context).check(token, grant_of(id), context.services.clock.wall()); !fine)
    return problem(403, fine.error().code, "This link is not good for this file, or has expired: ask for a new one.");
  auto asset = context.services.store.uploads().assets().get(id);
  if (!asset) return problem(asset.error());
  return bytes_of(context, request, thing_of(*asset));
}

Response hold(Context& context, const Request& request) {
  auto asset = asset_for(context, request);
  if (!asset) return problem(asset.error());
  auto held = context.services.store.uploads().assets().hold(asset->id, request.json.at("held").get<bool>());
  if (!held) return problem(held.error());
  auto until = KeptUntil(context).of(*held);
  return until ? json_response(200, to_json(*held, *until)) : problem(until.error());
}

}  // namespace

void add_asset_content_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  const auto may = Permission::Viewer;
  routes.push_back({"GET", "/api/assets/{id}/content", "get_asset_content", may, bind(content), Lane::Slow});
  routes.push_back({"GET", "/api/assets/{id}/thumbnail", "get_asset_thumbnail", may, bind(thumbnail), Lane::Slow});
  routes.push_back({"GET", "/api/jobs/{id}/outputs/{name}", "get_job_output", may, bind(output_content), Lane::Slow});
  routes.push_back({"POST", "/api/jobs/{id}/outputs/{name}/links", "create_output_link", may, bind(make_output_link)});
  routes.push_back({"GET", "/api/jobs/{id}/outputs/{name}/shared", "get_shared_output", Permission::Public,
                    bind(shared_output), Lane::Slow});
  routes.push_back({"POST", "/api/assets/{id}/links", "create_asset_link", may, bind(make_link)});
  routes.push_back(
      {"GET", "/api/assets/{id}/shared", "get_shared_asset", Permission::Public, bind(shared), Lane::Slow});
  routes.push_back({"PUT", "/api/assets/{id}/hold", "hold_asset", Permission::Administrator, bind(hold)});
}

}  // namespace vigil::api
