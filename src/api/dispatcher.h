#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/auth/tickets.h"
#include "api/contract.h"
#include "api/http/application.h"
#include "api/http_metrics.h"
#include "api/origin.h"
#include "api/router.h"
#include "api/server.h"

// The way of every request: origin and form, route, permission, contract, handler. Whatever is refused on the way is a
// problem detail.

namespace vigil::api {

struct DispatchConfig {
  AuthMode auth = AuthMode::Required;
  std::vector<std::string> allowed_hosts, cors_origins;
  Networks trusted_proxies;
};

class Dispatcher final : public http::Application {
 public:
  // `files` answers GET for paths that are no operation; its request has only method, path and headers.
  // All references must outlive the dispatcher.
  Dispatcher(DispatchConfig config, const Router& router, const Contract& contract, Accounts& accounts,
             const Tickets& tickets, HttpMetrics& metrics, Handler files);

  http::Plan plan(Request& request) override;
  std::optional<Response> authorize(Request& request, const http::Plan& plan) override;
  Response handle(Request& request, const http::Plan& plan) override;
  void finish(const Request& request, const http::Plan& plan, Response& response, double seconds) override;

 private:
  std::optional<Response> refuse_origin(const Request& request) const;
  std::optional<Response> refuse_foreign_page(const Request& request) const;
  std::optional<Response> refuse_websocket(const Request& request) const;
  Result<Principal> principal_of(const Request& request, const Operation& operation) const;
  std::optional<Response> refuse_parameters(Request& request, const Operation& operation) const;
  std::optional<Response> refuse_body_type(Request& request, const Operation& operation) const;
  std::optional<Response> read_json(Request& request, const Operation& operation) const;
  Response without_route(const Request& request, const std::vector<std::string>& allowed) const;

  DispatchConfig config_;
  const Router& router_;
  const Contract& contract_;
  Accounts& accounts_;
  const Tickets& tickets_;
  HttpMetrics& metrics_;
  Handler files_;
};

}  // namespace vigil::api
