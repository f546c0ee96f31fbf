#include "blob/file_io.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace vigil::blob {

Error io_error(int number, std::string_view what, std::string_view name) {
  auto kind = ErrorKind::Unavailable;
  const char* code = "blob.io";
  std::string_view advice;
  switch (number) {
    case ENOENT:
      kind = ErrorKind::NotFound;
      code = "blob.not_found";
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      kind = ErrorKind::PermissionDenied;
      advice = "; the server's user must be able to write there";
      break;
    case ENOSPC:
    case EDQUOT:
      kind = ErrorKind::StorageFull;
      code = "blob.full";
      advice = "; free some space";
      break;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
      kind = ErrorKind::FailedPrecondition;
      code = "blob.foreign";
      advice = "; something lies there that the server did not make";
      break;
    default:
      break;
  }
  auto reason = std::error_code(number, std::generic_category()).message();
  return make_error(kind, fmt::format("{} {}: {}{}", what, name, reason, advice), code);
}

Result<void> write_all(int fd, std::string_view bytes, std::uint64_t offset, std::string_view name) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error(errno, "write", name);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<std::string> read_at(int fd, std::uint64_t offset, std::size_t size, std::string_view name) {
  std::string out(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const auto got = ::pread(fd, out.data() + filled, size - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(errno, "read", name);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  out.resize(filled);
  return out;
}

}  // namespace vigil::blob
