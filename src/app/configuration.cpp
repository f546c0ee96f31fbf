#include "app/configuration.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <filesystem>

#include "app/config_file.h"
#include "app/suggest.h"
#include "base/url.h"
#include "sinks/redis_config.h"

namespace vigil::app {
namespace {

namespace fs = std::filesystem;
using Environment = std::map<std::string, std::string>;

Error bad(std::string why) {
  return make_error(ErrorKind::InvalidArgument, std::move(why), "configuration");
}

std::string variable(const Environment& environment, const std::string& name) {
  auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

std::string home_folder(const Environment& environment, const char* xdg, const char* below_home) {
  auto set = variable(environment, xdg);
  if (!set.empty() && set.front() == '/') return set;
  auto home = variable(environment, "HOME");
  return home.empty() ? "" : home + below_home;
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::string find_config_file(const Sources& sources) {
  if (sources.config_file) return *sources.config_file;
  if (auto set = variable(sources.environment, "VIGIL_CONFIG"); !set.empty()) return set;
  auto folder = home_folder(sources.environment, "XDG_CONFIG_HOME", "/.config");
  for (const auto& path : {folder + "/vigil/vigil.yaml", std::string("/etc/vigil/vigil.yaml")}) {
    if (path.front() == '/' && exists(path)) return path;
  }
  return "";
}

// The page beside the program: the build tree, or an installation.
std::string find_web_root() {
  std::array<char, PATH_MAX> buffer{};
  auto size = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (size <= 0) return "";
  auto folder = fs::path(std::string(buffer.data(), static_cast<std::size_t>(size))).parent_path();
  for (const auto& candidate : {folder / "../share/vigil/web", folder / "../../web/dist"}) {
    if (exists((candidate / "index.html").string())) return candidate.lexically_normal().string();
  }
  return "";
}

class Loader {
 public:
  explicit Loader(const Sources& sources) : sources_(sources) { out_.settings = defaults(); }

  Result<Configuration> run() {
    for (const auto& option : options())
      out_.values[std::string(option.key)] = {std::string(option.default_text), "default"};
    VIGIL_TRY(from_file());
    VIGIL_TRY(from_environment());
    for (const auto& [key, text] : sources_.command_line) {
      const auto* option = find_option(key);
      VIGIL_ASSERT(option != nullptr);
      VIGIL_TRY(set(*option, text, fmt::format("command line {}", option->flag), std::string(option->flag)));
    }
    VIGIL_TRY(complete());
    return std::move(out_);
  }

 private:
  Result<void> set(const Option& option, const std::string& text, std::string source, const std::string& where) {
    if (auto done = assign(out_.settings, option, text); !done.ok())
      return bad(fmt::format("{}: {}", where, done.error().message));
    out_.values[std::string(option.key)] = {text, std::move(source)};
    return {};
  }

  Result<void> from_file() {
    out_.file = find_config_file(sources_);
    if (out_.file.empty()) return {};
    VIGIL_ASSIGN(auto text, read_text_file(out_.file, 1 << 20));
    VIGIL_ASSIGN(auto entries, parse_config(text, out_.file));
    for (const auto& entry : entries) {
      auto where = fmt::format("{}:{}", out_.file, entry.line);
      const auto* option = find_option(entry.key);
      if (option == nullptr) {
        auto hint = entry.key.rfind("cameras", 0) == 0 ? "; cameras are kept by the server: vigil apply -f FILE"
                                                       : did_you_mean(entry.key, option_keys());
        return bad(fmt::format("{}: there is no key {}{}", where, entry.key, hint));
      }
      VIGIL_TRY(set(*option, entry.text, where, fmt::format("{}: {}", where, entry.key)));
    }
    return {};
  }

  // Containers put variables of their own under any prefix (VIGIL_PORT_8000_TCP), so an unknown one is a warning only.
  Result<void> from_environment() {
    std::map<std::string, const Option*> by_name;
    std::vector<std::string> names;
    for (const auto& option : options()) {
      names.push_back(environment_name(option));
      by_name[names.back()] = &option;
    }
    for (const auto& [name, text] : sources_.environment) {
      if (name.rfind("VIGIL_", 0) != 0 || name == "VIGIL_CONFIG" || name == "VIGIL_API_KEY" || name == "VIGIL_URL")
        continue;
      auto found = by_name.find(name);
      if (found == by_name.end()) {
        if (auto meant = nearest(name, names); !meant.empty()) {
          out_.warnings.push_back(
              fmt::format("the environment variable {} means nothing here; did you mean {}?", name, meant));
        }
        continue;
      }
      VIGIL_TRY(set(*found->second, text, "environment " + name, name));
    }
    return {};
  }

  Result<void> complete() {
    auto& settings = out_.settings;
    if (settings.data_dir.empty()) {
      settings.data_dir = default_data_dir(sources_.environment);
      if (settings.data_dir.empty())
        return bad("data.dir: there is no home folder; say where the data go with --data DIR");
      out_.values["data.dir"].text = settings.data_dir;
    }
    if (settings.web_root.empty()) {
      settings.web_root = find_web_root();
      out_.values["web.root"].text = settings.web_root;
    }
    if (settings.auth_mode == "none" && !is_loopback(settings.listen) && !settings.force_open_auth) {
      return bad(
          fmt::format("auth.mode none ({}) with server.listen {}: everybody in the network would be administrator. "
                      "Listen on the loopback "
                      "address 127.0.0.1, or use --auth required, or, if you mean it, --force-open-auth",
                      out_.values["auth.mode"].source, to_text(settings.listen)));
    }
    VIGIL_TRY(redis_password());
    VIGIL_TRY(scene_key());
    return database_password();
  }

  Result<void> redis_password() {
    auto& settings = out_.settings;
    if (settings.redis_password_file.empty()) return {};
    if (settings.redis_url.empty()) return bad("redis.password_file is set, but redis.url is not");
    VIGIL_ASSIGN(auto text, read_text_file(settings.redis_password_file, 4096));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty()) return bad(fmt::format("redis.password_file: {} is empty", settings.redis_password_file));
    auto config = sinks::parse_redis_url(settings.redis_url.reveal());
    if (!config) return std::move(config).error();
    if (!config->password.empty()) return bad("redis.password_file: redis.url has a password already; keep one");
    settings.redis_url = with_password(settings.redis_url, text);
    return {};
  }

  Result<void> scene_key() {
    auto& settings = out_.settings;
    if (!settings.scene_endpoint.empty() && settings.scene_model.empty()) {
      return bad("scene.endpoint is set, but scene.model is not");
    }
    if (settings.scene_key_file.empty()) return {};
    if (!settings.scene_key.empty()) return bad("scene.key and scene.key_file are both set; keep one");
    VIGIL_ASSIGN(auto text, read_text_file(settings.scene_key_file, 4096));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty()) return bad(fmt::format("scene.key_file: {} is empty", settings.scene_key_file));
    auto done = assign(settings, *find_option("scene.key"), text);
    return done ? std::move(done) : bad("scene.key_file: " + done.error().message);
  }

  Result<void> database_password() {
    auto& settings = out_.settings;
    if (settings.database_password_file.empty()) return {};
    if (settings.database_url.empty()) return bad("database.password_file is set, but database.url is not");
    VIGIL_ASSIGN(auto text, read_text_file(settings.database_password_file, 4096));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.empty()) return bad(fmt::format("database.password_file: {} is empty", settings.database_password_file));
    if (user_of(settings.database_url).find(':') != std::string::npos) {
      return bad("database.password_file: database.url has a password already; keep one");
    }
    settings.database_url = with_password(settings.database_url, text);
    return {};
  }

