#include "jobs/direct_uploads.h"

#include <chrono>
#include <memory>
#include <utility>

#include "api/answer_pool.h"
#include "api/handlers/context.h"
#include "api/handlers/upload_sink.h"
#include "api/handlers/work_json.h"
#include "api/problem.h"

// Files that go straight to the storage: only what is said about them comes through here.

namespace vigil::api {
namespace {

Response ticket_response(int status, const jobs::DirectTicket& ticket) {
  Json links = Json::array(), headers = Json::object();
  for (const auto& link : ticket.links) {
    links.push_back({{"part", link.part}, {"bytes", link.bytes}, {"url", link.url}});
  }
  for (const auto& [name, value] : ticket.headers) headers[name] = value;
  auto response = json_response(status, {{"id", ticket.upload.id},
                                         {"method", "PUT"},
                                         {"headers", std::move(headers)},
                                         {"in_parts", ticket.in_parts},
                                         {"part_bytes", ticket.part_bytes},
                                         {"parts", ticket.parts},
                                         {"links", std::move(links)},
                                         {"links_expire_at", to_rfc3339(ticket.links_until)},
                                         {"expires_at", to_rfc3339(ticket.upload.expires_at)}});
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Response refusal(const Error& error) {
  // Not of tus: what is missing can still be brought.
  if (error.code == "upload.missing") return problem(409, error.code, error.message);
  return upload_problem(error);
}

Response create(Context& context, const Request& request) {
  jobs::NewUpload wanted;
  wanted.length = request.json.at("size").get<std::uint64_t>();
  wanted.name = request.json.value("name", "");
  wanted.type = request.json.value("type", "");
  wanted.sha256 = request.json.value("sha256", "");
  if (const auto told = request.json.find("webhook"); told != request.json.end()) {
    auto webhook = webhook_in(*told);
    if (!webhook) return refusal(webhook.error());
    wanted.webhook = std::move(*webhook);
  }
  auto ticket = context.services.direct->create(actor_of(request), wanted);
  if (!ticket) return refusal(ticket.error());
  auto response = ticket_response(201, *ticket);
  response.headers.set("Location", "/api/uploads/direct/" + ticket->upload.id);
  return response;
}

Response links(Context& context, const Request& request) {
  auto ticket = context.services.direct->links(actor_of(request), std::string(request.param("id")),
                                               request.json.at("parts").get<std::vector<int>>());
  return ticket ? ticket_response(200, *ticket) : refusal(ticket.error());
}

Response remove(Context& context, const Request& request) {
  auto removed = context.services.direct->remove(actor_of(request), std::string(request.param("id")));
  return removed ? empty_response(204) : refusal(removed.error());
}

// A large file is read for minutes: that keeps nobody else waiting.
constexpr AnswerPool::Limits kCompletions{.threads = 2, .waiting = 32, .longest = std::chrono::minutes(30)};

Response complete(Context& context, AnswerPool& pool, const Request& request) {
  return pool.answer([&context, actor = actor_of(request), id = std::string(request.param("id")),
                      tags = request.json.value("etags", std::vector<std::string>())](std::stop_token gone) {
    auto done = context.services.direct->complete(actor, id, tags, std::move(gone));
    if (!done) return refusal(done.error());
    auto asset = context.services.store.uploads().assets().get(done->upload.asset);
    return asset ? receipt_response(*asset, *done) : problem(asset.error());
  });
}

}  // namespace

void add_direct_upload_routes(std::vector<Route>& routes, Context& context) {
  // Whoever asks where there is no such storage is told what to do instead.
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) {
      if (context.services.direct == nullptr) {
        return problem(501, "upload.direct_unavailable",
                       "This server keeps its files on its own disk: hand them in at /api/uploads.");
      }
      return handler(context, request);
    };
  };
  auto pool = std::make_shared<AnswerPool>(kCompletions);
  auto finish = [pool](Context& where, const Request& request) { return complete(where, *pool, request); };
  const auto may = Permission::Viewer;
  const std::string all = "/api/uploads/direct", one = all + "/{id}";
  routes.push_back({"POST", all, "create_direct_upload", may, bind(create), Lane::Slow});
  routes.push_back({"POST", one + "/links", "link_direct_upload", may, bind(links), Lane::Slow});
  // It only waits in line here; a lane that looks whether the client is still there would do so twice.
  routes.push_back({"POST", one + "/complete", "complete_direct_upload", may, bind(finish)});
  routes.push_back({"DELETE", one, "delete_direct_upload", may, bind(remove), Lane::Slow});
}

}  // namespace vigil::api
