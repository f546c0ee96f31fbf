#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/message.h"
#include "base/result.h"

// Errors as problem details (RFC 9457), the one form in which anything that goes wrong leaves the server.

namespace vigil::api {

struct ProblemDetail {
  std::string pointer;  // JSON pointer into the body, "query:NAME" or "header:NAME"
  std::string detail;
};

const char* reason_phrase(int status);

// `detail` is redacted here, whatever it is. `code` empty: after the status.
Response problem(int status, std::string_view code, std::string_view detail,
                 const std::vector<ProblemDetail>& errors = {});

// Status, code and pointer of the error; what is a fault of ours is logged and answered without its details.
Response problem(const Error& error);

// Fills in what only the dispatcher knows. Does nothing to an answer that is no problem.
void complete_problem(Response& response, const Request& request);

}  // namespace vigil::api
