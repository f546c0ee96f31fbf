#include "app/camera_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "app/live_plan.h"
#include "app/suggest.h"
#include "app/yaml_reader.h"
#include "base/url.h"
#include "model/camera.h"

namespace vigil::app {
namespace {

constexpr std::size_t kMaxBytes = 4u << 20;

enum class Kind {
  Text,
  Integer,
  Number,
  Boolean,
  TextList,
  Polygons,
  Motion,
  Analysis,
  Rate,
  Size,
  NumberMap,
  Streams
};
struct Field {
  const char* name;
  Kind kind;
  bool may_be_null = false;
};

constexpr std::array kCamera = {Field{"id", Kind::Text},
                                Field{"name", Kind::Text},
                                Field{"number", Kind::Integer, true},
                                Field{"place", Kind::Text},
                                Field{"section", Kind::Text},
                                Field{"source_type", Kind::Text},
                                Field{"source_url", Kind::Text},
                                Field{"username", Kind::Text, true},
                                Field{"password", Kind::Text, true},
                                Field{"roles", Kind::TextList},
                                Field{"streams", Kind::Streams},
                                Field{"transport", Kind::Text},
                                Field{"rtsp_engine", Kind::Text},
                                Field{"tls_fingerprint", Kind::Text},
                                Field{"poll_interval", Kind::Number},
                                Field{"loop", Kind::Boolean},
                                Field{"enabled", Kind::Boolean},
                                Field{"frame_event_interval", Kind::Number, true},
                                Field{"motion", Kind::Motion},
                                Field{"analysis", Kind::Analysis}};
constexpr std::array kStream = {Field{"name", Kind::Text}, Field{"source_url", Kind::Text},
                                Field{"username", Kind::Text, true}, Field{"password", Kind::Text, true},
                                Field{"roles", Kind::TextList}};
constexpr std::array kMotion = {Field{"enabled", Kind::Boolean},     Field{"every_frame", Kind::Boolean},
                                Field{"sensitivity", Kind::Integer}, Field{"min_area", Kind::Number},
                                Field{"masks", Kind::Polygons},      Field{"start_after", Kind::Number},
                                Field{"end_after", Kind::Number}};
constexpr std::array kAnalysis = {
    Field{"enabled", Kind::Boolean},     Field{"model", Kind::Text},         Field{"rate", Kind::Rate},
    Field{"classes", Kind::TextList},    Field{"confidence", Kind::Number},  Field{"class_confidence", Kind::NumberMap},
    Field{"size", Kind::Size},           Field{"masks", Kind::Polygons},     Field{"tiling", Kind::Boolean},
    Field{"motion_gate", Kind::Boolean}, Field{"appearance", Kind::Boolean}, Field{"attributes", Kind::Boolean},
    Field{"plates", Kind::Boolean},      Field{"scene", Kind::Boolean}};
constexpr std::array kRate = {Field{"mode", Kind::Text}, Field{"nth", Kind::Integer}, Field{"fps", Kind::Number}};
constexpr std::array kSize = {Field{"min_area", Kind::Number}, Field{"max_area", Kind::Number},
                              Field{"min_aspect", Kind::Number}, Field{"max_aspect", Kind::Number}};

class CameraReader {
 public:
  CameraReader(const YamlReader& reader, CameraEntry& out) : reader_(reader), out_(out) {}

  Result<void> read(const YAML::Node& node) {
    out_.line = YamlReader::line(node);
    VIGIL_ASSIGN(out_.camera, object(node, kCamera, "camera", ""));
    VIGIL_TRY(split_url(node, out_.camera));
    for (const char* needed : {"id", "source_type"}) {
      if (!out_.camera.contains(needed)) return reader_.error(node, fmt::format("this camera has no {}", needed));
    }
    auto id = out_.camera["id"].get<std::string>();
    if (!model::is_valid_camera_id(id)) {
      return reader_.error(node, "id: expected 1 to 64 letters, digits, '_', '-' or '.', not starting with '.'");
    }
    return {};
  }

 private:
  template <std::size_t N>
  Result<Json> object(const YAML::Node& node, const std::array<Field, N>& fields, const std::string& what,
                      const std::string& pointer) {
    VIGIL_ASSIGN(auto members, reader_.members(node, what));
    Json out = Json::object();
    for (const auto& each : members) {
      auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return each.key == f.name; });
      if (field == fields.end()) {
        std::vector<std::string> names;
        for (const auto& f : fields) names.emplace_back(f.name);
        return reader_.error(
            each.at, fmt::format("a {} has no key {}{}", what, each.key.substr(0, 64), did_you_mean(each.key, names)));
      }
      auto below = pointer + "/" + each.key;
      out_.lines[below] = YamlReader::line(each.at);
      VIGIL_ASSIGN(auto value, member(each, *field, below));
      out[each.key] = std::move(value);
    }
    return out;
  }

