#pragma once

#include <string>

#include "api/message.h"
#include "model/analysis.h"

// What the law wants to know later: who had persons or their vehicles looked at more closely, when, and on which
// camera.

namespace vigil::api {

// What `after` looks at that `before` did not, of appearance, attributes and plates: "attributes, plates"; empty:
// nothing. Analysis that is switched off looks at nothing.
std::string newly_examined(const model::AnalysisSettings& before, const model::AnalysisSettings& after);

// One line in the log for what was switched on, and one for what was switched off; none when both are the same.
void audit_analysis(const Request& request, const std::string& camera_id, const model::AnalysisSettings& before,
                    const model::AnalysisSettings& after);

}  // namespace vigil::api
