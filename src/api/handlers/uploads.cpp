#include "api/handlers/context.h"
#include "api/handlers/upload_sink.h"
#include "api/handlers/work_json.h"
#include "api/http/http_server.h"
#include "api/media_type.h"
#include "api/multipart_form.h"
#include "api/problem.h"
#include "api/tus.h"
#include "jobs/webhooks.h"

// Uploads: tus 1.0.0, and forms for what is small. The address of an upload opens nothing: every request is looked at
// as any other, and there is no way to read an upload back.

namespace vigil::api {
namespace {

void add_limits(const Context& context, Headers& headers) {
  headers.set("Tus-Version", std::string(tus::kVersion));
  headers.set("Tus-Extension", std::string(tus::kExtensions));
  headers.set("Tus-Checksum-Algorithm", std::string(tus::kChecksums));
  if (context.services.uploads != nullptr)
    headers.set("Tus-Max-Size", std::to_string(context.services.uploads->limits().file_bytes));
}

// Something: what is wrong before anything is looked at.
std::optional<Response> refuse(const Context& context, const Request& request) {
  if (context.services.uploads == nullptr)
    return problem(503, "uploads.off", "This server takes no uploads: it has no place for them.");
  if (request.headers.get("Tus-Resumable") == tus::kVersion && request.headers.count("Tus-Resumable") == 1)
    return std::nullopt;
  auto response = problem(412, "tus.version", "Tus-Resumable must be 1.0.0.");
  add_limits(context, response.headers);
  return response;
}

void describe(const model::Upload& upload, Headers& headers) {
  headers.set("Tus-Resumable", std::string(tus::kVersion));
  headers.set("Cache-Control", "no-store");
  headers.set("Upload-Offset", std::to_string(upload.received));
  if (upload.state == model::UploadState::Open) headers.set("Upload-Expires", http::http_date(upload.expires_at));
  if (upload.state == model::UploadState::Complete) headers.set("X-Asset-Id", upload.asset);
}

Response with_offset(int status, const jobs::UploadStatus& done) {
  auto response = empty_response(status);
  describe(done.upload, response.headers);
  if (done.upload.state == model::UploadState::Complete)
    response.headers.set("X-Asset-Duplicate", done.duplicate ? "true" : "false");
  return response;
}

Response options(Context& context, const Request&) {
  auto response = empty_response(204);
  response.headers.set("Tus-Resumable", std::string(tus::kVersion));
  response.headers.set("Allow", "OPTIONS, POST");
  add_limits(context, response.headers);
  return response;
}

// Opens the upload for this request's body.
Response taking(Context& context, const Request& request, const std::string& id, jobs::Uploads::Opening opening,
                std::function<Response(const jobs::UploadStatus&)> answer) {
  auto interrupt = std::make_shared<Interrupt>();
  opening.interrupt = [interrupt] { interrupt->fire(); };
  opening.announced = tus::parse_number(request.headers.get("Content-Length")).value_or(0);
  auto writer = context.services.uploads->open(actor_of(request), id, std::move(opening));
  if (!writer) return upload_problem(writer.error());
  Response response;
  response.sink = std::make_unique<UploadSink>(std::move(*writer), interrupt, std::move(answer));
  return response;
}

Response create(Context& context, const Request& request) {
  if (auto refusal = refuse(context, request)) return std::move(*refusal);
  auto wanted = tus::parse_metadata(request.headers.get("Upload-Metadata"));
  if (!wanted) return upload_problem(wanted.error());
  auto length = tus::parse_length(request.headers);
  if (!length) return upload_problem(length.error());
  wanted->length = *length;
  auto checksum = tus::parse_checksum(request.headers);
  if (!checksum) return upload_problem(checksum.error());
  auto made = context.services.uploads->create(actor_of(request), *wanted);
  if (!made) return upload_problem(made.error());
  const auto location = "/api/uploads/" + made->upload.id;
  auto answer = [location](const jobs::UploadStatus& done) {
    auto response = with_offset(201, done);
    response.headers.set("Location", location);
    return response;
  };
  if (request.content_type.empty()) return answer(*made);
  jobs::Uploads::Opening opening;
  opening.checksum = std::move(*checksum);
  return taking(context, request, made->upload.id, std::move(opening), answer);
}

Response append(Context& context, const Request& request) {
  if (auto refusal = refuse(context, request)) return std::move(*refusal);
  const auto offset = tus::parse_number(request.headers.get("Upload-Offset"));
  if (!offset || request.headers.count("Upload-Offset") != 1)
    return upload_problem(
        make_error(ErrorKind::MalformedRequest, "Upload-Offset must be a number of bytes", "tus.offset"));
  jobs::Uploads::Opening opening;
  opening.offset = *offset;
  if (auto length = request.headers.find("Upload-Length")) {
    opening.length = tus::parse_number(*length);
    if (!opening.length)
      return upload_problem(
          make_error(ErrorKind::MalformedRequest, "Upload-Length is no number of bytes", "tus.length"));
  }
  auto checksum = tus::parse_checksum(request.headers);
  if (!checksum) return upload_problem(checksum.error());
  opening.checksum = std::move(*checksum);
  return taking(context, request, std::string(request.param("id")), std::move(opening),
                [](const jobs::UploadStatus& done) { return with_offset(204, done); });
}

// HEAD for tus, by who wants to go on; GET for people and pages, who look while it goes on.
Response status(Context& context, const Request& request) {
  const bool goes_on = request.method == "HEAD";
  if (context.services.uploads == nullptr || goes_on) {
    if (auto refusal = refuse(context, request)) return std::move(*refusal);
  }
  const auto& uploads = context.services.uploads;
  const std::string id(request.param("id"));
  auto found = goes_on ? uploads->status(actor_of(request), id) : uploads->look(actor_of(request), id);
  if (!found) return upload_problem(found.error());
  const auto& upload = found->upload;
  auto response = json_response(200, to_json(upload));
  describe(upload, response.headers);
  if (upload.length) response.headers.set("Upload-Length", std::to_string(*upload.length));
  if (!upload.length) response.headers.set("Upload-Defer-Length", "1");
  if (auto metadata = tus::metadata_of(upload); !metadata.empty()) response.headers.set("Upload-Metadata", metadata);
  return response;
}

Response remove(Context& context, const Request& request) {
  if (auto refusal = refuse(context, request)) return std::move(*refusal);
  auto removed = context.services.uploads->remove(actor_of(request), std::string(request.param("id")));
  if (!removed) return upload_problem(removed.error());
  auto response = empty_response(204);
  response.headers.set("Tus-Resumable", std::string(tus::kVersion));
  return response;
}

// A file that fits into one request, as browsers' forms and curl -F send it.
Response from_form(Context& context, const Request& request) {
  if (context.services.uploads == nullptr)
    return problem(503, "uploads.off", "This server takes no uploads: it has no place for them.");
  auto type = parse_media_type(request.headers.get("Content-Type"));
  auto parts = parse_multipart_form(request.body, type ? type->boundary : std::string());
  if (!parts) return problem(parts.error());
  jobs::NewUpload wanted;
  std::string_view bytes;
  std::string hook, secret;
  for (const auto& part : *parts) {
    if (part.name == "file") {
      bytes = part.data;
      wanted.name = part.filename;
      wanted.type = part.content_type;
    } else if (part.name == "sha256") {
      wanted.sha256 = std::string(part.data);
    } else if (part.name == "webhook_url") {
      hook = std::string(part.data);
    } else if (part.name == "webhook_secret") {
      secret = std::string(part.data);
    } else {
      return problem(422, "upload.form",
                     "The form may have a file, a sha256, a webhook_url and a webhook_secret, nothing else.");
    }
  }
  if (auto told = jobs::tell(wanted, hook, secret); !told) return problem(told.error());
  wanted.length = bytes.size();
  auto& uploads = *context.services.uploads;
  const auto actor = actor_of(request);
  auto made = uploads.create(actor, wanted);
  if (!made) return upload_problem(made.error());
  auto done = [&]() -> Result<jobs::UploadStatus> {
    VIGIL_ASSIGN(auto writer, uploads.open(actor, made->upload.id, {}));
    VIGIL_TRY(writer->write(bytes));
    return writer->finish();
  }();
  if (!done) {
    static_cast<void>(uploads.remove(actor, made->upload.id).ok());
    return upload_problem(done.error());
  }
  auto asset = context.services.store.uploads().assets().get(done->upload.asset);
  if (!asset) return problem(asset.error());
  return receipt_response(*asset, *done);
}

}  // namespace

void add_upload_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  const auto may = Permission::Viewer;
  routes.push_back({"OPTIONS", "/api/uploads", "describe_uploads", Permission::Public, bind(options), Lane::Inline});
  routes.push_back({"POST", "/api/uploads", "create_upload", may, bind(create), Lane::Slow});
  routes.push_back({"GET", "/api/uploads/{id}", "get_upload", may, bind(status), Lane::Slow});
  routes.push_back({"PATCH", "/api/uploads/{id}", "append_upload", may, bind(append), Lane::Slow});
  routes.push_back({"DELETE", "/api/uploads/{id}", "delete_upload", may, bind(remove), Lane::Slow});
  routes.push_back({"POST", "/api/assets", "create_asset", may, bind(from_form), Lane::Slow});
}

}  // namespace vigil::api
