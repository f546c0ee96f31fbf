#include "footage/open_video.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "blob/file_io.h"

namespace vigil::footage {
namespace {

class BlobSource final : public extract::Source {
 public:
  BlobSource(blob::Store& blobs, blob::Key key, std::string version, Fd copy)
      : blobs_(blobs), key_(std::move(key)), version_(std::move(version)), copy_(std::move(copy)) {}

  Result<void> fetch(std::uint64_t offset, std::uint64_t bytes) override {
    while (bytes > 0) {
      VIGIL_ASSIGN(const auto piece, blobs_.read(key_, offset, bytes));
      if (piece.whole.version != version_) {
        return make_error(ErrorKind::Unavailable, "the file was replaced in the storage while it was read",
                          "blob.replaced");
      }
      if (piece.bytes.empty() || piece.bytes.size() > bytes) {
        return make_error(ErrorKind::DataLoss, "the storage answered another piece than was asked for", "blob.short");
      }
      VIGIL_TRY(blob::write_all(copy_.get(), piece.bytes, offset, key_.text()));
      offset += piece.bytes.size();
      bytes -= piece.bytes.size();
    }
    return {};
  }

 private:
  blob::Store& blobs_;
  const blob::Key key_;
  const std::string version_;
  const Fd copy_;
};

}  // namespace

OpenVideo fetching_opener(blob::Store& blobs, std::string scratch) {
  return [&blobs, scratch = std::move(scratch)](const blob::Key& key) -> Result<extract::Input> {
    std::error_code error;
    std::filesystem::create_directories(scratch, error);
    // It has no name: after a crash nothing is left of it.
    Fd copy(::open(scratch.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!copy) return blob::io_error(errno, "copy", key.text());
    extract::Input out;
    out.file = Fd(::open(fmt::format("/proc/self/fd/{}", copy.get()).c_str(), O_RDONLY | O_CLOEXEC));
    if (!out.file) return blob::io_error(errno, "copy", key.text());
    VIGIL_ASSIGN(const auto known, blobs.read(key, 0, 0));
    out.size = known.whole.size;
    out.source = std::make_unique<BlobSource>(blobs, key, known.whole.version, std::move(copy));
    return out;
  };
}

bool is_of_storage(const Error& error) {
  return error.code.starts_with("blob.");
}

}  // namespace vigil::footage
