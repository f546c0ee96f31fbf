#include <fmt/format.h>

#include <algorithm>

#include "api/handlers/context.h"
#include "api/handlers/live_streams.h"
#include "api/problem.h"
#include "live/webrtc.h"
#include "media/fmp4.h"
#include "media/opus.h"
#include "model/rendition.h"

// What there is to play, and tickets for players that cannot send headers.

namespace vigil::api {

StreamFacts facts_of(const std::map<int, media::ParamsPtr>& tracks) {
  StreamFacts out;
  const auto video = tracks.find(0);
  if (video == tracks.end() || !video->second) return out;
  out.known = true;
  out.video = video->second;
  out.webrtc = live::webrtc::carries(*out.video);
  for (const auto& [number, params] : tracks) {
    if (number == 0 || !params || params->kind != media::TrackKind::Audio) continue;
    if (!out.own_sound) out.own_sound = params;
    if (out.webrtc_sound) continue;
    if (live::webrtc::carries(*params)) {
      out.webrtc_sound = params;
    } else if (media::can_become_opus(*params)) {
      out.webrtc_sound = std::make_shared<const media::CodecParams>(media::opus_params(2));
    }
  }
  if (!media::fmp4::supports(*out.video)) return out;
  out.codecs = media::fmp4::codec_string(*out.video);
  for (const auto& [number, params] : tracks) {
    if (number == 0 || !params || !media::fmp4::supports(*params)) continue;
    out.sound = params;
    out.codecs += "," + media::fmp4::codec_string(*params);
    break;  // as the fragmenter chooses
  }
  return out;
}

const model::StreamFigures* figures_of(const model::CameraStatus& status, const std::string& stream) {
  auto found =
      std::find_if(status.streams.begin(), status.streams.end(), [&](const auto& one) { return one.name == stream; });
  return found == status.streams.end() ? nullptr : &*found;
}

namespace {

Json facts_json(const std::string& id, const std::string& name, const StreamFacts& facts,
                const model::StreamFigures* figures, bool webrtc) {
  Json out = {{"name", name}};
  out["codec"] = facts.known ? media::codec_name(facts.video->codec) : "";
  out["codecs"] = facts.codecs;
  out["width"] = facts.known ? facts.video->width : 0;
  out["height"] = facts.known ? facts.video->height : 0;
  out["b_frames"] = facts.known && facts.video->reorder_depth > 0;
  out["fps"] = figures != nullptr ? figures->fps : 0.0;
  out["bits_per_second"] = figures != nullptr ? figures->bits_per_second : 0.0;
  out["gop_seconds"] = figures != nullptr ? figures->gop_seconds : 0.0;
  out["sound"] = facts.own_sound ? media::codec_name(facts.own_sound->codec) : "";
  const auto camera = "/api/cameras/" + id;
  Json transports = Json::object(), sounds = Json::object();
  if (webrtc && (!facts.known || facts.webrtc)) {
    transports["webrtc"] = camera + "/whep?stream=" + name;
    if (facts.webrtc_sound) sounds["webrtc"] = media::codec_name(facts.webrtc_sound->codec);
  }
  if (!facts.known || !facts.codecs.empty()) {
    transports["mse"] = camera + "/mse?stream=" + name;
    transports["hls"] = "/hls/" + id + "/" + name + "/index.m3u8";
    if (facts.sound) sounds["mse"] = sounds["hls"] = media::codec_name(facts.sound->codec);
  }
  const auto rendition = model::rendition_from(name);
  if (!rendition) transports["mjpeg"] = camera + "/mjpeg";
  if (rendition == model::Rendition::Annotated) transports["mjpeg"] = camera + "/mjpeg?annotated=true";
  out["transports"] = std::move(transports);
  out["sounds"] = std::move(sounds);
  return out;
}

// How the fragments that MSE and HLS share come along: made only while somebody wants them.
Json output_json(const live::Fragments::Figures& figures) {
  return {{"state", live::to_string(figures.state)},
          {"readers", {{"mse", figures.mse_readers}, {"hls", figures.hls_readers}}},
          {"joins", figures.joins}};
}

Response get_live(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  auto& cameras = context.services.cameras;
  auto names = cameras.live_streams(id);
  if (!names.ok()) return problem(names.error());
  auto status = cameras.status(id);
  if (!status.ok()) return problem(status.error());
  if (status->state == model::CameraState::Disabled) {
    if (auto source = cameras.live_stream(id, names->front()); !source.ok()) return problem(source.error());
  }
  Json streams = Json::array();
  for (const auto& name : *names) {
    const auto* figures = figures_of(*status, name);
    StreamFacts known;
    // One that is not connected stays so: whoever watches it connects it.
    if (figures != nullptr && figures->state != model::CameraState::Idle) {
      if (auto source = cameras.live_stream(id, name); source.ok()) known = facts_of(source->stream->tracks());
    }
    auto facts = facts_json(id, name, known, figures, context.services.webrtc != nullptr);
    facts["output"] = output_json(context.outputs.of(id, name)->figures());
    streams.push_back(std::move(facts));
  }
  // Only told of: they are made when somebody watches them.
  Json renditions = Json::array();
  for (const auto rendition : model::kRenditions) {
    const std::string name = to_string(rendition);
    auto facts = facts_json(id, name, StreamFacts{}, nullptr, context.services.webrtc != nullptr);
    facts["output"] = output_json(context.outputs.of(id, name)->figures());
    renditions.push_back(std::move(facts));
  }
  auto response = json_response(200, {{"camera", id},
                                      {"now", to_unix_seconds(context.services.clock.wall())},
                                      {"streams", std::move(streams)},
                                      {"renditions", std::move(renditions)}});
  response.headers.add("Cache-Control", "no-store");
  return response;
}

Response make_ticket(Context& context, const Request& request) {
  const std::string id(request.param("id"));
  if (auto status = context.services.cameras.status(id); !status.ok()) return problem(status.error());
  const std::chrono::seconds lifetime(request.json.value("lifetime", 3600));
  const auto ticket = context.tickets.issue(request.principal, id, lifetime);
  const auto query = "?ticket=" + ticket;
  Json urls = {{"hls", "/hls/" + id + "/index.m3u8" + query},
               {"mjpeg", "/api/cameras/" + id + "/mjpeg" + query},
               {"picture", "/api/cameras/" + id + "/frame/latest" + query}};
  auto response = json_response(201, {{"ticket", ticket},
                                      {"expires_at", to_rfc3339(context.services.clock.wall() + lifetime)},
                                      {"urls", std::move(urls)}});
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_live_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/cameras/{id}/live", "get_live", Permission::Viewer,
                    [&context](const Request& request) { return get_live(context, request); }});
  routes.push_back({"POST", "/api/cameras/{id}/ticket", "create_ticket", Permission::Viewer,
                    [&context](const Request& request) { return make_ticket(context, request); }});
}

}  // namespace vigil::api
