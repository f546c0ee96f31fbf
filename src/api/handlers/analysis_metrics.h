#pragma once

#include "api/handlers/context.h"
#include "api/handlers/metric_families.h"

namespace vigil::api {

// Figures of the cameras whose analysis is switched on.
void add_analysis_metrics(MetricFamilies& out, const Context& context);

}  // namespace vigil::api
