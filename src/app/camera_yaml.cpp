#include "app/camera_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "app/json_read.h"

namespace vigil::app {
namespace {

constexpr std::array kMembers = {"id",
                                 "name",
                                 "number",
                                 "place",
                                 "section",
                                 "source_type",
                                 "source_url",
                                 "username",
                                 "roles",
                                 "transport",
                                 "rtsp_engine",
                                 "tls_fingerprint",
                                 "poll_interval",
                                 "loop",
                                 "enabled",
                                 "frame_event_interval",
                                 "motion",
                                 "analysis",
                                 "streams"};

// Words that are not text to YAML, in whatever case.
constexpr std::array kMeaningful = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};

bool is_plain(const std::string& value) {
  std::string lower;
  for (unsigned char c : value) {
    if (!std::isalpha(c) && c != '_') return false;
    lower.push_back(static_cast<char>(std::tolower(c)));
  }
  return !lower.empty() && std::find(kMeaningful.begin(), kMeaningful.end(), lower) == kMeaningful.end();
}

// JSON is YAML; plain words read better. "${" would be taken for a variable.
std::string scalar(const Json& value) {
  if (!value.is_string()) return vigil::to_text(value);
  auto content = value.get<std::string>();
  if (is_plain(content)) return content;
  for (auto at = content.find("${"); at != std::string::npos; at = content.find("${", at + 3)) content.insert(at, "$");
  return vigil::to_text(Json(content));
}

std::string list(const Json& values) {
  std::string out;
  for (const auto& each : values) out += (out.empty() ? "" : ", ") + scalar(each);
  return "[" + out + "]";
}

std::string password_comment(const Json& object, const std::string& indent) {
  if (!flag(object, "has_password")) return "";
  return indent + "# has_password: true; the server keeps it\n";
}

std::string stream(const Json& value, const std::string& indent) {
  std::string out = fmt::format("{}- name: {}\n", indent, scalar(member(value, "name")));
  for (const char* key : {"source_url", "username"}) {
    if (!text(value, key).empty()) out += fmt::format("{}  {}: {}\n", indent, key, scalar(member(value, key)));
  }
  out += password_comment(value, indent + "  ");
  if (member(value, "roles").is_array()) out += fmt::format("{}  roles: {}\n", indent, list(member(value, "roles")));
  return out;
}

// Some members mean something for one kind of source only.
bool concerns(std::string_view key, const std::string& source_type) {
  if (key == "poll_interval") return source_type == "snapshot";
  if (key == "loop") return source_type == "file";
  if (key == "transport" || key == "rtsp_engine" || key == "tls_fingerprint") return source_type == "rtsp";
  return true;
}

std::string camera(const Json& value) {
  std::string out;
  for (const char* key : kMembers) {
    const auto& content = member(value, key);
    if (content.is_null() || content == Json("") || !concerns(key, text(value, "source_type"))) continue;
    if (std::string_view(key) == "motion" || std::string_view(key) == "analysis") {
      out += fmt::format("    {}:\n", key);
      for (const auto& [name, setting] : content.items())
        out += fmt::format("      {}: {}\n", name, vigil::to_text(setting));
    } else if (std::string_view(key) == "streams") {
      if (content.empty()) continue;
      out += "    streams:\n";
      for (const auto& each : content) out += stream(each, "      ");
    } else if (content.is_array()) {
      out += fmt::format("    {}: {}\n", key, list(content));
    } else {
      out += fmt::format("    {}: {}\n", key, scalar(content));
    }
    if (std::string_view(key) == "source_url" && text(value, "username").empty())
      out += password_comment(value, "    ");
    if (std::string_view(key) == "username") out += password_comment(value, "    ");
  }
  if (!out.empty()) out.replace(0, 4, "  - ");
  return out;
}

}  // namespace

std::string to_camera_yaml(const std::vector<Json>& cameras) {
  std::string out =
      "# Cameras of a Vigil server, for: vigil apply -f FILE\n# Passwords are not in here; apply keeps those that the "
      "server has.\n";
  if (cameras.empty()) return out + "cameras: []\n";
  out += "cameras:\n";
  for (const auto& each : cameras) out += camera(each);
  return out;
}

}  // namespace vigil::app
