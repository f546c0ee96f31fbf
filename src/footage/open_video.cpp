#include "footage/open_video.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "blob/file_io.h"

namespace vigil::footage {
namespace {

constexpr std::uint64_t kCopyPiece = 8u << 20;

}  // namespace

OpenVideo copying_opener(blob::Store& blobs, std::string scratch) {
  return [&blobs, scratch = std::move(scratch)](const blob::Key& key) -> Result<extract::Input> {
    std::error_code error;
    std::filesystem::create_directories(scratch, error);
    // It has no name: after a crash nothing is left of it.
    const Fd copy(::open(scratch.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!copy) return blob::io_error(errno, "copy", key.text());
    extract::Input out;
    const auto append = [&](std::string_view piece) -> Result<void> {
      VIGIL_TRY(blob::write_all(copy.get(), piece, out.size, key.text()));
      out.size += piece.size();
      return {};
    };
    VIGIL_TRY(blob::read_all(blobs, key, append, kCopyPiece));
    out.file = Fd(::open(fmt::format("/proc/self/fd/{}", copy.get()).c_str(), O_RDONLY | O_CLOEXEC));
    if (!out.file) return blob::io_error(errno, "copy", key.text());
    return out;
  };
}

}  // namespace vigil::footage
