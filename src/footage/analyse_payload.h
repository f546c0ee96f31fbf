#pragma once

#include <string>

#include "base/json.h"
#include "screening/request.h"

namespace vigil::footage {

// What a job is to look for in a video, as its payload says: {"model": "…", "fps": 5, "classes": ["person"], …}; what
// is missing is as `vigil process` has it. InvalidArgument (analyse.request) names what is wrong, and members that
// nobody knows.
Result<screening::Request> read_analyse_request(const std::string& payload);
Json to_json(const screening::Request& request);

}  // namespace vigil::footage
