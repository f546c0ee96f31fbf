#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vigil::live::rtsp {

// Where a request URI points: "rtsp://h:1/yard/sub/trackID=0" is camera "yard", stream "sub", track 0.
struct Target {
  std::string camera;
  std::string stream;  // empty: the one for live pictures
  int track = -1;      // -1: all
  bool operator==(const Target&) const = default;
};

// Nothing for what can name neither camera nor stream (letters, digits, '_', '-', '.', at most 64, not beginning with
// '.').
std::optional<Target> parse_target(std::string_view uri);

}  // namespace vigil::live::rtsp
