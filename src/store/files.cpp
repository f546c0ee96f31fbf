#include "store/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace vigil::store {
namespace {

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

Result<void> write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error(errno, "write", path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return file_error(errno, "write", path);
  return {};
}

}  // namespace

Error file_error(int number, std::string_view what, const std::string& path) {
  auto kind = ErrorKind::Unavailable;
  std::string_view advice;
  switch (number) {
    case ENOENT:
      kind = ErrorKind::NotFound;
      break;
    case EACCES:
    case EPERM:
      kind = ErrorKind::PermissionDenied;
      advice = "; the server's user needs to own it";
      break;
    case EROFS:
      kind = ErrorKind::PermissionDenied;
      advice = "; mount it writable";
      break;
    case ENOSPC:
    case EDQUOT:
      kind = ErrorKind::StorageFull;
      advice = "; free some space";
      break;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
      kind = ErrorKind::FailedPrecondition;
      break;
    default:
      break;
  }
  auto reason = std::error_code(number, std::generic_category()).message();
  return make_error(kind, fmt::format("{} {}: {}{}", what, path, reason, advice), "store.file");
}

Result<std::string> read_private_file(const std::string& path, std::size_t max_bytes) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.fd() < 0) return file_error(errno, "read", path);
  struct stat status {};
  if (::fstat(file.fd(), &status) != 0) return file_error(errno, "read", path);
  if (!S_ISREG(status.st_mode)) {
    return make_error(ErrorKind::FailedPrecondition, fmt::format("{} is not a plain file", path), "store.file");
  }
  if ((status.st_mode & 077) != 0 && ::fchmod(file.fd(), 0600) != 0) return file_error(errno, "protect", path);
  std::string content;
  std::array<char, 4096> buffer{};
  while (true) {
    auto got = ::read(file.fd(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error(errno, "read", path);
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > max_bytes) {
      return make_error(ErrorKind::DataLoss, fmt::format("{} is larger than it can be", path), "store.file");
    }
  }
}

Result<void> write_private_file(const std::string& path, std::string_view content) {
  auto fresh = path + ".new";
  auto folder = path.substr(0, path.rfind('/'));
  if (::unlink(fresh.c_str()) != 0 && errno != ENOENT) return file_error(errno, "write", fresh);
  {
    File file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.fd() < 0) return file_error(errno, "write", fresh);
    if (auto written = write_all(file.fd(), content, fresh); !written) {
      ::unlink(fresh.c_str());
      return written;
    }
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return file_error(errno, "write", path);
  // The name is on disk only when the folder is.
  File directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.fd() < 0 || ::fsync(directory.fd()) != 0) return file_error(errno, "write", folder);
  return {};
}

}  // namespace vigil::store
