#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace vigil::app {

inline constexpr std::size_t kMostCameras = 10000;  // of one file

// A camera as a file names it, in the API's form: only the members that the file mentions. Credentials inside a
// source_url are taken out into username and password.
struct CameraEntry {
  Json camera;
  int line = 0;                      // where it begins
  std::map<std::string, int> lines;  // of its members by JSON pointer: "/source_url", "/motion/sensitivity"

  int line_of(const std::string& pointer) const;  // of the closest member above it that is known
};

struct CameraFile {
  std::string name;  // for messages
  std::vector<CameraEntry> cameras;
  std::vector<std::string> notes;  // for people: what was left out and why
};

// Reads either form:
//   cameras: [{id: …, source_type: …, source_url: …, …}, …]    or that list alone; members as in the API
//   server: {host, port, user, password}, channels: [{id, name, rtsp path}, …]    of the Live camera plan, as YAML or
//   JSON
// ${NAME} in a value is replaced by that variable of `environment`; "$${" stands for "${". At most 4 MiB and 10000
// cameras. InvalidArgument: file:line, which key, the nearest key there is, or what is missing. Never echoes values.
Result<CameraFile> parse_camera_file(std::string_view text, const std::string& name,
                                     const std::map<std::string, std::string>& environment);

}  // namespace vigil::app
