#include "api/record_query.h"

#include <charconv>

#include "api/cursor.h"
#include "api/problem.h"
#include "base/rfc3339.h"

namespace vigil::api {
namespace {

Error wrong(const std::string& pointer, std::string message, std::string code = {}) {
  auto error = make_error(ErrorKind::InvalidArgument, std::move(message), std::move(code));
  error.pointer = pointer;
  return error;
}

// What a page belongs to: the path and all conditions.
std::string filter_of(const Request& request) {
  auto conditions = request.query;
  conditions.erase("cursor");
  conditions.erase("limit");
  return request.path + "?" + to_text(conditions);
}

std::optional<double> fraction(std::string_view text) {
  double value = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = status == std::errc() && end == text.data() + text.size();
  return whole && value >= 0 && value <= 1 ? std::optional(value) : std::nullopt;
}

}  // namespace

Result<std::optional<WallTime>> time_in(const Request& request, const char* name) {
  auto found = request.query.find(name);
  if (found == request.query.end()) return std::optional<WallTime>();
  auto time = parse_rfc3339(found->get_ref<const std::string&>());
  if (!time.ok()) return wrong(std::string("query:") + name, time.error().message);
  return std::optional(*time);
}

std::vector<std::string> texts_in(const Request& request, const char* name) {
  return request.query.value(name, std::vector<std::string>());
}

std::string text_in(const Request& request, const char* name) {
  return request.query.value(name, std::string());
}

Result<store::RecordScope> record_scope(const Request& request) {
  store::RecordScope scope;
  scope.cameras = texts_in(request, "camera");
  VIGIL_ASSIGN(scope.from, time_in(request, "from"));
  VIGIL_ASSIGN(scope.to, time_in(request, "to"));
  if (scope.from && scope.to && *scope.to < *scope.from) return wrong("query:to", "lies before from");
  scope.run_id = text_in(request, "run");
  return scope;
}

Result<model::Polygon> polygon_from(const std::string& text, const std::string& pointer) {
  model::Polygon polygon;
  std::string_view rest = text;
  while (!rest.empty()) {
    auto end = std::min(rest.find(';'), rest.size());
    auto corner = rest.substr(0, end);
    auto comma = std::min(corner.find(','), corner.size());
    auto x = fraction(corner.substr(0, comma));
    auto y = fraction(corner.substr(std::min(comma + 1, corner.size())));
    if (!x || !y || polygon.size() >= 64) {
      return wrong(pointer, "is no polygon of 3 to 64 corners x,y;x,y;… with numbers from 0 to 1");
    }
    polygon.push_back({*x, *y});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (polygon.size() < 3) return wrong(pointer, "has fewer than three corners");
  return polygon;
}

Result<store::PageRequest> page_request(const Request& request, const Secret& key) {
  store::PageRequest page;
  page.limit = request.query.at("limit").get<int>();
  const auto text = text_in(request, "cursor");
  if (text.empty()) return page;
  const auto bad = wrong("query:cursor", "is not one of ours, or belongs to other conditions; begin again without it",
                         "cursor.invalid");
  auto payload = unseal_text(text, filter_of(request), key);
  if (!payload) return bad;
  std::int64_t micros = 0;
  const char* last = payload->data() + payload->size();
  auto [end, status] = std::from_chars(payload->data(), last, micros);
  if (status != std::errc() || end == last || *end != ':') return bad;
  page.after = store::RecordCursor{WallTime(std::chrono::microseconds(micros)), std::string(end + 1, last)};
  return page;
}

Json next_cursor(const Request& request, const std::optional<store::RecordCursor>& next, const Secret& key) {
  if (!next) return nullptr;
  const auto micros = next->time.time_since_epoch().count();
  return seal_text(std::to_string(micros) + ":" + next->id, filter_of(request), key);
}

Result<store::TrackQuery> track_query(const Request& request, const Secret& key) {
  store::TrackQuery query;
  VIGIL_ASSIGN(query.scope, record_scope(request));
  query.labels = texts_in(request, "label");
  query.specific_type = text_in(request, "specific_type");
  for (const auto& attribute : texts_in(request, "attribute")) {
    const auto colon = attribute.find(':');
    query.attributes.emplace_back(attribute.substr(0, colon), attribute.substr(colon + 1));
  }
  query.min_score = request.query.value("min_score", 0.0);
  if (const auto subject = text_in(request, "subject"); !subject.empty()) {
    VIGIL_ASSIGN(query.subject, subject_id_from(subject, "query:subject"));
  }
  if (auto stationary = request.query.find("stationary"); stationary != request.query.end()) {
    query.stationary = stationary->get<bool>();
  }
  query.zone = text_in(request, "zone");
  if (const auto area = text_in(request, "area"); !area.empty()) {
    VIGIL_ASSIGN(query.area, polygon_from(area, "query:area"));
  }
  VIGIL_ASSIGN(query.page, page_request(request, key));
  return query;
}

Result<std::uint64_t> subject_id_from(std::string_view text, const std::string& pointer) {
  std::uint64_t id = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (status == std::errc() && end == text.data() + text.size() && id > 0) return id;
  return wrong(pointer, "is no subject's number");
}

Response bad_query(const Error& error) {
  if (error.kind != ErrorKind::InvalidArgument || !error.pointer.starts_with("query:")) return problem(error);
  return problem(400, error.code.empty() ? "query.invalid" : error.code,
                 "The request's parameters are wrong: " + error.pointer + " " + error.message + ".",
                 {{error.pointer, error.message}});
}

}  // namespace vigil::api
