#include <fmt/format.h>

#include <cstdio>

#include "app/camera_target.h"
#include "app/check_report.h"
#include "app/commands.h"
#include "app/exit_code.h"
#include "app/http_client.h"
#include "app/json_read.h"

namespace vigil::app {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "vigil check: {}\n", error.message);
  return error.kind == ErrorKind::InvalidArgument ? kUsage : kUnreachable;
}

// All that a server tells those whom it does not know.
int check_ready(HttpClient& client, const CheckOptions& options) {
  auto answer = client.request("GET", "/ready");
  if (!answer) return fail(answer.error());
  auto document = parse_json(answer->body);
  if ((answer->status != 200 && answer->status != 503) || !document) return fail(problem(*answer));
  if (options.json) fmt::print("{}\n", document->dump(2, ' ', false, Json::error_handler_t::replace));
  if (answer->status == 200) {
    if (!options.json && !options.quiet) fmt::print("ready; with an API key (VIGIL_API_KEY) there is more to see\n");
    return kOk;
  }
  for (const auto& reason : member(*document, "reasons")) {
    if (reason.is_string()) fmt::print(stderr, "! not ready: {}\n", reason.get<std::string>().substr(0, 64));
  }
  return kDegraded;
}

}  // namespace

int check(const CheckOptions& options) {
  auto client = HttpClient::make(options.remote);
  if (!client) return fail(client.error());
  auto status = client->get("/api/system/status");
  if (!status) {
    if (status.error().kind == ErrorKind::Unauthenticated && !client->has_key()) return check_ready(*client, options);
    return fail(status.error());
  }
  auto problems = check_problems(*status);
  if (options.json) {
    fmt::print("{}\n", status->dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    fmt::print("{}{}", options.quiet ? "" : check_report(*status), problems);
  }
  return text(*status, "status") == "ok" ? kOk : kDegraded;
}

}  // namespace vigil::app
