#pragma once

#include <string>

#include "base/json.h"

namespace vigil::app {

// The answer of /api/system/status as a page for people.
std::string check_report(const Json& status);

// What is wrong, a line each; empty when all is well. From the server's own reasons.
std::string check_problems(const Json& status);

}  // namespace vigil::app
