#include "store/data_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "base/ids.h"
#include "base/json.h"
#include "store/files.h"

namespace vigil::store {
namespace {

constexpr int kFormat = 1;
constexpr const char* kIdentity = "vigil.json";
constexpr const char* kLock = "vigil.lock";
// What may lie in a folder that Vigil has never used: a file system's own, and what a first start left that was cut off
// at once.
constexpr std::array<std::string_view, 4> kIgnorable = {"lost+found", ".gitkeep", "vigil.lock", "vigil.json.new"};

Error refuse(std::string message, std::string code) {
  return make_error(ErrorKind::FailedPrecondition, std::move(message), std::move(code));
}

Result<void> make_folder(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return {};
    return refuse(fmt::format("{} is not a folder", path), "store.data_dir");
  }
  if (errno != ENOENT) return file_error(errno, "open", path);
  auto parent = std::filesystem::path(path).parent_path();
  std::error_code failed;
  if (!parent.empty()) std::filesystem::create_directories(parent, failed);
  if (failed) return file_error(failed.value(), "create", parent.string());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return file_error(errno, "create", path);
  return {};
}

Result<void> refuse_network(const std::string& path) {
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0) return file_error(errno, "open", path);
  auto name = network_fs_name(static_cast<unsigned long>(status.f_type));
  if (!name) return {};
  return refuse(
      fmt::format("{} lies on a network file system ({}), where the database's locks cannot be relied on: choose a "
                  "folder on a local disk (recordings may lie elsewhere), or allow it in the configuration",
                  path, *name),
      "store.network_fs");
}

Result<void> refuse_foreign(const std::string& path) {
  if (::access((path + "/" + kIdentity).c_str(), F_OK) == 0) return {};
  std::error_code failed;
  for (auto entry = std::filesystem::directory_iterator(path, failed);
       !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    auto name = entry->path().filename().string();
    if (std::find(kIgnorable.begin(), kIgnorable.end(), name) != kIgnorable.end()) continue;
    return refuse(
        fmt::format(
            "{} is a foreign directory: it has files in it but no {}. Choose an empty folder; if it was Vigil's, "
            "restore {} from a backup",
            path, kIdentity, kIdentity),
        "store.foreign_dir");
  }
  if (failed) return file_error(failed.value(), "read", path);
  return {};
}

Result<int> lock_folder(const std::string& path) {
  auto name = path + "/" + kLock;
  int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return file_error(errno, "open", name);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    int number = errno;
    std::array<char, 32> text{};
    auto got = ::pread(fd, text.data(), text.size(), 0);
    ::close(fd);
    if (number != EWOULDBLOCK) return file_error(number, "lock", name);
    long pid = 0;
    if (got > 0) std::from_chars(text.data(), text.data() + got, pid);
    return refuse(fmt::format("{} is in use by another server (process {}): stop that one, or choose another folder",
                              path, pid > 0 ? std::to_string(pid) : "unknown"),
                  "store.in_use");
  }
  auto pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    auto error = file_error(errno, "write", name);
    ::close(fd);
    return error;
  }
  return fd;
}

}  // namespace

std::optional<std::string_view> network_fs_name(unsigned long magic) {
  switch (magic & 0xffffffffUL) {
    case 0x6969:
      return "NFS";
    case 0x517b:
      return "SMB";
    case 0xff534d42:
      return "CIFS";
    case 0xfe534d42:
      return "SMB2";
    case 0x01021997:
      return "9P";
    case 0x65735546:
      return "FUSE";  // sshfs, s3fs, …; a local one cannot be told apart
    case 0x5346414f:
      return "AFS";
    case 0x6b414653:
      return "kAFS";
    case 0x00c36400:
      return "Ceph";
    case 0x73757245:
      return "Coda";
    case 0x564c:
      return "NCP";
    case 0x0bd00bd0:
      return "Lustre";
    case 0x01161970:
      return "GFS2";
    case 0x7461636f:
      return "OCFS2";
    case 0x786f4256:
      return "VirtualBox shared folder";
    case 0xbacbacbc:
      return "VMware shared folder";
    default:
      return std::nullopt;
  }
}

Result<std::unique_ptr<DataDir>> DataDir::open(const std::string& path, bool allow_network_fs, WallTime now) {
  if (path.empty()) return make_error(ErrorKind::InvalidArgument, "no data directory is given", "store.data_dir");
  VIGIL_TRY(make_folder(path));
  if (!allow_network_fs) VIGIL_TRY(refuse_network(path));
  VIGIL_TRY(refuse_foreign(path));  // before the lock file could be left in it
  VIGIL_ASSIGN(int lock, lock_folder(path));
  std::unique_ptr<DataDir> made(new DataDir(path, lock));
  VIGIL_TRY(made->read_or_make_identity(now));
  return made;
}

Result<void> DataDir::prepare(const std::string& path, bool allow_network_fs, WallTime now) {
  if (!path.empty() && ::access((path + "/" + kIdentity).c_str(), F_OK) == 0) return {};
  auto made = open(path, allow_network_fs, now);
  // Whoever holds the lock makes the identity.
  if (!made && made.error().code != "store.in_use") return std::move(made).error();
  return {};
}

DataDir::~DataDir() {
  ::close(lock_);
}

Result<void> DataDir::read_or_make_identity(WallTime now) {
  auto path = file(kIdentity);
  auto text = read_private_file(path, 64 << 10);
  if (!text && text.error().kind == ErrorKind::NotFound) {
    instance_ = new_uuid();
    created_ = to_rfc3339(now);
    return write_identity(false);
  }
  if (!text) return std::move(text).error();
  auto damaged =
      make_error(ErrorKind::DataLoss, fmt::format("{} is damaged: restore it from a backup", path), "store.identity");
  auto json = parse_json(*text);
  if (!json || !json->is_object()) return damaged;
  const auto& object = *json;
  if (!object.contains("format") || !object["format"].is_number_integer()) return damaged;
  if (object["format"].get<std::int64_t>() != kFormat) {
    return refuse(
        fmt::format("{} was written by another version of Vigil (format {}, this one reads {}): start that version",
                    path, object["format"].get<std::int64_t>(), kFormat),
        "store.newer");
  }
  for (const char* member : {"instance", "created"}) {
    if (!object.contains(member) || !object[member].is_string()) return damaged;
  }
  instance_ = object["instance"].get<std::string>();
  created_ = object["created"].get<std::string>();
  if (instance_.empty()) return damaged;
  ready_ = object.contains("ready") && object["ready"].is_boolean() && object["ready"].get<bool>();
  return {};
}

Result<void> DataDir::write_identity(bool ready) {
  Json object = {{"format", kFormat}, {"instance", instance_}, {"created", created_}, {"ready", ready}};
  VIGIL_TRY(write_private_file(file(kIdentity), to_text(object) + "\n"));
  ready_ = ready;
  return {};
}

Result<void> DataDir::set_ready() {
  return ready_ ? Result<void>() : write_identity(true);
}

}  // namespace vigil::store
