#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/contract.h"
#include "api/message.h"
#include "base/result.h"

// Which handler answers which request. Built once at start against the contract: a route that the document does not
// have, or has with another permission, and an operation without a route, are errors.

namespace vigil::api {

// Where a handler runs.
enum class Lane {
  Inline,  // on the I/O thread: never blocks
  Quick,   // a few threads for what may block on the store or encode a picture
  Slow,    // other threads, for what takes seconds (probes) or much processor (password hashes)
};

using Handler = std::function<Response(const Request&)>;

struct Route {
  std::string method;
  std::string pattern;  // "/api/cameras/{id}/status"
  std::string operation_id;
  Permission permission = Permission::Administrator;
  Handler handler;
  Lane lane = Lane::Quick;
  const Operation* operation = nullptr;  // filled in by Router::make
};

// Segments of a path, percent-decoded. Nothing when it does not decode, decodes to a control character, or holds a
// slash.
std::optional<std::vector<std::string>> split_path(std::string_view path);

// "a=b&c" decoded. Nothing when it does not decode or has more than 64 entries.
std::optional<NameValues> parse_query(std::string_view text);

class Router {
 public:
  // `contract` must outlive the router.
  static Result<Router> make(std::vector<Route> routes, const Contract& contract);

  struct Match {
    const Route* route = nullptr;
    NameValues params;
    std::vector<std::string> allowed;  // methods that the path has, when there are any
  };
  // HEAD finds the GET route. A literal segment wins over a parameter.
  Match match(std::string_view method, const std::vector<std::string>& segments) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> segments_;  // of each route's pattern
};

}  // namespace vigil::api
