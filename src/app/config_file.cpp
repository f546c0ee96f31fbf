#include "app/config_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>

namespace vigil::app {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 4;

class Walker {
 public:
  explicit Walker(std::string name) : name_(std::move(name)) {}

  Result<void> walk(const YAML::Node& map, const std::string& prefix, int depth) {
    if (depth > kMaxDepth) return at(map, "is nested too deeply");
    for (const auto& pair : map) {
      if (!pair.first.IsScalar()) return at(pair.first, "expected a key");
      auto key = prefix.empty() ? pair.first.Scalar() : prefix + "." + pair.first.Scalar();
      if (pair.second.IsMap()) {
        VIGIL_TRY(walk(pair.second, key, depth + 1));
      } else {
        VIGIL_TRY(add(key, pair.first, pair.second));
      }
    }
    return {};
  }

  std::vector<ConfigEntry> take() { return std::move(entries_); }

 private:
  Result<void> add(const std::string& key, const YAML::Node& where, const YAML::Node& value) {
    ConfigEntry entry{key, {}, line(where)};
    if (auto [before, is_new] = lines_.emplace(key, entry.line); !is_new) {
      return at(where, fmt::format("{} stands here and in line {}; keep one", key, before->second));
    }
    if (value.IsScalar()) {
      entry.text = value.Scalar();
    } else if (value.IsSequence()) {
      for (const auto& each : value) {
        if (!each.IsScalar()) return at(each, fmt::format("{}: expected a list of plain values", key));
        if (each.Scalar().find(',') != std::string::npos)
          return at(each, fmt::format("{}: an entry cannot have a comma", key));
        entry.text += (entry.text.empty() ? "" : ", ") + each.Scalar();
      }
    } else {
      return at(where, fmt::format("{} has no value; remove the line to get the default", key));
    }
    entries_.push_back(std::move(entry));
    return {};
  }

  static int line(const YAML::Node& node) { return node.Mark().line + 1; }
  Error at(const YAML::Node& node, const std::string& why) const {
    return make_error(ErrorKind::InvalidArgument, fmt::format("{}:{}: {}", name_, line(node), why), "configuration");
  }

  const std::string name_;
  std::vector<ConfigEntry> entries_;
  std::map<std::string, int> lines_;
};

}  // namespace

Result<std::vector<ConfigEntry>> parse_config(std::string_view yaml, const std::string& name) {
  if (yaml.size() > kMaxBytes)
    return make_error(ErrorKind::PayloadTooLarge, fmt::format("{}: larger than 1 MiB", name));
  try {
    auto root = YAML::Load(std::string(yaml));
    if (root.IsNull()) return std::vector<ConfigEntry>{};
    if (!root.IsMap())
      return make_error(ErrorKind::InvalidArgument, fmt::format("{}:1: expected lines such as \"server:\"", name));
    Walker walker(name);
    VIGIL_TRY(walker.walk(root, "", 1));
    return walker.take();
  } catch (const YAML::Exception& e) {
    return make_error(ErrorKind::InvalidArgument,
                      fmt::format("{}:{}: not valid YAML: {}", name, e.mark.line + 1, e.msg), "configuration");
  } catch (const std::exception&) {
    return make_error(ErrorKind::InvalidArgument, fmt::format("{}: not valid YAML", name), "configuration");
  }
}

Result<std::string> read_text_file(const std::string& path, std::size_t limit) {
  struct Descriptor {
    int fd;
    ~Descriptor() {
      if (fd >= 0) ::close(fd);
    }
  } file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  auto failed = [&] {
    auto kind = errno == ENOENT   ? ErrorKind::NotFound
                : errno == EACCES ? ErrorKind::PermissionDenied
                                  : ErrorKind::Unavailable;
    return make_error(kind, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  };
  if (file.fd < 0) return failed();
  struct stat info {};
  if (::fstat(file.fd, &info) != 0) return failed();
  if (S_ISDIR(info.st_mode))
    return make_error(ErrorKind::InvalidArgument, fmt::format("cannot read {}: it is a folder", path));
  std::string out;
  std::array<char, 16384> buffer{};
  for (;;) {
    auto got = ::read(file.fd, buffer.data(), buffer.size());
    if (got < 0) return failed();
    if (got == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(got));
    if (out.size() > limit) {
      return make_error(ErrorKind::PayloadTooLarge, fmt::format("{} is larger than {} bytes", path, limit));
    }
  }
}

}  // namespace vigil::app
