#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/job.h"

// What of a job has no column of its own, as JSON. Pure.

namespace vigil::store {

std::string job_text(const model::Job& job);
// Fills in what job_text() wrote. A missing member keeps its default. DataLoss.
Result<void> read_job_text(std::string_view text, model::Job& job);

}  // namespace vigil::store
