#include "app/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace vigil::app {

Result<void> write_file(const std::string& path, std::string_view text) {
  auto failed = [&] {
    return make_error(ErrorKind::Unavailable, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  };
  auto part = path + ".part";
  int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) return failed();
  std::size_t done = 0;
  while (done < text.size()) {
    auto wrote = ::write(fd, text.data() + done, text.size() - done);
    if (wrote < 0) break;
    done += static_cast<std::size_t>(wrote);
  }
  bool good = done == text.size() && ::fsync(fd) == 0;
  int code = errno;
  ::close(fd);
  if (good && ::rename(part.c_str(), path.c_str()) == 0) return {};
  errno = good ? errno : code;
  auto error = failed();
  ::unlink(part.c_str());
  return error;
}

}  // namespace vigil::app