  // What stands before the '@' of an address.
  static std::string user_of(const Secret& url) {
    const auto& text = url.reveal();
    auto start = text.find("://") + 3;
    auto sign = text.substr(start, text.find('/', start) - start).rfind('@');
    return sign == std::string::npos ? "" : text.substr(start, sign);
  }

  // The password goes into the address where it belongs: behind the user name.
  static Secret with_password(const Secret& url, const std::string& password) {
    const auto& text = url.reveal();
    auto start = text.find("://") + 3;
    auto user = user_of(url);
    auto rest = text.substr(start + (text.find('@', start) == start + user.size() ? user.size() + 1 : 0));
    if (!user.empty() && user.back() == ':') user.pop_back();
    return Secret(text.substr(0, start) + user + ":" + percent_encode(password) + "@" + rest);
  }

  const Sources& sources_;
  Configuration out_;
};

}  // namespace

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> out;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    std::string_view text(*each);
    auto equals = text.find('=');
    if (equals != std::string_view::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  // Services and containers are often started without it.
  if (out.find("HOME") == out.end()) {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    bool known = ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
    if (known && found->pw_dir != nullptr && found->pw_dir[0] == '/') out.emplace("HOME", found->pw_dir);
  }
  return out;
}

std::string default_data_dir(const std::map<std::string, std::string>& environment) {
  auto folder = home_folder(environment, "XDG_DATA_HOME", "/.local/share");
  return folder.empty() ? "" : folder + "/vigil";
}

Result<Configuration> load(const Sources& sources) {
  return Loader(sources).run();
}

}  // namespace vigil::app
