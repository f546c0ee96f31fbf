#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "blob/key.h"

namespace vigil::blob {

struct Info {
  std::uint64_t size = 0;
  std::string version;  // changes whenever the bytes do; opaque
  WallTime modified;
};

struct Piece {
  std::string bytes;
  Info whole;  // of the blob that it is a piece of
};

struct Listed {
  std::string key;
  std::uint64_t size = 0;
};

inline constexpr std::uint64_t kMaxPiece = 64u << 20;
inline constexpr int kMaxListed = 1000;

// Bytes by key. A blob appears whole or not at all, replaces the one before in one step, and is durable when the call
// that made it returns. Thread-safe; calls block for as long as the storage needs: never call them from an event loop.
//
// Errors: NotFound (blob.not_found), StorageFull, PermissionDenied, Unavailable (retry), DataLoss (what came is not
// what is stored), FailedPrecondition (blob.root: the storage is not the one that it should be).
class Store {
 public:
  virtual ~Store() = default;
  // For what is small: at most kMaxPiece, else PayloadTooLarge.
  virtual Result<void> put(const Key& key, std::string_view bytes) = 0;
  // Takes the file at `path` over: afterwards it is gone from there. When it fails, the file is still where it was.
  virtual Result<void> adopt(const Key& key, const std::string& path) = 0;
  // At most `size` bytes (cut to kMaxPiece) from `offset`; fewer where the blob ends. Size 0: only what it is.
  virtual Result<Piece> read(const Key& key, std::uint64_t offset, std::uint64_t size) = 0;
  virtual Result<void> remove(const Key& key) = 0;  // no error when there is none
  // Keys under `folder` ("frames/0192…/", or "frames/") in their order after `after`, at most `limit` (cut to
  // kMaxListed).
  virtual Result<std::vector<Listed>> list(const std::string& folder, const std::string& after, int limit) = 0;
};

// Removes everything under a folder; stops at the first error.
Result<void> remove_folder(Store& store, const std::string& folder);

// Reads all of it in pieces. `each` may end it with an error.
template <typename Each>
Result<void> read_all(Store& store, const Key& key, Each each, std::uint64_t piece = 1u << 20) {
  std::string version;
  for (std::uint64_t offset = 0;;) {
    VIGIL_ASSIGN(auto part, store.read(key, offset, piece));
    if (!version.empty() && part.whole.version != version) {
      return make_error(ErrorKind::Conflict, "the blob was replaced while it was read", "blob.replaced");
    }
    version = part.whole.version;
    offset += part.bytes.size();
    if (part.bytes.empty() && offset < part.whole.size) {
      return make_error(ErrorKind::DataLoss, "the blob ends before its end", "blob.short");
    }
    VIGIL_TRY(each(std::string_view(part.bytes)));
    if (offset >= part.whole.size) return {};
  }
}

}  // namespace vigil::blob
