#include "api/handlers/process_metrics.h"

#include <array>
#include <utility>

#include "api/process_figures.h"

namespace vigil::api {
namespace {

double number(std::uint64_t value) {
  return static_cast<double>(value);
}

}  // namespace

void add_build_metrics(MetricFamilies& out) {
  out.gauge("vigil_build_info", "Always 1.", {{"version", VIGIL_VERSION}}, 1);
}

void add_store_metrics(MetricFamilies& out, store::Store& from) {
  const auto store = from.health();
  out.gauge("vigil_store_up", "1 while the store works.", {}, store.ok ? 1 : 0);
  out.gauge("vigil_store_bytes", "Size of the database.", {}, number(store.bytes));
  out.gauge("vigil_store_free_bytes", "Space left on the store's disk.", {}, number(store.free_bytes));
}

void add_http_metrics(MetricFamilies& out, const HttpMetrics& metrics, const http::HttpFigures& figures) {
  const auto snapshot = metrics.snapshot();
  for (const auto& [key, count] : snapshot.requests) {
    out.counter("vigil_http_requests_total", "Requests answered.",
                {{"operation", key.first}, {"status", std::to_string(key.second)}}, number(count));
  }
  for (const auto& [operation, histogram] : snapshot.seconds) {
    out.histogram("vigil_http_request_seconds", "From the end of a request's header to its answer.",
                  {{"operation", operation}}, HttpMetrics::kBounds, histogram.counts, histogram.sum_seconds);
  }
  out.gauge("vigil_http_connections", "Open connections.", {}, figures.connections);
  out.gauge("vigil_http_waiting", "Requests that wait for a thread, or have one.", {}, figures.waiting);
  out.counter("vigil_http_refused_connections_total", "Connections refused because there were too many.", {},
              number(figures.refused_connections));
}

void add_worker_metrics(MetricFamilies& out, const jobs::Workers& from) {
  const auto workers = from.figures();
  out.gauge("vigil_job_workers", "Jobs that this process can do at once.", {}, workers.threads);
  out.gauge("vigil_job_workers_busy", "Jobs that this process does now.", {}, workers.busy);
  const std::array<std::pair<const char*, std::uint64_t>, 6> ends = {{{"done", workers.done},
                                                                      {"failed", workers.failed},
                                                                      {"retried", workers.retried},
                                                                      {"cancelled", workers.cancelled},
                                                                      {"lost", workers.lost},
                                                                      {"released", workers.released}}};
  for (const auto& [end, count] : ends)
    out.counter("vigil_job_attempts_total", "Attempts of this process by how they ended.", {{"end", end}},
                number(count));
  for (const auto& [kind, one] : workers.kinds) {
    const MetricLabels labels = {{"kind", kind}};
    out.histogram("vigil_job_wait_seconds", "From when a job was due to its beginning in this process.", labels,
                  jobs::JobSeconds::kBounds, one.waited.counts, one.waited.sum);
    out.histogram("vigil_job_run_seconds", "How long this process's attempts took.", labels, jobs::JobSeconds::kBounds,
                  one.ran.counts, one.ran.sum);
    out.counter("vigil_job_output_bytes_total", "Bytes that this process's jobs made.", labels, number(one.bytes));
    for (const auto& [code, count] : one.faults)
      out.counter("vigil_job_faults_total", "This process's attempts that failed, by reason.",
                  {{"kind", kind}, {"code", code}}, number(count));
  }
}

void add_process_metrics(MetricFamilies& out) {
  const auto process = read_process_figures();
  out.counter("process_cpu_seconds_total", "Processor time used.", {}, process.cpu_seconds);
  out.gauge("process_resident_memory_bytes", "Resident memory.", {}, number(process.resident_bytes));
  out.gauge("process_virtual_memory_bytes", "Virtual memory.", {}, number(process.virtual_bytes));
  out.gauge("process_open_fds", "Open file descriptors.", {}, number(process.open_files));
  out.gauge("process_max_fds", "Most file descriptors that may be open.", {}, number(process.max_files));
  out.gauge("process_threads", "Threads.", {}, number(process.threads));
  out.gauge("process_start_time_seconds", "Start of the process, Unix time.", {}, process.start_time);
}

Response metrics_response(const MetricFamilies& all) {
  Response response;
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.body = all.text();
  return response;
}

}  // namespace vigil::api
