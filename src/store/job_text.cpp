#include "store/job_text.h"

#include "base/json.h"

namespace vigil::store {
namespace {

using std::chrono::milliseconds;

// Both directions from one list of members.
class Writer {
 public:
  void operator()(const char* name, const std::string& value) { json[name] = value; }
  void operator()(const char* name, const double& value) { json[name] = value; }
  void operator()(const char* name, const int& value) { json[name] = value; }
  void operator()(const char* name, const std::uint64_t& value) { json[name] = value; }
  void operator()(const char* name, const bool& value) { json[name] = value; }
  void operator()(const char* name, const milliseconds& value) { json[name] = value.count(); }
  void operator()(const char* name, const std::optional<WallTime>& value) {
    if (value) json[name] = value->time_since_epoch().count();
  }
  Json json = Json::object();
};

class Reader {
 public:
  explicit Reader(const Json& from) : json(from), ok(from.is_object()) {}
  void operator()(const char* name, std::string& value) {
    if (const auto* found = member(name, &Json::is_string)) value = found->get<std::string>();
  }
  void operator()(const char* name, double& value) {
    if (const auto* found = member(name, &Json::is_number)) value = found->get<double>();
  }
  void operator()(const char* name, int& value) {
    if (const auto* found = member(name, &Json::is_number_integer)) value = found->get<int>();
  }
  void operator()(const char* name, std::uint64_t& value) {
    if (const auto* found = member(name, &Json::is_number_unsigned)) value = found->get<std::uint64_t>();
  }
  void operator()(const char* name, bool& value) {
    if (const auto* found = member(name, &Json::is_boolean)) value = found->get<bool>();
  }
  void operator()(const char* name, milliseconds& value) {
    if (const auto* found = member(name, &Json::is_number_integer)) value = milliseconds(found->get<std::int64_t>());
  }
  void operator()(const char* name, std::optional<WallTime>& value) {
    if (const auto* found = member(name, &Json::is_number_integer))
      value = WallTime(std::chrono::microseconds(found->get<std::int64_t>()));
  }
  const Json& json;
  bool ok;

 private:
  const Json* member(const char* name, bool (Json::*is)() const noexcept) {
    if (!ok) return nullptr;
    auto found = json.find(name);
    if (found == json.end()) return nullptr;
    ok = ((*found).*is)();
    return ok ? &*found : nullptr;
  }
};

template <typename Visitor, typename AnyJob>
void members(Visitor& visit, AnyJob& job) {
  visit("payload", job.payload);
  visit("cursor", job.cursor);
  visit("result", job.result);
  visit("progress", job.progress);
  visit("step", job.step);
  visit("attempt", job.attempt);
  visit("max_attempts", job.max_attempts);
  visit("losses", job.losses);
  visit("reason", job.reason);
  visit("detail", job.detail);
  visit("worker", job.worker);
  visit("seat", job.seat);
  visit("first_token", job.first_token);
  visit("sole", job.sole);
  visit("replaced_by", job.replaced_by);
  visit("alerted", job.alerted);
  visit("started_at", job.started_at);
  visit("lease_until", job.lease_until);
  visit("heartbeat_at", job.heartbeat_at);
  visit("progressed_at", job.progressed_at);
  visit("cancel_requested_at", job.cancel_requested_at);
  visit("cleared_at", job.cleared_at);
  auto& limits = job.limits;
  visit("lease_ms", limits.lease);
  visit("start_to_close_ms", limits.start_to_close);
  visit("schedule_to_start_ms", limits.schedule_to_start);
  visit("schedule_to_close_ms", limits.schedule_to_close);
  visit("stuck_after_ms", limits.stuck_after);
  visit("retry_base_ms", limits.retry_base);
  visit("retry_cap_ms", limits.retry_cap);
  visit("limit_attempts", limits.max_attempts);
}

}  // namespace

std::string job_text(const model::Job& job) {
  Writer writer;
  members(writer, job);
  auto errors = Json::array();
  for (const auto& error : job.errors) {
    errors.push_back({{"attempt", error.attempt},
                      {"time", error.time.time_since_epoch().count()},
                      {"fault", model::to_string(error.fault)},
                      {"code", error.code},
                      {"message", error.message}});
  }
  writer.json["errors"] = std::move(errors);
  return to_text(writer.json);
}

Result<void> read_job_text(std::string_view text, model::Job& job) {
  auto json = parse_json(text, {.max_bytes = 8u << 20});
  auto damaged =
      make_error(ErrorKind::DataLoss, "the stored state of job " + job.id + " cannot be read", "store.damaged");
  if (!json) return damaged;
  Reader reader(*json);
  members(reader, job);
  auto errors = json->is_object() ? json->find("errors") : json->end();
  if (!reader.ok) return damaged;
  if (errors == json->end()) return {};
  for (const auto& one : *errors) {
    Reader entry(one);
    model::JobError error;
    std::string fault;
    std::optional<WallTime> time;
    entry("attempt", error.attempt);
    entry("time", time);
    entry("fault", fault);
    entry("code", error.code);
    entry("message", error.message);
    const auto known = model::job_fault_from(fault);
    if (!entry.ok || !known || !time) return damaged;
    error.fault = *known;
    error.time = *time;
    job.errors.push_back(std::move(error));
  }
  return {};
}

}  // namespace vigil::store
