#include "store/sql/camera_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/url.h"
#include "model/analysis_json.h"
#include "model/polygon_json.h"

namespace vigil::store::sql {
namespace {

using model::Camera;
using model::CameraStream;
using model::MotionSettings;

// Taken apart, so that what parse_url() would refuse (a file URL without a host) comes back as it was.
Json url_json(const Url& url) {
  return {{"scheme", url.scheme}, {"host", url.host}, {"port", url.port}, {"path", url.path}, {"query", url.query}};
}

Json stream_json(const CameraStream& stream) {
  Json roles = Json::array();
  for (auto role : stream.roles) roles.push_back(model::to_string(role));
  return {
      {"name", stream.name}, {"url", stream.url ? url_json(*stream.url) : Json(nullptr)}, {"roles", std::move(roles)}};
}

Json motion_json(const MotionSettings& motion) {
  return {{"enabled", motion.enabled},
          {"every_frame", motion.every_frame},
          {"sensitivity", motion.sensitivity},
          {"min_area", motion.min_area},
          {"masks", model::to_json(motion.masks)},
          {"start_after_s", motion.start_after_s},
          {"end_after_s", motion.end_after_s}};
}

// Reads members by name; remembers whether anything was not as expected. A missing member keeps its default, so that a
// newer program reads what an older one wrote.
class Reader {
 public:
  explicit Reader(const Json& object) : object_(object), ok_(object.is_object()) {}

