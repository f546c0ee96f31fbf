#include "api/handlers/account_json.h"
#include "api/handlers/context.h"
#include "api/problem.h"

namespace vigil::api {
namespace {

Secret secret_of(const Json& json, const char* key) {
  return Secret(json.at(key).get<std::string>());
}

Response signed_in(const Context& context, const Request& request, const SignIn& sign_in, int status = 200) {
  auto response = json_response(status, {{"access_token", sign_in.access_token.reveal()},
                                         {"token_type", "Bearer"},
                                         {"expires_in", sign_in.access_lifetime.count()},
                                         {"user", to_json(sign_in.principal)}});
  response.headers.add("Set-Cookie", refresh_cookie(sign_in, context.services.clock.wall(), request.secure));
  return response;
}

// The problem of a sign-in that was refused, with how long to wait.
Response refused(const Context& context, const Request& request, const Error& error, const std::string& name) {
  auto response = problem(error);
  if (response.status == 429) {
    auto wait = context.services.accounts.login_wait(name, request.peer).count();
    response.headers.add("Retry-After", std::to_string(wait > 0 ? wait : 1));
  }
  return response;
}

Response get_setup(Context& context, const Request&) {
  bool required = false;
  if (context.config.auth == AuthMode::Required) {
    auto asked = context.services.accounts.setup_required();
    if (!asked.ok()) return problem(asked.error());
    required = *asked;
  }
  return json_response(200, {{"required", required}, {"auth_mode", to_string(context.config.auth)}});
}

Response complete_setup(Context& context, const Request& request) {
  const auto name = request.json.at("name").get<std::string>();
  auto done = context.services.accounts.complete_setup(secret_of(request.json, "token"), name,
                                                       secret_of(request.json, "password"), request.peer);
  return done.ok() ? signed_in(context, request, *done, 201) : refused(context, request, done.error(), name);
}

Response login(Context& context, const Request& request) {
  const auto name = request.json.at("name").get<std::string>();
  auto done = context.services.accounts.login(name, secret_of(request.json, "password"), request.peer);
  return done.ok() ? signed_in(context, request, *done) : refused(context, request, done.error(), name);
}

Response refresh(Context& context, const Request& request) {
  auto token = refresh_token_in(request);
  if (token.empty())
    return problem(make_error(ErrorKind::Unauthenticated, "There is no refresh cookie: sign in.", "auth.session"));
  auto done = context.services.accounts.refresh(token, request.peer);
  if (done.ok()) return signed_in(context, request, *done);
  auto response = problem(done.error());
  if (response.status == 401) response.headers.add("Set-Cookie", cleared_cookie(request.secure));
  return response;
}

Response logout(Context& context, const Request& request) {
  if (auto token = refresh_token_in(request); !token.empty()) {
    auto done = context.services.accounts.logout(token);
    if (!done.ok()) return problem(done.error());
  }
  auto response = empty_response(204);
  response.headers.add("Set-Cookie", cleared_cookie(request.secure));
  return response;
}

Response change_password(Context& context, const Request& request) {
  if (request.principal.kind != Principal::Kind::User) {
    return problem(403, "auth.no_password", "Only a user who signed in has a password to change.");
  }
  auto done = context.services.accounts.change_password(request.principal, secret_of(request.json, "current_password"),
                                                        secret_of(request.json, "new_password"), request.peer);
  if (done.ok()) return signed_in(context, request, *done);
  auto error = std::move(done).error();
  if (error.pointer == "/password") error.pointer = "/new_password";
  return refused(context, request, error, request.principal.name);
}

Response me(Context&, const Request& request) {
  return json_response(200, to_json(request.principal));
}

}  // namespace

void add_auth_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  // Whatever hashes a password is slow on purpose and must not hold up the rest.
  routes.push_back({"GET", "/api/setup", "get_setup", Permission::Public, bind(get_setup)});
  routes.push_back({"POST", "/api/setup", "complete_setup", Permission::Setup, bind(complete_setup), Lane::Slow});
  routes.push_back({"POST", "/api/auth/login", "login", Permission::Public, bind(login), Lane::Slow});
  routes.push_back({"POST", "/api/auth/refresh", "refresh", Permission::Public, bind(refresh)});
  routes.push_back({"POST", "/api/auth/logout", "logout", Permission::Public, bind(logout)});
  routes.push_back(
      {"POST", "/api/auth/password", "change_password", Permission::Viewer, bind(change_password), Lane::Slow});
  routes.push_back({"GET", "/api/auth/me", "get_me", Permission::Viewer, bind(me)});
}

}  // namespace vigil::api
