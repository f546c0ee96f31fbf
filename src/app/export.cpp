#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "app/camera_target.h"
#include "app/camera_yaml.h"
#include "app/commands.h"
#include "app/exit_code.h"

namespace vigil::app {
namespace {

// Writes a new file and puts it into the place of the old one, so that a failure leaves the old one whole.
Result<void> write_file(const std::string& path, const std::string& text) {
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

}  // namespace

int export_cameras(const ExportOptions& options) {
  auto fail = [](const Error& error, int status) {
    fmt::print(stderr, "vigil export: {}\n", error.message);
    return status;
  };
  auto target = camera_target(options.remote, options.data_dir);
  if (!target) return fail(target.error(), exit_status(target.error()));
  auto cameras = (*target)->list();
  if (!cameras) return fail(cameras.error(), exit_status(cameras.error()));
  auto text = to_camera_yaml(*cameras);
  if (options.file.empty() || options.file == "-") {
    fmt::print("{}", text);
    return kOk;
  }
  if (auto written = write_file(options.file, text); !written.ok()) return fail(written.error(), kFailed);
  fmt::print(stderr, "{} cameras written to {}\n", cameras->size(), options.file);
  return kOk;
}

}  // namespace vigil::app
