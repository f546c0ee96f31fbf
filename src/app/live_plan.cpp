#include "app/live_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "base/url.h"

namespace vigil::app {
namespace {

constexpr std::size_t kMostNotes = 1000;

struct Server {
  std::string host, port = "554", user, password;
};

struct Channel {
  std::string id, name, path, url;
  bool enabled = true;
  YAML::Node at;
};

bool is_one_of(const std::string& key, std::initializer_list<const char*> names) {
  std::string lower(key);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return lower == name; });
}

// Camera ids have a small alphabet; names of channels do not.
std::string as_id(const std::string& text) {
  std::string out;
  for (unsigned char c : text)
    out.push_back(std::isalnum(c) || c == '_' || c == '-' || c == '.' ? static_cast<char>(c) : '_');
  if (!out.empty() && std::all_of(out.begin(), out.end(), [](unsigned char c) { return std::isdigit(c); }))
    out.insert(0, "channel_");
  while (!out.empty() && out.front() == '.') out.erase(0, 1);
  return out.substr(0, 64);
}

class PlanReader {
 public:
  PlanReader(const YamlReader& reader, CameraFile& out) : reader_(reader), out_(out) {}

  Result<void> read(const YAML::Node& root) {
    VIGIL_ASSIGN(auto members, reader_.members(root, "the file"));
    YAML::Node channels;
    for (const auto& each : members) {
      if (is_one_of(each.key, {"server", "server_info", "nvr"})) {
        VIGIL_TRY(read_server(each.value));
      } else if (each.key == "channels") {
        channels.reset(each.value);
      } else {
        VIGIL_ASSIGN(auto known, read_server_member(each));
        if (!known) note(each, "the file");
      }
    }
    if (channels.IsMap()) {
      VIGIL_ASSIGN(auto named, reader_.members(channels, "channels"));
      for (const auto& each : named) VIGIL_TRY(read_channel(each.value, each.key));
      return {};
    }
    if (!channels.IsSequence())
      return reader_.error(root, "channels: expected a list of channels with id, name and rtsp_path");
    for (const auto& each : channels) VIGIL_TRY(read_channel(each, ""));
    return {};
  }

 private:
  void note(const YamlReader::Member& member, const std::string& where) {
    if (out_.notes.size() >= kMostNotes) return;
    out_.notes.push_back(fmt::format("{}:{}: {} of {} is not used", out_.name, YamlReader::line(member.at),
                                     member.key.substr(0, 64), where));
  }

  // Credentials may stand in an object of their own; an alias may put that into itself.
  Result<void> read_server(const YAML::Node& node, int depth = 0) {
    if (depth > 2) return reader_.error(node, "server: nested too deeply");
    VIGIL_ASSIGN(auto members, reader_.members(node, "server"));
    for (const auto& each : members) {
      VIGIL_ASSIGN(auto known, read_server_member(each, depth));
      if (!known) note(each, "server");
    }
    return {};
  }

  Result<bool> read_server_member(const YamlReader::Member& each, int depth = 0) {
    if (is_one_of(each.key, {"credentials", "auth"}) && each.value.IsMap()) {
      VIGIL_TRY(read_server(each.value, depth + 1));
      return true;
    }
    std::string* target = nullptr;
    if (is_one_of(each.key, {"host", "ip", "address", "hostname"})) target = &server_.host;
    if (is_one_of(each.key, {"port", "rtsp_port"})) target = &server_.port;
    if (is_one_of(each.key, {"user", "username", "login"})) target = &server_.user;
    if (is_one_of(each.key, {"password", "pass"})) target = &server_.password;
    if (target == nullptr) return false;
    VIGIL_ASSIGN(*target, reader_.text(each.value, each.key));
    return true;
  }

  Result<void> read_channel(const YAML::Node& node, const std::string& key) {
    Channel channel;
    channel.at.reset(node);
    channel.id = key;
    VIGIL_ASSIGN(auto members, reader_.members(node, "channel"));
    for (const auto& each : members) VIGIL_TRY(read_channel_member(each, channel));
    return add(channel);
  }

  Result<void> read_channel_member(const YamlReader::Member& each, Channel& channel) {
    if (each.key == "enabled" || each.key == "active") {
      VIGIL_ASSIGN(auto enabled, reader_.boolean(each.value, each.key));
      channel.enabled = enabled.get<bool>();
      return {};
    }
    std::string* target = nullptr;
    if (is_one_of(each.key, {"id", "channel_id"}) || (is_one_of(each.key, {"channel", "number"}) && channel.id.empty()))
      target = &channel.id;
    if (is_one_of(each.key, {"name", "title"})) target = &channel.name;
    if (is_one_of(each.key,
                  {"rtsp_path", "path", "rtsp path", "stream_path", "rtsp", "rtsp_url", "url", "stream", "source_url"}))
      target = &channel.path;
    if (target == nullptr) {
      note(each, "a channel");
      return {};
    }
    VIGIL_ASSIGN(*target, reader_.text(each.value, each.key));
    return {};
  }

  Result<void> add(const Channel& channel) {
    std::string missing;
    auto need = [&](bool there, const char* what) {
      if (!there) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", what);
    };
    bool is_url = channel.path.find("://") != std::string::npos;
    need(!as_id(channel.id).empty(), "the channel's id");
    need(!channel.path.empty(), "the channel's rtsp_path");
    need(is_url || !server_.host.empty(), "the server's host");
    if (!missing.empty())
      return reader_.error(channel.at, fmt::format("this channel cannot be used; missing: {}", missing));

    auto host = server_.host.find(':') != std::string::npos && server_.host.front() != '[' ? "[" + server_.host + "]"
                                                                                           : server_.host;
    auto text = is_url ? channel.path
                       : fmt::format("rtsp://{}:{}{}{}", host, server_.port, channel.path.front() == '/' ? "" : "/",
                                     channel.path);
    auto url = parse_url(text);
    if (!url) return reader_.error(channel.at, fmt::format("the channel's address: {}", url.error().message));
    auto user = url->user.empty() ? server_.user : url->user;
    auto password = url->password.empty() ? server_.password : url->password.reveal();

    if (out_.cameras.size() >= kMostCameras)
      return reader_.error(channel.at, fmt::format("more than {} cameras", kMostCameras));
    CameraEntry entry;
    entry.line = YamlReader::line(channel.at);
    entry.camera = {{"id", as_id(channel.id)},
                    {"name", channel.name.empty() ? channel.id : channel.name},
                    {"source_type", "rtsp"},
                    {"source_url", url->without_credentials()},
                    {"enabled", channel.enabled}};
    if (!user.empty()) entry.camera["username"] = user;
    if (!password.empty()) entry.camera["password"] = password;
    out_.cameras.push_back(std::move(entry));
    return {};
  }

  const YamlReader& reader_;
  CameraFile& out_;
  Server server_;
};

}  // namespace

Result<CameraFile> read_live_plan(const YamlReader& reader, const YAML::Node& root, const std::string& name) {
  CameraFile out;
  out.name = name;
  VIGIL_TRY(PlanReader(reader, out).read(root));
  return out;
}

}  // namespace vigil::app
