#pragma once

#include <optional>

#include "api/message.h"
#include "api/router.h"

namespace vigil::api::http {

// What is to be done with a request, decided by its head alone.
struct Plan {
  const Route* route = nullptr;     // nothing: a file of the page, or `refusal`
  std::optional<Response> refusal;  // answered at once; the body is not read
  std::size_t max_body = 64u << 10;
  Lane lane = Lane::Quick;
  bool stream_body = false;      // handle() comes before the body, and may answer with a sink for it
  bool authorize_first = false;  // before the body is read: nobody unknown may make us keep megabytes
};

// What the HTTP side asks of the rest. plan() and finish() are called on the I/O thread and never block; authorize()
// and handle() run on a thread of the plan's lane.
class Application {
 public:
  virtual ~Application() = default;
  virtual Plan plan(Request& request) = 0;
  virtual std::optional<Response> authorize(Request& request, const Plan& plan) = 0;
  virtual Response handle(Request& request, const Plan& plan) = 0;
  // Last touch on every answer: headers that all have, figures, log.
  virtual void finish(const Request& request, const Plan& plan, Response& response, double seconds) = 0;
};

}  // namespace vigil::api::http
