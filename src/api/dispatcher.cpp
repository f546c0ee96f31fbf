#include "api/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "api/credential.h"
#include "api/media_type.h"
#include "api/problem.h"
#include "api/upgrade.h"
#include "base/log.h"

namespace vigil::api {
namespace {

constexpr const char* kContentPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

bool is_safe(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool sends_body(const Request& request) {
  return request.headers.find("Transfer-Encoding").has_value() ||
         (request.headers.get("Content-Length").find_first_not_of('0') != std::string_view::npos);
}

// Paths that belong to the interface: what is unknown there is an error, not the page.
bool is_interface(const std::string& path) {
  return path == "/api" || path.starts_with("/api/") || path == "/hls" || path.starts_with("/hls/") ||
         path == "/health" || path == "/ready" || path == "/metrics";
}

std::string joined(std::vector<std::string> methods) {
  if (std::find(methods.begin(), methods.end(), "GET") != methods.end()) methods.emplace_back("HEAD");
  methods.emplace_back("OPTIONS");
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  std::string out;
  for (const auto& method : methods) out += (out.empty() ? "" : ", ") + method;
  return out;
}

bool is_json(const std::string& type) {
  return type == "application/json" || type.ends_with("+json");
}

// The ticket of a request that may come with one; empty: none.
std::string ticket_of(const Request& request, const Operation& operation) {
  if (!operation.ticket) return {};
  for (auto& [name, value] : parse_query(request.query_text).value_or(NameValues())) {
    if (name == "ticket") return value;
  }
  return {};
}

// An answer that goes on and on ends when whoever asked for it may not be here any more.
class GuardedStream final : public BodyStream {
 public:
  GuardedStream(std::unique_ptr<BodyStream> inner, Accounts& accounts, Principal who)
      : inner_(std::move(inner)), accounts_(accounts), who_(std::move(who)) {}

  std::optional<std::string> next(std::stop_token gone) override {
    auto piece = inner_->next(gone);
    if (!piece) return std::nullopt;
    // A store that cannot be read at the moment says nothing about anybody.
    if (auto fine = accounts_.confirm(who_); !fine && fine.error().kind == ErrorKind::Unauthenticated)
      return std::nullopt;
    return piece;
  }

 private:
  std::unique_ptr<BodyStream> inner_;
  Accounts& accounts_;
  const Principal who_;
};

}  // namespace

Dispatcher::Dispatcher(DispatchConfig config, const Router& router, const Contract& contract, Accounts& accounts,
                       const Tickets& tickets, HttpMetrics& metrics, Handler files)
    : config_(std::move(config)),
      router_(router),
      contract_(contract),
      accounts_(accounts),
      tickets_(tickets),
      metrics_(metrics),
      files_(std::move(files)) {}

std::optional<Response> Dispatcher::refuse_origin(const Request& request) const {
  if (config_.auth == AuthMode::None && !is_trusted_host(request.headers.get("Host"), config_.allowed_hosts)) {
    return problem(403, "host.untrusted",
                   "Without authentication this server answers only under an IP address, localhost or a name in "
                   "server.allowed_hosts.");
  }
  return is_safe(request.method) ? std::nullopt : refuse_foreign_page(request);
}

// Browsers let every page open WebSockets to everywhere: there it is for us to look, too.
std::optional<Response> Dispatcher::refuse_foreign_page(const Request& request) const {
  if (is_allowed_origin(request.headers.get("Origin"), request.headers.get("Host"), config_.cors_origins)) {
    return std::nullopt;
  }
  return problem(403, "origin.foreign", "A page of another origin may not change or watch anything here.");
}

std::optional<Response> Dispatcher::refuse_websocket(const Request& request) const {
  auto fault = upgrade_fault(request);
  if (fault.empty()) return std::nullopt;
  auto response = problem(426, "websocket.required", "This is a WebSocket: " + fault + ".");
  response.headers.add("Upgrade", "websocket");
  response.headers.add("Sec-WebSocket-Version", "13");
  return response;
}

std::optional<Response> Dispatcher::refuse_parameters(Request& request, const Operation& operation) const {
  for (const auto& parameter : operation.parameters) {
    if (parameter.in == Parameter::In::Path &&
        !contract_.validator().validate(parameter.schema, std::string(request.param(parameter.name))).empty()) {
      return problem(404, "not_found", "There is nothing by that name: it is not a possible " + parameter.name + ".");
    }
  }
  std::vector<ProblemDetail> faults;
  auto given = parse_query(request.query_text);
  if (!given) return problem(400, "query.malformed", "The query of the URL is malformed.");
  request.query = contract_.query(operation, *given, faults);
  for (const auto& parameter : operation.parameters) {
    if (parameter.in != Parameter::In::Header) continue;
    auto value = request.headers.find(parameter.name);
    if (!value) continue;
    for (auto& fault :
         contract_.validator().validate(parameter.schema, std::string(*value), "header:" + parameter.name)) {
      faults.push_back(std::move(fault));
    }
  }
  if (faults.empty()) return std::nullopt;
  return problem(400, "query.invalid",
                 "The request's parameters are wrong: " + faults.front().pointer + " " + faults.front().detail + ".",
                 faults);
}

std::optional<Response> Dispatcher::refuse_body_type(Request& request, const Operation& operation) const {
  if (operation.bodies.empty()) return std::nullopt;
  if (!sends_body(request)) {
    if (!operation.body_required) return std::nullopt;
    return problem(400, "body.missing", "This request needs a body.");
  }
  auto type = parse_media_type(request.headers.get("Content-Type"));
  if (type && operation.bodies.contains(type->name)) {
    request.content_type = type->name;
    return std::nullopt;
  }
  std::string known;
  for (const auto& [name, schema] : operation.bodies) known += (known.empty() ? "" : " or ") + name;
  return problem(415, "unsupported_media", "The body must be " + known + ", and Content-Type must say so.");
}

Response Dispatcher::without_route(const Request& request, const std::vector<std::string>& allowed) const {
  if (allowed.empty()) {
    // A page of an allowed origin asks before it sends; what it asks about may be any path.
    return problem(404, "not_found", "There is nothing at this path. /api/openapi.json lists what there is.");
  }
  auto methods = joined(allowed);
  if (request.method == "OPTIONS") {
    auto response = empty_response(204);
    response.headers.add("Allow", methods);
    const auto origin = std::string(request.headers.get("Origin"));
    if (request.headers.find("Access-Control-Request-Method") &&
        std::find(config_.cors_origins.begin(), config_.cors_origins.end(), origin) != config_.cors_origins.end()) {
      response.headers.add("Access-Control-Allow-Methods", methods);
      response.headers.add(
          "Access-Control-Allow-Headers",
          "Authorization, Content-Type, If-Match, Tus-Resumable, Upload-Checksum, Upload-Defer-Length, "
          "Upload-Length, Upload-Metadata, Upload-Offset, X-API-Key");
      response.headers.add("Access-Control-Max-Age", "600");
    }
    return response;
  }
  auto response = problem(405, "method_not_allowed", "This path takes " + methods + ".");
  response.headers.add("Allow", methods);
  return response;
}

http::Plan Dispatcher::plan(Request& request) {
  http::Plan plan;
  auto refuse = [&plan](Response response) {
    plan.refusal = std::move(response);
    return std::move(plan);
  };
  apply_forwarded(request, config_.trusted_proxies);
  auto question = std::min(request.target.find('?'), request.target.size());
  request.path = request.target.substr(0, question);
  request.query_text = request.target.substr(std::min(question + 1, request.target.size()));
  if (request.headers.find("Content-Encoding")) {
    return refuse(problem(415, "unsupported_media", "Bodies must come without Content-Encoding."));
  }
  if (auto refusal = refuse_origin(request)) return refuse(std::move(*refusal));
  if (request.target == "*") return refuse(without_route(request, {"GET", "POST", "PATCH", "DELETE"}));
  auto segments = split_path(request.path);
  if (!segments)
    return refuse(problem(404, "not_found", "There is nothing at this path: it does not decode to a name."));
  auto match = router_.match(request.method, *segments);
  if (match.route == nullptr) {
    const bool page = match.allowed.empty() && files_ && !is_interface(request.path);
    if (page && (request.method == "GET" || request.method == "HEAD")) return plan;
    if (page) match.allowed = {"GET"};
    return refuse(without_route(request, match.allowed));
  }
  // A page of another origin asks first what it may send: that is not for the operation.
  if (request.method == "OPTIONS" && request.headers.find("Access-Control-Request-Method"))
    return refuse(without_route(request, match.allowed));
  const auto& operation = *match.route->operation;
  request.params = std::move(match.params);
  if (operation.websocket) {
    if (auto refusal = refuse_foreign_page(request)) return refuse(std::move(*refusal));
  }
  const bool open = operation.permission == Permission::Public || operation.permission == Permission::Setup;
  // Strangers are asked who they are before they are told what is wrong with their request.
  if (config_.auth == AuthMode::Required && !open && credential_of(request).empty() &&
      ticket_of(request, operation).empty()) {
    return refuse(problem(make_error(ErrorKind::Unauthenticated, "Sign in, or send an API key.", "auth.missing")));
  }
  if (auto refusal = refuse_parameters(request, operation)) return refuse(std::move(*refusal));
  if (operation.websocket) {
    if (auto refusal = refuse_websocket(request)) return refuse(std::move(*refusal));
  }
  if (auto refusal = refuse_body_type(request, operation)) return refuse(std::move(*refusal));
  if (!accepts(request.headers.get("Accept"), operation.produces)) {
    return refuse(problem(406, "not_acceptable",
                          "The answer would be " + operation.produces.front() + ", which Accept does not take."));
  }
  plan.route = match.route;
  plan.lane = match.route->lane;
  plan.max_body = operation.bodies.empty() ? plan.max_body : operation.max_body;
  plan.stream_body = operation.stream_body;
  plan.authorize_first = config_.auth == AuthMode::Required && !open && sends_body(request);
  return plan;
}

// plan() saw that there is something.
Result<Principal> Dispatcher::principal_of(const Request& request, const Operation& operation) const {
  if (auto credential = credential_of(request); !credential.empty()) return accounts_.authenticate(credential);
  VIGIL_ASSIGN(auto who, tickets_.verify(ticket_of(request, operation), request.param("id")));
  VIGIL_TRY(accounts_.confirm(who));
  return who;
}

std::optional<Response> Dispatcher::authorize(Request& request, const http::Plan& plan) {
  if (config_.auth == AuthMode::None) {
    request.principal = {Principal::Kind::Local, "", "local", store::UserRole::Administrator, ""};
    return std::nullopt;
  }
  if (plan.route == nullptr) return std::nullopt;
  const auto wanted = plan.route->operation->permission;
  if (wanted == Permission::Public || wanted == Permission::Setup) return std::nullopt;
  auto principal = principal_of(request, *plan.route->operation);
  if (!principal.ok()) return problem(principal.error());
  request.principal = std::move(*principal);
  if (wanted == Permission::Administrator && request.principal.role != store::UserRole::Administrator) {
    return problem(403, "permission_denied", "This is for administrators.");
  }
  return std::nullopt;
}

std::optional<Response> Dispatcher::read_json(Request& request, const Operation& operation) const {
  auto json = parse_json(request.body, {.max_bytes = operation.max_body, .max_depth = 32});
  if (!json.ok()) {
    auto error = std::move(json).error().while_doing("the body");
    error.code = "json.malformed";
    return problem(error);
  }
  auto faults = contract_.validator().validate(operation.bodies.at(request.content_type), *json);
  if (faults.empty()) {
    request.json = std::move(*json);
    return std::nullopt;
  }
  const auto& first = faults.front();
  return problem(422, "invalid_argument",
                 (first.pointer.empty() ? "The body" : first.pointer) + " " + first.detail + ".", faults);
}

Response Dispatcher::handle(Request& request, const http::Plan& plan) {
  try {
    if (!plan.authorize_first) {
      if (auto refusal = authorize(request, plan)) return std::move(*refusal);
    }
    if (plan.route == nullptr) return files_(request);
    if (is_json(request.content_type)) {
      if (auto refusal = read_json(request, *plan.route->operation)) return std::move(*refusal);
    }
    auto response = plan.route->handler(request);
    const auto permission = plan.route->operation->permission;
    if (response.stream && permission != Permission::Public && permission != Permission::Setup)
      response.stream = std::make_unique<GuardedStream>(std::move(response.stream), accounts_, request.principal);
    return response;
  } catch (const std::exception& fault) {  // the JSON library, or no memory
    log::error("a handler threw",
               {{"operation", plan.route == nullptr ? "files" : plan.route->operation_id}, {"what", fault.what()}});
    return problem(make_error(ErrorKind::Internal, "exception in a handler"));
  }
}

void Dispatcher::finish(const Request& request, const http::Plan& plan, Response& response, double seconds) {
  complete_problem(response, request);
  auto& headers = response.headers;
  headers.add("X-Request-Id", request.id);
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("Referrer-Policy", "no-referrer");
  headers.add("Content-Security-Policy", kContentPolicy);
  headers.add("X-Frame-Options", "DENY");
  if (!config_.cors_origins.empty()) {
    headers.add("Vary", "Origin");
    const auto origin = std::string(request.headers.get("Origin"));
    if (std::find(config_.cors_origins.begin(), config_.cors_origins.end(), origin) != config_.cors_origins.end()) {
      headers.add("Access-Control-Allow-Origin", origin);
      headers.add("Access-Control-Expose-Headers",
                  "ETag, Location, Retry-After, Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, "
                  "Tus-Version, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset, X-Asset-Id, "
                  "X-Frame-Age, X-Frame-Live, X-Frame-Timestamp, X-Request-Id");
    }
  } else {
    headers.add("Cross-Origin-Resource-Policy", "same-origin");
  }
  const std::string operation = plan.route != nullptr ? plan.route->operation_id : plan.refusal ? "none" : "page";
  metrics_.observe(operation, response.status, seconds);
  const bool bad = response.status >= 500 && response.status != 503;
  auto write = bad ? &log::warn : &log::debug;
  write("request", {{"id", request.id},
                    {"method", request.method},
                    {"path", request.path},
                    {"status", response.status},
                    {"ms", seconds * 1000},
                    {"peer", request.peer.address}});
}

}  // namespace vigil::api
