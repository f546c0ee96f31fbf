#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "model/analysis.h"

// Analysis settings as the API, the camera file, the database and the analyser children carry them: one form.

namespace vigil::model {

Json to_json(const AnalysisSettings& settings);

// The members that are present, on top of `settings`. InvalidArgument, with a pointer below `pointer`, for an unknown
// member, a value of another type and an unknown rate mode; ranges are for validate() to judge.
Result<void> merge_json(const Json& in, AnalysisSettings& settings, const std::string& pointer = "/analysis");

}  // namespace vigil::model
