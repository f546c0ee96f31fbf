#include "vision/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vigil::vision {

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most) {
  const auto name = path.string();
  // O_NONBLOCK: a pipe must not make us wait for a writer.
  const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return make_error(errno == ENOENT || errno == ENOTDIR ? ErrorKind::NotFound : ErrorKind::Unavailable,
                      fmt::format("{}: {}", name, std::strerror(errno)));
  }
  struct Closer {
    int fd;
    ~Closer() { ::close(fd); }
  } closer{fd};
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
    return make_error(ErrorKind::InvalidArgument, fmt::format("{} is no file", name));
  if (static_cast<std::uintmax_t>(info.st_size) > most)
    return make_error(ErrorKind::PayloadTooLarge, fmt::format("{} has more than {} bytes", name, most));
  std::string out(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t done = 0;
  while (done < out.size()) {
    const auto got = ::read(fd, out.data() + done, out.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return make_error(ErrorKind::Unavailable, fmt::format("{}: {}", name, std::strerror(errno)));
    if (got == 0) break;  // it became shorter
    done += static_cast<std::size_t>(got);
  }
  out.resize(done);
  return out;
}

}  // namespace vigil::vision
