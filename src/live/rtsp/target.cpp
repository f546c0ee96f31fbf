#include "live/rtsp/target.h"

#include <algorithm>
#include <charconv>

#include "model/camera.h"

namespace vigil::live::rtsp {

std::optional<Target> parse_target(std::string_view uri) {
  constexpr std::string_view kTrack = "trackID=";
  if (auto scheme = uri.find("://"); scheme != std::string_view::npos) {
    auto slash = uri.find('/', scheme + 3);
    uri = slash == std::string_view::npos ? std::string_view() : uri.substr(slash);
  }
  uri = uri.substr(0, uri.find('?'));
  Target target;
  while (!uri.empty()) {
    auto end = std::min(uri.find('/'), uri.size());
    auto word = uri.substr(0, end);
    uri.remove_prefix(std::min(end + 1, uri.size()));
    if (word.empty()) continue;
    if (target.track >= 0) return std::nullopt;  // nothing comes after the track
    if (word.substr(0, kTrack.size()) == kTrack) {
      word.remove_prefix(kTrack.size());
      auto [last, status] = std::from_chars(word.data(), word.data() + word.size(), target.track);
      if (status != std::errc() || last != word.data() + word.size() || target.track < 0) return std::nullopt;
    } else if (!model::is_valid_camera_id(word) || !target.stream.empty()) {
      return std::nullopt;
    } else {
      (target.camera.empty() ? target.camera : target.stream) = std::string(word);
    }
  }
  if (target.camera.empty()) return std::nullopt;
  return target;
}

}  // namespace vigil::live::rtsp
