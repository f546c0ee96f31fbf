#include "model/camera.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>
#include <utility>

#include "model/rendition.h"

namespace vigil::model {
namespace {

Error invalid(std::string pointer, std::string message, std::string code = "camera.invalid") {
  return make_error(ErrorKind::InvalidArgument, std::move(message), std::move(code), std::move(pointer));
}

struct SourceKind {
  SourceType type;
  const char* name;
  std::vector<std::string_view> schemes;
  bool local;  // names something on the server itself
};

const std::array<SourceKind, 9>& source_kinds() {
  static const std::array<SourceKind, 9> kinds = {{
      {SourceType::Rtsp, "rtsp", {"rtsp", "rtsps"}, false},
      {SourceType::Rtmp, "rtmp", {"rtmp", "rtmps"}, false},
      {SourceType::Hls, "hls", {"http", "https"}, false},
      {SourceType::Mjpeg, "mjpeg", {"http", "https"}, false},
      {SourceType::Snapshot, "snapshot", {"http", "https"}, false},
      {SourceType::HttpPush, "http_push", {}, false},
      {SourceType::RtmpPush, "rtmp_push", {}, false},
      {SourceType::File, "file", {"file"}, true},
      {SourceType::V4l2, "v4l2", {"v4l2"}, true},
  }};
  return kinds;
}

const SourceKind& kind_of(SourceType type) {
  return source_kinds()[static_cast<std::size_t>(type)];
}

constexpr std::array<std::pair<Role, const char*>, 3> kRoles = {
    {{Role::Live, "live"}, {Role::Recording, "recording"}, {Role::Analysis, "analysis"}}};
constexpr std::array<std::pair<Transport, const char*>, 3> kTransports = {
    {{Transport::Auto, "auto"}, {Transport::Tcp, "tcp"}, {Transport::Udp, "udp"}}};
constexpr std::array<std::pair<RtspEngine, const char*>, 2> kRtspEngines = {
    {{RtspEngine::Native, "native"}, {RtspEngine::Libav, "libav"}}};

template <typename Table, typename Value>
const char* name_in(const Table& table, Value value) {
  return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == value; })->second;
}

template <typename Value, typename Table>
std::optional<Value> value_in(const Table& table, std::string_view name) {
  auto row = std::find_if(table.begin(), table.end(), [&](const auto& r) { return name == r.second; });
  return row == table.end() ? std::nullopt : std::optional<Value>(row->first);
}

Result<void> check_text(const std::string& text, std::string_view member, std::size_t max) {
  auto pointer = fmt::format("/{}", member);
  if (text.size() > max) return invalid(pointer, fmt::format("{} is longer than {} bytes", member, max));
  for (unsigned char c : text) {
    if (c < 0x20 || c == 0x7f) return invalid(pointer, fmt::format("{} has a control character", member));
  }
  return {};
}

Result<void> check_url(const Camera& camera, const CameraStream& stream, const std::string& pointer, bool allow_local) {
  const auto& kind = kind_of(camera.source_type);
  if (kind.schemes.empty()) {
    if (stream.url)
      return invalid(pointer, fmt::format("a {} camera has no source_url: it hands its pictures in", kind.name));
    return {};
  }
  if (!stream.url) return invalid(pointer, fmt::format("a {} camera needs a source_url", kind.name));
  auto fits = [&](std::string_view scheme) { return stream.url->scheme == scheme; };
  if (std::none_of(kind.schemes.begin(), kind.schemes.end(), fits)) {
    return invalid(
        pointer,
        fmt::format("a {} camera needs a URL that starts with {}", kind.name, fmt::join(kind.schemes, ":// or ")) +
            "://",
        "url.scheme");
  }
  if (kind.local && !allow_local) {
    return invalid(
        pointer,
        fmt::format("{} cameras read the server's own files or devices and can only be added on the server itself: "
                    "stop it and use vigil apply --data",
                    kind.name),
        "url.local");
  }
  return {};
}

