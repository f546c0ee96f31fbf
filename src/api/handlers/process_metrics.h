#pragma once

#include "api/handlers/metric_families.h"
#include "api/http/http_server.h"
#include "api/http_metrics.h"
#include "api/message.h"
#include "jobs/workers.h"
#include "store/repositories.h"

// The figures that every process of ours has, whether it is a server or a worker.

namespace vigil::api {

void add_build_metrics(MetricFamilies& out);
void add_store_metrics(MetricFamilies& out, store::Store& store);
void add_http_metrics(MetricFamilies& out, const HttpMetrics& metrics, const http::HttpFigures& figures);
void add_worker_metrics(MetricFamilies& out, const jobs::Workers& workers);
void add_process_metrics(MetricFamilies& out);
Response metrics_response(const MetricFamilies& all);

}  // namespace vigil::api
