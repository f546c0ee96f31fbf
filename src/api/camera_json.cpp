#include "api/camera_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/message.h"
#include "model/analysis_json.h"
#include "model/polygon_json.h"

namespace vigil::api {
namespace {

using model::Camera;
using model::CameraStream;

Json time_json(const std::optional<WallTime>& time) {
  return time ? Json(to_rfc3339(*time)) : Json();
}

Json roles_json(const std::vector<model::Role>& roles) {
  Json list = Json::array();
  for (auto role : roles) list.push_back(model::to_string(role));
  return list;
}

void add_source(Json& out, const CameraStream& stream) {
  const bool named = stream.url && !stream.url->user.empty();
  out["source_url"] = stream.url ? Json(stream.url->without_credentials()) : Json();
  out["username"] = named ? Json(stream.url->user) : Json();
  out["has_password"] = stream.url && !stream.url->password.empty();
  out["roles"] = roles_json(stream.roles);
}

Json motion_json(const model::MotionSettings& motion) {
  return {
      {"enabled", motion.enabled},      {"every_frame", motion.every_frame},     {"sensitivity", motion.sensitivity},
      {"min_area", motion.min_area},    {"masks", model::to_json(motion.masks)}, {"start_after", motion.start_after_s},
      {"end_after", motion.end_after_s}};
}

Json brief(const model::CameraStatus& status) {
  return {{"state", model::to_string(status.state)},
          {"reason", model::to_string(status.reason)},
          {"detail", status.detail},
          {"since", to_rfc3339(status.since)},
          {"fps", status.fps},
          {"last_frame_at", time_json(status.last_frame_at)},
          {"snapshot_at", time_json(status.snapshot_at)},
          {"motion", status.motion}};
}

Json figures_json(const model::StreamFigures& stream) {
  Json failures = Json::object();
  for (const auto& [reason, count] : stream.failures) failures[model::to_string(reason)] = count;
  return {{"name", stream.name},
          {"state", model::to_string(stream.state)},
          {"reason", model::to_string(stream.reason)},
          {"detail", stream.detail},
          {"codec", stream.codec},
          {"audio_codec", stream.audio_codec},
          {"width", stream.width},
          {"height", stream.height},
          {"fps", stream.fps},
          {"bits_per_second", stream.bits_per_second},
          {"gop_seconds", stream.gop_seconds},
          {"clock_skew_seconds", stream.clock_skew_s},
          {"frames", stream.frames},
          {"bytes", stream.bytes},
          {"connects", stream.connects},
          {"failures", std::move(failures)},
          {"connected_since", time_json(stream.connected_since)},
          {"last_frame_at", time_json(stream.last_frame_at)},
          {"next_try_at", time_json(stream.next_try_at)},
          {"ring_bytes", stream.ring_bytes},
          {"readers", stream.readers},
          {"transport", stream.transport}};
}

Error invalid(std::string pointer, std::string message) {
  return make_error(ErrorKind::InvalidArgument, std::move(message), "camera.invalid", std::move(pointer));
}

bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// source_url, username and password of `in` into `stream`; `stored` is what the camera had under this name.
Result<void> read_source(const Json& in, const std::string& base, const std::optional<Url>& stored,
                         CameraStream& stream) {
  if (auto given = in.find("source_url"); given != in.end()) {
    stream.url.reset();
    if (given->is_string()) {
      auto url = parse_url(given->get_ref<const std::string&>());
      if (!url.ok()) return invalid(base + "/source_url", url.error().message);
      stream.url = with_stored_credentials(std::move(*url), stored);
    }
  }
  for (const char* key : {"username", "password"}) {
    auto given = in.find(key);
    if (given == in.end()) continue;
    const auto text = given->is_string() ? given->get<std::string>() : std::string();
    if (has_control_character(text))
      return invalid(fmt::format("{}/{}", base, key), fmt::format("{} has a control character", key));
    if (!stream.url) {
      if (text.empty()) continue;
      return invalid(fmt::format("{}/{}", base, key), fmt::format("a source without source_url has no {}", key));
    }
    if (key[0] == 'u')
      stream.url->user = text;
    else
      stream.url->password = Secret(text);
  }
  if (auto roles = in.find("roles"); roles != in.end()) {
    stream.roles.clear();
    for (const auto& name : *roles) stream.roles.push_back(*model::role_from(name.get_ref<const std::string&>()));
  }
  return {};
}

// The stream key of a camera to which is published is its password; null takes it away.
Result<void> read_stream_key(const Json& in, Camera& camera) {
  if (auto given = in.find("password"); given != in.end()) {
    camera.stream_key = Secret(given->is_string() ? given->get<std::string>() : std::string());
  }
  const auto user = in.find("username");
  if (user != in.end() && user->is_string() && !user->get_ref<const std::string&>().empty())
    return invalid("/username", "an encoder has a stream key and no user name");
  return {};
}

// The streams besides the main one, replaced whole; each looks for its credentials at the stored one of its name.
Result<void> read_streams(const Json& list, const Camera& stored, Camera& camera) {
  camera.streams.resize(1);
  for (std::size_t i = 0; i < list.size(); ++i) {
    CameraStream stream;
    stream.name = list[i].at("name").get<std::string>();
    stream.roles.clear();
    auto before = std::find_if(stored.streams.begin() + 1, stored.streams.end(),
                               [&](const auto& one) { return one.name == stream.name; });
    const auto known = before == stored.streams.end() ? std::nullopt : before->url;
    VIGIL_TRY(read_source(list[i], fmt::format("/streams/{}", i), known, stream));
    camera.streams.push_back(std::move(stream));
  }
  return {};
}

Result<void> read_motion(const Json& in, model::MotionSettings& motion) {
  motion.enabled = in.value("enabled", motion.enabled);
  motion.every_frame = in.value("every_frame", motion.every_frame);
  motion.sensitivity = in.value("sensitivity", motion.sensitivity);
  motion.min_area = in.value("min_area", motion.min_area);
  motion.start_after_s = in.value("start_after", motion.start_after_s);
  motion.end_after_s = in.value("end_after", motion.end_after_s);
  const auto masks = in.find("masks");
  return masks == in.end() ? Result<void>() : model::read_polygons(*masks, motion.masks, "/motion/masks");
}

// Everything that is present in `in`, on top of `camera`.
Result<Camera> merged(const Camera& stored, const Json& in) {
  Camera camera = stored;
  camera.name = in.value("name", camera.name);
  camera.place = in.value("place", camera.place);
  camera.section = in.value("section", camera.section);
  camera.poll_interval_s = in.value("poll_interval", camera.poll_interval_s);
  camera.loop = in.value("loop", camera.loop);
  camera.enabled = in.value("enabled", camera.enabled);
  if (auto number = in.find("number"); number != in.end()) {
    camera.number = number->is_null() ? std::nullopt : std::optional<int>(number->get<int>());
  }
  if (auto interval = in.find("frame_event_interval"); interval != in.end()) {
    camera.frame_event_interval_s = interval->is_null() ? std::nullopt : std::optional<double>(interval->get<double>());
  }
  if (auto type = in.find("source_type"); type != in.end()) {
    camera.source_type = *model::source_type_from(type->get_ref<const std::string&>());
  }
  if (auto transport = in.find("transport"); transport != in.end()) {
    camera.transport = *model::transport_from(transport->get_ref<const std::string&>());
  }
  if (auto engine = in.find("rtsp_engine"); engine != in.end()) {
    camera.rtsp_engine = *model::rtsp_engine_from(engine->get_ref<const std::string&>());
  }
  if (auto fingerprint = in.find("tls_fingerprint"); fingerprint != in.end()) {
    camera.tls_fingerprint = fingerprint->get<std::string>();
  }
  if (camera.source_type == model::SourceType::RtmpPush) {
    VIGIL_TRY(read_stream_key(in, camera));
    Json source = in;
    source.erase("password");
    source.erase("username");
    VIGIL_TRY(read_source(source, "", stored.main().url, camera.streams.front()));
  } else {
    camera.stream_key = Secret();
    VIGIL_TRY(read_source(in, "", stored.main().url, camera.streams.front()));
  }
  if (auto streams = in.find("streams"); streams != in.end()) VIGIL_TRY(read_streams(*streams, stored, camera));
  if (auto motion = in.find("motion"); motion != in.end()) VIGIL_TRY(read_motion(*motion, camera.motion));
  if (auto analysis = in.find("analysis"); analysis != in.end())
    VIGIL_TRY(model::merge_json(*analysis, camera.analysis));
  return camera;
}

}  // namespace

Json to_json(const Camera& camera, const model::CameraStatus& status) {
  Json streams = Json::array();
  for (std::size_t i = 1; i < camera.streams.size(); ++i) {
    Json stream{{"name", camera.streams[i].name}};
    add_source(stream, camera.streams[i]);
    streams.push_back(std::move(stream));
  }
  Json out{{"id", camera.id},
           {"name", camera.name},
           {"number", camera.number ? Json(*camera.number) : Json()},
           {"place", camera.place},
           {"section", camera.section},
           {"source_type", model::to_string(camera.source_type)},
           {"streams", std::move(streams)},
           {"transport", model::to_string(camera.transport)},
           {"rtsp_engine", model::to_string(camera.rtsp_engine)},
           {"tls_fingerprint", camera.tls_fingerprint},
           {"poll_interval", camera.poll_interval_s},
           {"loop", camera.loop},
           {"enabled", camera.enabled},
           {"frame_event_interval", camera.frame_event_interval_s ? Json(*camera.frame_event_interval_s) : Json()},
           {"motion", motion_json(camera.motion)},
           {"analysis", model::to_json(camera.analysis)},
           {"version", camera.version},
           {"created_at", to_rfc3339(camera.created_at)},
           {"updated_at", to_rfc3339(camera.updated_at)},
           {"status", brief(status)}};
  add_source(out, camera.main());
  if (!camera.stream_key.empty()) out["has_password"] = true;
  return out;
}

Json to_json(const model::CameraStatus& status) {
  Json out = brief(status);
  out["camera_id"] = status.camera_id;
  out["decoded_frames"] = status.decoded_frames;
  out["decode_errors"] = status.decode_errors;
  out["frame_ring_bytes"] = status.frame_ring_bytes;
  auto& streams = out["streams"] = Json::array();
  for (const auto& stream : status.streams) streams.push_back(figures_json(stream));
  return out;
}

Result<Camera> camera_from(const Json& create) {
  VIGIL_ASSIGN(auto camera, merged(Camera(), create));
  camera.id = create.value("id", std::string());
  if (camera.name.empty()) camera.name = camera.id;
  return camera;
}

Result<Camera> patched(const Camera& stored, const Json& patch) {
  return merged(stored, patch);
}

bool same_sources(const Camera& a, const Camera& b) {
  return a.source_type == b.source_type &&
         std::equal(a.streams.begin(), a.streams.end(), b.streams.begin(), b.streams.end(),
                    [](const auto& x, const auto& y) { return x.url == y.url; });
}

Url with_stored_credentials(Url url, const std::optional<Url>& stored) {
  // The stored user's name alone asks for the stored password, too: that is what an edit form sends back.
  const bool own = !url.password.empty() || (stored && !url.user.empty() && url.user != stored->user);
  if (!own && stored && equals_ignoring_case(stored->host, url.host)) {
    url.user = stored->user;
    url.password = stored->password;
  }
  return url;
}

}  // namespace vigil::api