Result<void> check_streams(const Camera& camera, bool allow_local) {
  if (camera.streams.empty()) return invalid("/streams", "a camera has at least one stream");
  if (camera.streams.size() > 8) return invalid("/streams", "a camera has at most 8 streams");
  std::set<std::string> names;
  for (std::size_t i = 0; i < camera.streams.size(); ++i) {
    const auto& stream = camera.streams[i];
    // The wire form keeps the main stream in the camera itself and lists only the further ones.
    auto base = i == 0 ? std::string() : fmt::format("/streams/{}", i - 1);
    VIGIL_TRY(check_url(camera, stream, base + "/source_url", allow_local));
    bool plain = std::all_of(stream.name.begin(), stream.name.end(),
                             [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
    if (stream.name.empty() || stream.name.size() > 32 || !plain) {
      return invalid(base + "/name", "a stream's name is 1 to 32 letters, digits, '_' or '-'");
    }
    if (rendition_from(stream.name)) {
      return invalid(base + "/name", fmt::format("{} is the name of a stream that Vigil makes itself", stream.name));
    }
    if (!names.insert(stream.name).second)
      return invalid(base + "/name", fmt::format("two streams are named {}", stream.name));
    if (i > 0 && kind_of(camera.source_type).schemes.empty())
      return invalid("/streams", fmt::format("a {} camera has one stream", kind_of(camera.source_type).name));
  }
  return {};
}

// It stands in an address, and nobody is to guess it.
Result<void> check_stream_key(const Camera& camera) {
  const auto& key = camera.stream_key.reveal();
  if (key.empty()) return {};
  if (camera.source_type != SourceType::RtmpPush)
    return invalid("/password", "only an rtmp_push camera has a stream key");
  const bool plain =
      std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
  if (plain && key.size() >= 16 && key.size() <= 128) return {};
  return invalid("/password", "a stream key is 16 to 128 letters, digits, '_' or '-'");
}

Result<void> check_range(double value, double low, double high, const char* pointer) {
  if (std::isfinite(value) && value >= low && value <= high) return {};
  return invalid(pointer, fmt::format("{} must be {} to {}", pointer + 1, low, high));
}

Result<void> check_fingerprint(const Camera& camera) {
  if (camera.tls_fingerprint.empty()) return {};
  if (camera.source_type != SourceType::Rtsp || camera.rtsp_engine != RtspEngine::Native) {
    return invalid("/tls_fingerprint", "a fingerprint is looked at for RTSP cameras by the native engine only");
  }
  if (!plain_fingerprint(camera.tls_fingerprint)) {
    return invalid("/tls_fingerprint",
                   "a fingerprint is the SHA-256 of a certificate: 64 hexadecimal digits, with or without colons");
  }
  return {};
}

}  // namespace

bool is_valid_camera_id(std::string_view id) {
  if (id.empty() || id.size() > 64 || id[0] == '.') return false;
  return std::all_of(id.begin(), id.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '.'; });
}

std::optional<std::string> plain_fingerprint(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == ':' && !out.empty() && out.size() % 2 == 0 && i + 1 < text.size() && text[i - 1] != ':') continue;
    if (std::isxdigit(c) == 0) return std::nullopt;
    out += static_cast<char>(std::tolower(c));
  }
  if (out.size() != 64) return std::nullopt;
  return out;
}

Result<void> validate(const Camera& camera, bool allow_local) {
  if (!is_valid_camera_id(camera.id)) {
    return invalid("/id", "an id is 1 to 64 letters, digits, '_', '-' or '.', and does not start with '.'");
  }
  VIGIL_TRY(check_text(camera.name, "name", 128));
  VIGIL_TRY(check_text(camera.place, "place", 128));
  VIGIL_TRY(check_text(camera.section, "section", 128));
  if (camera.number) VIGIL_TRY(check_range(*camera.number, 0, 99999, "/number"));
  VIGIL_TRY(check_streams(camera, allow_local));
  VIGIL_TRY(check_stream_key(camera));
  VIGIL_TRY(check_fingerprint(camera));
  VIGIL_TRY(check_range(camera.poll_interval_s, 0.1, 3600, "/poll_interval"));
  if (camera.frame_event_interval_s)
    VIGIL_TRY(check_range(*camera.frame_event_interval_s, 0, 3600, "/frame_event_interval"));
  VIGIL_TRY(check_range(camera.motion.sensitivity, 1, 100, "/motion/sensitivity"));
  VIGIL_TRY(check_range(camera.motion.min_area, 0, 1, "/motion/min_area"));
  VIGIL_TRY(check_range(camera.motion.start_after_s, 0, 60, "/motion/start_after"));
  VIGIL_TRY(check_range(camera.motion.end_after_s, 0.5, 600, "/motion/end_after"));
  VIGIL_TRY(check_masks(camera.motion.masks, "/motion/masks"));
  return validate(camera.analysis);
}

const char* to_string(SourceType type) {
  return kind_of(type).name;
}
const char* to_string(Role role) {
  return name_in(kRoles, role);
}
const char* to_string(Transport transport) {
  return name_in(kTransports, transport);
}
const char* to_string(RtspEngine engine) {
  return name_in(kRtspEngines, engine);
}

std::optional<SourceType> source_type_from(std::string_view name) {
  for (const auto& kind : source_kinds()) {
    if (name == kind.name) return kind.type;
  }
  return std::nullopt;
}
std::optional<Role> role_from(std::string_view name) {
  return value_in<Role>(kRoles, name);
}
std::optional<Transport> transport_from(std::string_view name) {
  return value_in<Transport>(kTransports, name);
}
std::optional<RtspEngine> rtsp_engine_from(std::string_view name) {
  return value_in<RtspEngine>(kRtspEngines, name);
}

}  // namespace vigil::model