  Result<Json> member(const YamlReader::Member& each, const Field& field, const std::string& pointer) {
    if (each.value.IsNull()) {
      if (field.may_be_null) return Json();
      return reader_.error(each.at, fmt::format("{} has no value", each.key));
    }
    switch (field.kind) {
      case Kind::Text: {
        VIGIL_ASSIGN(auto text, reader_.text(each.value, each.key));
        return Json(std::move(text));
      }
      case Kind::Integer:
        return reader_.integer(each.value, each.key);
      case Kind::Number:
        return reader_.number(each.value, each.key);
      case Kind::Boolean:
        return reader_.boolean(each.value, each.key);
      case Kind::Polygons:
        return reader_.numbers(each.value, each.key);
      case Kind::Motion:
        return object(each.value, kMotion, "motion", pointer);
      case Kind::Analysis:
        return object(each.value, kAnalysis, "analysis", pointer);
      case Kind::Rate:
        return object(each.value, kRate, "rate", pointer);
      case Kind::Size:
        return object(each.value, kSize, "size filter", pointer);
      case Kind::NumberMap:
        return numbers_by_name(each, pointer);
      case Kind::TextList:
      case Kind::Streams:
        break;
    }
    if (!each.value.IsSequence()) return reader_.error(each.at, fmt::format("{}: expected a list", each.key));
    Json out = Json::array();
    for (const auto& item : each.value) {
      if (field.kind == Kind::TextList) {
        VIGIL_ASSIGN(auto text, reader_.text(item, each.key));
        out.push_back(std::move(text));
      } else {
        VIGIL_ASSIGN(auto stream, object(item, kStream, "stream", fmt::format("{}/{}", pointer, out.size())));
        VIGIL_TRY(split_url(item, stream));
        out.push_back(std::move(stream));
      }
      if (out.size() > 100) return reader_.error(each.at, fmt::format("{}: too long", each.key));
    }
    return out;
  }

  Result<Json> numbers_by_name(const YamlReader::Member& each, const std::string& pointer) {
    VIGIL_ASSIGN(auto members, reader_.members(each.value, each.key));
    Json out = Json::object();
    for (const auto& one : members) {
      out_.lines[pointer + "/" + one.key] = YamlReader::line(one.at);
      VIGIL_ASSIGN(auto value, reader_.number(one.value, one.key));
      out[one.key] = std::move(value);
    }
    return out;
  }

  // user:password@ in the URL is the same as username and password beside it.
  Result<void> split_url(const YAML::Node& where, Json& object) {
    auto found = object.find("source_url");
    if (found == object.end()) return {};
    auto text = found->get<std::string>();
    auto url = parse_url(text);
    if (!url) return reader_.error(where, fmt::format("source_url: {}", url.error().message));
    *found = url->without_credentials();
    if (!url->user.empty() && !object.contains("username")) object["username"] = url->user;
    if (!url->password.empty() && !object.contains("password")) object["password"] = url->password.reveal();
    return {};
  }

  const YamlReader& reader_;
  CameraEntry& out_;
};

Result<CameraFile> read_list(const YamlReader& reader, const YAML::Node& list, const std::string& name) {
  CameraFile out;
  out.name = name;
  if (!list.IsSequence()) return reader.error(list, "cameras: expected a list, each entry beginning with \"- id: …\"");
  for (const auto& each : list) {
    if (out.cameras.size() >= kMostCameras)
      return reader.error(each, fmt::format("more than {} cameras", kMostCameras));
    CameraEntry entry;
    VIGIL_TRY(CameraReader(reader, entry).read(each));
    out.cameras.push_back(std::move(entry));
  }
  return out;
}

Result<void> check_unique(const CameraFile& file) {
  std::map<std::string, int> seen;
  for (const auto& entry : file.cameras) {
    auto [before, is_new] = seen.emplace(entry.camera["id"].get<std::string>(), entry.line);
    if (!is_new) {
      return make_error(ErrorKind::InvalidArgument, fmt::format("{}:{}: camera {} stands in line {} already", file.name,
                                                                entry.line, before->first, before->second));
    }
  }
  return {};
}

Result<CameraFile> read_root(const YamlReader& reader, const YAML::Node& root, const std::string& name) {
  if (root.IsSequence()) return read_list(reader, root, name);
  if (!root.IsMap())
    return make_error(ErrorKind::InvalidArgument, fmt::format("{}:1: expected \"cameras:\" and a list", name));
  if (root["channels"]) return read_live_plan(reader, root, name);
  VIGIL_ASSIGN(auto members, reader.members(root, "the file"));
  for (const auto& each : members) {
    if (each.key != "cameras") {
      return reader.error(each.at, fmt::format("there is no key {} here{}", each.key.substr(0, 64),
                                               did_you_mean(each.key, {"cameras", "channels"})));
    }
  }
  if (members.empty())
    return make_error(ErrorKind::InvalidArgument, fmt::format("{}:1: expected \"cameras:\" and a list", name));
  if (members[0].value.IsNull()) return CameraFile{name, {}, {}};
  return read_list(reader, members[0].value, name);
}

}  // namespace

int CameraEntry::line_of(const std::string& pointer) const {
  for (auto part = pointer; !part.empty(); part.resize(part.rfind('/'))) {
    if (auto found = lines.find(part); found != lines.end()) return found->second;
    if (part.rfind('/') == std::string::npos) break;
  }
  return line;
}

Result<CameraFile> parse_camera_file(std::string_view text, const std::string& name,
                                     const std::map<std::string, std::string>& environment) {
  if (text.size() > kMaxBytes)
    return make_error(ErrorKind::PayloadTooLarge, fmt::format("{}: larger than 4 MiB", name));
  try {
    YamlReader reader(name, environment);
    auto root = YAML::Load(std::string(text));
    VIGIL_ASSIGN(auto file, read_root(reader, root, name));
    VIGIL_TRY(check_unique(file));
    return file;
  } catch (const YAML::Exception& e) {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("{}:{}: not valid YAML: {}", name, e.mark.line + 1, e.msg));
  } catch (const std::exception&) {
    return make_error(ErrorKind::InvalidArgument, fmt::format("{}: not valid YAML", name));
  }
}

}  // namespace vigil::app
