#include "api/router.h"

#include <algorithm>
#include <set>

#include "base/url.h"

namespace vigil::api {
namespace {

bool is_parameter(const std::string& segment) {
  return segment.starts_with('{');
}

// How specific a match is: one character a segment, literal before parameter. Empty: no match.
std::string rank(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return {};
  std::string out = "=";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!is_parameter(pattern[i]) && pattern[i] != path[i]) return {};
    out += is_parameter(pattern[i]) ? '0' : '1';
  }
  return out;
}

}  // namespace

std::optional<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  for (;;) {
    auto slash = std::min(path.find('/'), path.size());
    auto segment = percent_decode(path.substr(0, slash));
    if (!segment || segment->find('/') != std::string::npos || segments.size() > 32) return std::nullopt;
    segments.push_back(std::move(*segment));
    if (slash == path.size()) return segments;
    path.remove_prefix(slash + 1);
  }
}

std::optional<NameValues> parse_query(std::string_view text) {
  NameValues out;
  while (!text.empty()) {
    auto end = std::min(text.find('&'), text.size());
    auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    auto equals = std::min(pair.find('='), pair.size());
    auto decode = [](std::string_view part) {
      std::string plain(part);
      std::replace(plain.begin(), plain.end(), '+', ' ');
      return percent_decode(plain);
    };
    auto name = decode(pair.substr(0, equals));
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value || out.size() >= 64) return std::nullopt;
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

Result<Router> Router::make(std::vector<Route> routes, const Contract& contract) {
  auto wrong = [](const std::string& what) { return make_error(ErrorKind::Internal, what, "api.contract"); };
  Router router;
  std::set<std::string> seen;
  for (auto& route : routes) {
    const auto* operation = contract.find(route.operation_id);
    const auto name = route.method + " " + route.pattern;
    if (operation == nullptr)
      return wrong("route " + name + ": the OpenAPI document has no operation \"" + route.operation_id + "\"");
    if (operation->method != route.method || operation->path != route.pattern) {
      return wrong("route " + name + ": the OpenAPI document has " + operation->method + " " + operation->path);
    }
    if (operation->permission != route.permission) {
      return wrong("route " + name + " declares permission " + to_string(route.permission) + ", the OpenAPI document " +
                   to_string(operation->permission));
    }
    if (!route.handler) return wrong("route " + name + " has no handler");
    if (!seen.insert(route.operation_id).second) return wrong("operation " + route.operation_id + " has two routes");
    route.operation = operation;
    router.segments_.push_back(*split_path(route.pattern));
  }
  for (const auto& operation : contract.operations()) {
    if (!seen.contains(operation.id)) return wrong("OpenAPI operation " + operation.id + " has no route");
  }
  router.routes_ = std::move(routes);
  return router;
}

Router::Match Router::match(std::string_view method, const std::vector<std::string>& path) const {
  Match found;
  std::string best;
  const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    auto fit = rank(segments_[i], path);
    if (fit.empty()) continue;
    found.allowed.push_back(routes_[i].method);
    if (routes_[i].method != wanted || fit <= best) continue;
    best = fit;
    found.route = &routes_[i];
    found.params.clear();
    for (std::size_t k = 0; k < path.size(); ++k) {
      const auto& segment = segments_[i][k];
      if (is_parameter(segment)) found.params.emplace_back(segment.substr(1, segment.size() - 2), path[k]);
    }
  }
  return found;
}

}  // namespace vigil::api
