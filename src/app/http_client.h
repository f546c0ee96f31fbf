#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/commands.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"

// A client of the server's public API, for the commands that talk to a running server.

namespace vigil::app {

struct HttpAnswer {
  int status = 0;
  std::string body;
  bool ok() const { return status >= 200 && status < 300; }
};

// The first lines of what a server said that is no success: the detail and members of a problem document.
// Unauthenticated for 401, PermissionDenied for 403, by kind for the rest.
Error problem(const HttpAnswer& answer);

// Blocks; up to ten seconds a request, answers up to 64 MiB. http and https only, no redirects, no proxies from the
// environment, no cookies. Unavailable: no answer. Not thread-safe.
class HttpClient {
 public:
  // InvalidArgument: the URL. NotFound and so on: the key file.
  static Result<HttpClient> make(const Remote& remote);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // `path` starts with '/'. `content_type` and `if_match` are left out when empty.
  Result<HttpAnswer> request(const std::string& method, const std::string& path,
                             const std::optional<std::string>& body = std::nullopt,
                             const std::string& content_type = {}, const std::string& if_match = {});

  // A GET whose answer must be a JSON document.
  Result<Json> get(const std::string& path);

  const std::string& url() const;
  bool has_key() const;

 private:
  struct State;
  explicit HttpClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vigil::app
