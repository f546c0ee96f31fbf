#include "api/handlers/context.h"
#include "api/handlers/socket_answer.h"
#include "api/problem.h"
#include "live/webrtc.h"

// WebRTC for viewers: the WebRTC-HTTP Egress Protocol (WHEP) over the agent of live/webrtc.

namespace vigil::api {
namespace {

// A stream that does not go out by WebRTC is no mistake of the request: the player takes another transport.
Response refusal(const Error& error) {
  const bool not_acceptable =
      error.code == "webrtc.codec" || error.code == "webrtc.b_frames" || error.code == "webrtc.no_track";
  auto response = not_acceptable ? problem(406, error.code, error.message) : problem(error);
  if (error.kind == ErrorKind::ResourceExhausted) response.headers.add("Retry-After", "10");
  if (error.kind == ErrorKind::Unavailable) response.headers.add("Retry-After", "1");
  return response;
}

// Changes with every restart of ICE.
std::string etag_of(const std::string& session, int restarts) {
  return "\"" + session.substr(0, 16) + (restarts > 0 ? "-" + std::to_string(restarts) : "") + "\"";
}

Error switched_off() {
  return make_error(ErrorKind::Unavailable, "WebRTC is switched off on this server", "webrtc.off");
}

Response offer(Context& context, const Request& request) {
  if (context.services.webrtc == nullptr) return problem(switched_off());
  const std::string camera(request.param("id"));
  auto source = context.services.cameras.live_stream(camera, request.query.value("stream", std::string()));
  if (!source.ok()) return problem(source.error());
  live::webrtc::Agent::Offered offered;
  offered.camera = camera;
  offered.user = request.principal.id;
  offered.stream = std::move(source->stream);
  offered.hold = std::move(source->hold);
  offered.sdp = request.body;
  offered.opus = [&cameras = context.services.cameras, camera, stream = offered.stream] {
    auto made = cameras.opus(camera, stream);
    return live::webrtc::Agent::Sound{std::move(made.stream), std::move(made.hold)};
  };
  if (request.principal.kind != Principal::Kind::Local) {
    offered.allowed = [&accounts = context.services.accounts, who = request.principal] {
      return !has_signed_out(accounts, who);
    };
  }
  auto accepted = context.services.webrtc->accept(std::move(offered), request.gone);
  if (!accepted.ok()) return refusal(accepted.error());
  Response response;
  response.status = 201;
  response.headers.add("Content-Type", "application/sdp");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Location", "/api/cameras/" + camera + "/whep/" + accepted->session);
  response.headers.add("ETag", etag_of(accepted->session, 0));
  response.body = std::move(accepted->answer);
  return response;
}

// A session belongs to whoever opened it.
Result<live::webrtc::Agent::Known> own_session(Context& context, const Request& request) {
  if (context.services.webrtc == nullptr) return switched_off();
  VIGIL_ASSIGN(auto known,
               context.services.webrtc->find(std::string(request.param("id")), std::string(request.param("session"))));
  if (known.user != request.principal.id && request.principal.role != store::UserRole::Administrator) {
    return make_error(ErrorKind::NotFound, "no such session: it has ended, or never was", "webrtc.session");
  }
  return known;
}

// Candidates are not needed; another user of ICE is a restart (RFC 9725, 4.3).
Response patch(Context& context, const Request& request) {
  auto known = own_session(context, request);
  if (!known.ok()) return problem(known.error());
  const std::string session(request.param("session"));
  const auto etag = request.headers.get("If-Match");
  if (!etag.empty() && etag != "*" && etag != etag_of(session, known->restarts)) {
    return problem(
        make_error(ErrorKind::Conflict, "If-Match names another session, or it was restarted", "webrtc.etag"));
  }
  auto patched = context.services.webrtc->patch(std::string(request.param("id")), session, request.body);
  if (!patched.ok()) return problem(patched.error());
  if (patched->answer.empty()) return empty_response(204);
  Response response;
  response.headers.add("Content-Type", "application/trickle-ice-sdpfrag");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("ETag", etag_of(session, patched->known.restarts));
  response.body = std::move(patched->answer);
  return response;
}

Response facts(Context& context, const Request& request) {
  auto known = own_session(context, request);
  if (!known.ok()) return problem(known.error());
  auto facts = context.services.webrtc->facts(std::string(request.param("id")), std::string(request.param("session")));
  if (!facts.ok()) return problem(facts.error());
  Json out = {{"connected", facts->connected},
              {"transport", facts->tcp ? "tcp" : "udp"},
              {"protection", facts->protection},
              {"packets", facts->packets},
              {"nacks", facts->lost_reports},
              {"retransmitted", facts->retransmitted},
              {"skipped_pictures", facts->skipped_pictures},
              {"picture_requests", facts->picture_requests},
              {"loss", facts->loss}};
  out["round_trip_s"] = facts->round_trip ? Json(static_cast<double>(facts->round_trip->count()) / 1e6) : Json();
  out["clock"] = facts->clock
                     ? Json{{"rtp_time", facts->clock->rtp_time}, {"captured", to_unix_seconds(facts->clock->captured)}}
                     : Json();
  return json_response(200, out);
}

Response hang_up(Context& context, const Request& request) {
  auto known = own_session(context, request);
  if (!known.ok()) return problem(known.error());
  auto ended = context.services.webrtc->end(std::string(request.param("id")), std::string(request.param("session")));
  return ended.ok() ? empty_response(204) : problem(ended.error());
}

}  // namespace

void add_whep_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"POST", "/api/cameras/{id}/whep", "open_whep", Permission::Viewer,
                    [&context](const Request& request) { return offer(context, request); }});
  routes.push_back({"GET", "/api/cameras/{id}/whep/{session}", "get_whep", Permission::Viewer,
                    [&context](const Request& request) { return facts(context, request); }});
  routes.push_back({"PATCH", "/api/cameras/{id}/whep/{session}", "trickle_whep", Permission::Viewer,
                    [&context](const Request& request) { return patch(context, request); }});
  routes.push_back({"DELETE", "/api/cameras/{id}/whep/{session}", "close_whep", Permission::Viewer,
                    [&context](const Request& request) { return hang_up(context, request); }});
}

}  // namespace vigil::api