  const Json* member(const char* name) {
    if (!ok_) return nullptr;
    auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  void read(const char* name, std::string& out) { take(name, out, &Json::is_string); }
  void read(const char* name, bool& out) { take(name, out, &Json::is_boolean); }
  void read(const char* name, int& out) { take(name, out, &Json::is_number_integer); }
  void read(const char* name, double& out) { take(name, out, &Json::is_number); }
  template <typename Enum, typename Parse>
  void read(const char* name, Enum& out, Parse parse) {
    std::string text;
    if (member(name) == nullptr) return;
    read(name, text);
    auto value = parse(text);
    if (value) out = *value;
    ok_ = ok_ && value.has_value();
  }
  void require(bool condition) { ok_ = ok_ && condition; }
  bool ok() const { return ok_; }

 private:
  template <typename T>
  void take(const char* name, T& out, bool (Json::*is)() const noexcept) {
    const auto* found = member(name);
    if (found == nullptr) return;
    ok_ = ok_ && (found->*is)();
    if (ok_) out = found->get<T>();
  }
  const Json& object_;
  bool ok_;
};

bool read_url(const Json& json, Url& url) {
  Reader reader(json);
  reader.read("scheme", url.scheme);
  reader.read("host", url.host);
  reader.read("port", url.port);
  reader.read("path", url.path);
  reader.read("query", url.query);
  return reader.ok();
}

bool read_stream(const Json& json, CameraStream& stream) {
  Reader reader(json);
  reader.read("name", stream.name);
  if (const auto* url = reader.member("url"); url != nullptr && !url->is_null()) {
    reader.require(read_url(*url, stream.url.emplace()));
  }
  if (const auto* roles = reader.member("roles")) {
    stream.roles.clear();
    reader.require(roles->is_array());
    for (const auto& name : *roles) {
      auto role = name.is_string() ? model::role_from(name.get<std::string>()) : std::nullopt;
      reader.require(role.has_value());
      if (role) stream.roles.push_back(*role);
    }
  }
  return reader.ok();
}

bool read_motion(const Json& json, MotionSettings& motion) {
  Reader reader(json);
  reader.read("enabled", motion.enabled);
  reader.read("every_frame", motion.every_frame);
  reader.read("sensitivity", motion.sensitivity);
  reader.read("min_area", motion.min_area);
  reader.read("start_after_s", motion.start_after_s);
  reader.read("end_after_s", motion.end_after_s);
  if (const auto* masks = reader.member("masks"))
    reader.require(model::read_polygons(*masks, motion.masks, "/masks").ok());
  return reader.ok();
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (unsigned char byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

std::optional<std::string> unhex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned char byte = 0;
    auto [end, status] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (status != std::errc() || end != text.data() + i + 2) return std::nullopt;
    out.push_back(static_cast<char>(byte));
  }
  return out;
}

Error unreadable(const Camera& camera) {
  return make_error(ErrorKind::DataLoss, fmt::format("the stored settings of camera {} cannot be read", camera.id),
                    "store.damaged");
}

}  // namespace

std::string settings_text(const Camera& camera) {
  Json streams = Json::array();
  for (const auto& stream : camera.streams) streams.push_back(stream_json(stream));
  Json settings = {{"source_type", model::to_string(camera.source_type)},
                   {"streams", std::move(streams)},
                   {"transport", model::to_string(camera.transport)},
                   {"rtsp_engine", model::to_string(camera.rtsp_engine)},
                   {"tls_fingerprint", camera.tls_fingerprint},
                   {"poll_interval_s", camera.poll_interval_s},
                   {"loop", camera.loop},
                   {"motion", motion_json(camera.motion)},
                   {"analysis", model::to_json(camera.analysis)}};
  if (camera.frame_event_interval_s) settings["frame_event_interval_s"] = *camera.frame_event_interval_s;
  return to_text(settings);
}

Result<void> read_settings(std::string_view text, Camera& camera) {
  auto json = parse_json(text);
  if (!json) return unreadable(camera);
  Reader reader(*json);
  reader.read("source_type", camera.source_type, model::source_type_from);
  reader.read("transport", camera.transport, model::transport_from);
  if (reader.member("rtsp_engine") != nullptr) reader.read("rtsp_engine", camera.rtsp_engine, model::rtsp_engine_from);
  if (reader.member("tls_fingerprint") != nullptr) reader.read("tls_fingerprint", camera.tls_fingerprint);
  reader.read("poll_interval_s", camera.poll_interval_s);
  reader.read("loop", camera.loop);
  if (reader.member("frame_event_interval_s") != nullptr) {
    reader.read("frame_event_interval_s", camera.frame_event_interval_s.emplace());
  }
  if (const auto* motion = reader.member("motion")) reader.require(read_motion(*motion, camera.motion));
  if (const auto* analysis = reader.member("analysis"))
    reader.require(model::merge_json(*analysis, camera.analysis).ok());
  const auto* streams = reader.member("streams");
  if (streams == nullptr || !streams->is_array() || streams->empty()) return unreadable(camera);
  camera.streams.clear();
  for (const auto& stream : *streams) reader.require(read_stream(stream, camera.streams.emplace_back()));
  return reader.ok() ? Result<void>() : unreadable(camera);
}

// No stream has such a name.
constexpr std::string_view kStreamKey = "*";

// One line a stream: its name, user and password, the latter two in hexadecimal: any byte may be in them. The camera's
// stream key is written like a stream of its own.
Secret credentials_text(const Camera& camera) {
  std::string text;
  for (const auto& stream : camera.streams) {
    if (!stream.url || (stream.url->user.empty() && stream.url->password.empty())) continue;
    text += fmt::format("{} {} {}\n", stream.name, hex(stream.url->user), hex(stream.url->password.reveal()));
  }
  if (!camera.stream_key.empty()) text += fmt::format("{}  {}\n", kStreamKey, hex(camera.stream_key.reveal()));
  return Secret(std::move(text));
}

Result<void> read_credentials(const Secret& text, Camera& camera) {
  std::string_view rest = text.reveal();
  while (!rest.empty()) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    auto first = line.find(' ');
    auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) return unreadable(camera);
    if (line.substr(0, first) == kStreamKey) {
      auto key = unhex(line.substr(second + 1));
      if (!key) return unreadable(camera);
      camera.stream_key = Secret(std::move(*key));
      continue;
    }
    auto stream = std::find_if(camera.streams.begin(), camera.streams.end(),
                               [&](const auto& s) { return s.name == line.substr(0, first) && s.url; });
    auto user = unhex(line.substr(first + 1, second - first - 1));
    auto password = unhex(line.substr(second + 1));
    if (stream == camera.streams.end() || !user || !password) return unreadable(camera);
    stream->url->user = *user;
    stream->url->password = Secret(std::move(*password));
  }
  return {};
}

}  // namespace vigil::store::sql
