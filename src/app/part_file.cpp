#include "app/part_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace vigil::app {

Result<std::unique_ptr<PartFile>> PartFile::create(const std::string& path) {
  const auto part = path + ".part";
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
  std::FILE* file = fd < 0 ? nullptr : ::fdopen(fd, "w");
  if (file == nullptr) {
    auto error = make_error(ErrorKind::Unavailable, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
    if (fd >= 0) ::close(fd);
    return error;
  }
  return std::unique_ptr<PartFile>(new PartFile(path, file));
}

PartFile::~PartFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  ::unlink((path_ + ".part").c_str());
}

Error PartFile::failed() const {
  return make_error(ErrorKind::Unavailable, fmt::format("cannot write {}: {}", path_, std::strerror(errno)));
}

Result<void> PartFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) return failed();
  return {};
}

Result<void> PartFile::commit() {
  const auto part = path_ + ".part";
  auto* file = std::exchange(file_, nullptr);
  const bool good = std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
  if (std::fclose(file) != 0 || !good || ::rename(part.c_str(), path_.c_str()) != 0) {
    auto error = failed();
    ::unlink(part.c_str());
    return error;
  }
  return {};
}

}  // namespace vigil::app
