#include "api/problem.h"

#include "base/log.h"
#include "base/redact.h"

namespace vigil::api {
namespace {

constexpr const char* kProblemType = "application/problem+json";

std::string default_code(int status) {
  switch (status) {
    case 405:
      return "method_not_allowed";
    case 406:
      return "not_acceptable";
    case 408:
      return "request_timeout";
    case 417:
      return "expectation_failed";
    case 431:
      return "header_too_large";
    case 501:
      return "not_implemented";
    default:
      return "http_" + std::to_string(status);
  }
}

}  // namespace

const char* reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 460:
      return "Checksum Mismatch";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Error";
  }
}

Response problem(int status, std::string_view code, std::string_view detail, const std::vector<ProblemDetail>& errors) {
  const std::string name = code.empty() ? default_code(status) : std::string(code);
  Json body{{"type", "urn:vigil:problem:" + name},
            {"title", reason_phrase(status)},
            {"status", status},
            {"detail", redact(detail)},
            {"code", name}};
  if (!errors.empty()) {
    auto& list = body["errors"] = Json::array();
    for (const auto& error : errors) list.push_back({{"pointer", error.pointer}, {"detail", redact(error.detail)}});
  }
  Response response;
  response.status = status;
  response.headers.add("Content-Type", kProblemType);
  response.headers.add("Cache-Control", "no-store");
  response.body = to_text(body);
  return response;
}

Response problem(const Error& error) {
  const int status = http_status(error.kind);
  const std::string code = error.code.empty() ? kind_name(error.kind) : error.code;
  if (status == 500) {
    log::error("a request failed", {{"code", code}, {"detail", error.message}});
    return problem(status, code, "The server made a mistake. Its log tells more under this request_id.");
  }
  std::vector<ProblemDetail> errors;
  if (!error.pointer.empty()) errors.push_back({error.pointer, error.message});
  auto response = problem(status, code, error.message, errors);
  if (status == 401) response.headers.add("WWW-Authenticate", "Bearer");
  return response;
}

void complete_problem(Response& response, const Request& request) {
  if (response.status < 400 || response.headers.get("Content-Type") != kProblemType) return;
  auto body = parse_json(response.body, {.max_bytes = 16u << 20, .max_depth = 8});
  if (!body.ok()) return;
  body->emplace("instance", request.path);
  body->emplace("request_id", request.id);
  response.body = to_text(*body);
}

}  // namespace vigil::api
