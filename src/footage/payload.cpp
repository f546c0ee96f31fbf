#include "footage/payload.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

namespace vigil::footage {
namespace {

using extract::Cadence;
using extract::PictureFormat;
using extract::Request;

constexpr std::array<std::pair<const char*, Cadence>, 6> kCadences = {{{"none", Cadence::None},
                                                                       {"fps", Cadence::Fps},
                                                                       {"every", Cadence::EveryNth},
                                                                       {"times", Cadence::Times},
                                                                       {"key_frames", Cadence::KeyFrames},
                                                                       {"scenes", Cadence::Scenes}}};

Error wrong(const std::string& member, const std::string& why) {
  return make_error(ErrorKind::InvalidArgument, member + ": " + why, "extract.request", "/" + member);
}

Result<void> read(const Json& json, const std::string& name, bool& out) {
  if (!json.is_boolean()) return wrong(name, "true or false is expected");
  out = json.get<bool>();
  return {};
}

Result<void> read(const Json& json, const std::string& name, int& out) {
  if (!json.is_number_integer() || json > 1000000000 || json < -1) return wrong(name, "a number is expected");
  out = json.get<int>();
  return {};
}

Result<void> read_cadence(const Json& json, Cadence& out) {
  for (const auto& [name, cadence] : kCadences) {
    if (json != name) continue;
    out = cadence;
    return {};
  }
  return wrong("cadence", "none, fps, every, times, key_frames or scenes is expected");
}

Result<void> read_times(const Json& json, std::vector<std::chrono::milliseconds>& out) {
  if (!json.is_array() || json.size() > extract::kMostTimes) return wrong("times_ms", "up to 1000 times are expected");
  for (const auto& time : json) {
    if (!time.is_number_integer() || time < 0 || time > 1000LL * 86400 * 365) {
      return wrong("times_ms", "a time is a number of milliseconds");
    }
    out.emplace_back(time.get<std::int64_t>());
  }
  return {};
}

Result<void> read_member(const std::string& name, const Json& json, Request& out) {
  if (name == "cadence") return read_cadence(json, out.cadence);
  if (name == "times_ms") return read_times(json, out.times);
  if (name == "fps") {
    if (!json.is_number()) return wrong(name, "a number is expected");
    out.fps = json.get<double>();
    return {};
  }
  if (name == "format") {
    if (json != "jpeg" && json != "png") return wrong(name, "jpeg or png is expected");
    out.format = json == "png" ? PictureFormat::Png : PictureFormat::Jpeg;
    return {};
  }
  const std::map<std::string, int*> numbers = {{"every", &out.every},
                                               {"quality", &out.quality},
                                               {"max_width", &out.max_width},
                                               {"max_height", &out.max_height},
                                               {"max_pictures", &out.max_pictures}};
  if (const auto found = numbers.find(name); found != numbers.end()) return read(json, name, *found->second);
  const std::map<std::string, bool*> flags = {{"thumbnails", &out.thumbnails},
                                              {"sheet", &out.sheet},
                                              {"preview", &out.preview},
                                              {"keep_location", &out.keep_location}};
  if (const auto found = flags.find(name); found != flags.end()) return read(json, name, *found->second);
  return wrong(name, "nobody knows this member");
}

}  // namespace

Result<Request> read_request(const std::string& payload) {
  VIGIL_ASSIGN(const auto json, parse_json(payload, {.max_bytes = 64 << 10, .max_depth = 4}));
  if (!json.is_object()) return wrong("", "an object is expected");
  Request out;
  for (const auto& [name, value] : json.items()) VIGIL_TRY(read_member(name, value, out));
  VIGIL_TRY(extract::check(out));
  return out;
}

Json to_json(const Request& request) {
  Json out = {{"format", request.format == PictureFormat::Png ? "png" : "jpeg"},
              {"quality", request.quality},
              {"max_width", request.max_width},
              {"max_height", request.max_height},
              {"max_pictures", request.max_pictures},
              {"thumbnails", request.thumbnails},
              {"sheet", request.sheet},
              {"preview", request.preview},
              {"keep_location", request.keep_location}};
  for (const auto& [name, cadence] : kCadences) {
    if (cadence == request.cadence) out["cadence"] = name;
  }
  if (request.cadence == Cadence::Fps) out["fps"] = request.fps;
  if (request.cadence == Cadence::EveryNth) out["every"] = request.every;
  if (request.cadence == Cadence::Times) {
    auto& times = out["times_ms"] = Json::array();
    for (const auto time : request.times) times.push_back(time.count());
  }
  return out;
}

Result<Progress> read_cursor(const std::string& cursor) {
  Progress out;
  if (cursor.empty()) return out;
  const auto broken = make_error(ErrorKind::DataLoss, "how far the job was cannot be read", "job.cursor");
  const auto json = parse_json(cursor, {.max_bytes = 4096, .max_depth = 2});
  if (!json || !json->is_object()) return broken;
  const auto pictures = json->find("pictures"), done = json->find("frames_done"), after = json->find("after");
  if (pictures == json->end() || !pictures->is_number_unsigned() || done == json->end() || !done->is_boolean()) {
    return broken;
  }
  out.pictures = pictures->get<std::uint64_t>();
  out.frames_done = done->get<bool>();
  if (after == json->end()) return out;
  if (!after->is_number_integer()) return broken;
  out.after = Ticks(after->get<std::int64_t>());
  return out;
}

std::string write_cursor(const Progress& progress) {
  Json out = {{"pictures", progress.pictures}, {"frames_done", progress.frames_done}};
  if (progress.after) out["after"] = progress.after->count();
  return to_text(out);
}

}  // namespace vigil::footage
