#include "footage/scratch_video.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "blob/file_io.h"

namespace vigil::footage {
namespace {

constexpr const char* kWhat = "the annotated video";

}  // namespace

Result<ScratchVideo> ScratchVideo::create(const std::string& folder) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  Fd file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file) return blob::io_error(errno, "make room for", kWhat);
  return ScratchVideo(folder, std::move(file));
}

Result<void> ScratchVideo::put(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  VIGIL_TRY(blob::write_all(file_.get(), text, offset, kWhat));
  size_ = std::max(size_, offset + bytes.size());
  return {};
}

Result<void> ScratchVideo::publish(blob::Store& blobs, const blob::Key& key) {
  // Blobs are taken over by their name.
  const auto path = fmt::format("{}/{}", folder_, new_uuid());
  const auto self = fmt::format("/proc/self/fd/{}", file_.get());
  if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return blob::io_error(errno, "name", kWhat);
  }
  auto taken = blobs.adopt(key, path);
  if (!taken) ::unlink(path.c_str());
  return taken;
}

}  // namespace vigil::footage
