#include "blob/memory.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "base/sync.h"

namespace vigil::blob {
namespace {

Error no_blob(const Key& key) {
  return make_error(ErrorKind::NotFound, "there is no blob " + key.text(), "blob.not_found");
}

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(Clock& clock) : clock_(clock) {}

  Result<void> put(const Key& key, std::string_view bytes) override {
    if (bytes.size() > kMaxPiece) return make_error(ErrorKind::PayloadTooLarge, "too large to be put at once");
    const auto now = clock_.wall();
    MutexLock lock(mutex_);
    blobs_[key.text()] = {std::string(bytes), {bytes.size(), std::to_string(++versions_), now}};
    return {};
  }

  Result<void> adopt(const Key& key, const std::string& path) override {
    std::ifstream file(path, std::ios::binary);
    if (!file) return make_error(ErrorKind::NotFound, "there is no file " + path, "blob.file");
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    VIGIL_TRY(put(key, bytes));
    static_cast<void>(std::remove(path.c_str()));
    return {};
  }

  Result<Piece> read(const Key& key, std::uint64_t offset, std::uint64_t size) override {
    MutexLock lock(mutex_);
    auto found = blobs_.find(key.text());
    if (found == blobs_.end()) return no_blob(key);
    const auto& [bytes, info] = found->second;
    const auto from = std::min<std::uint64_t>(offset, bytes.size());
    return Piece{bytes.substr(from, std::min(size, kMaxPiece)), info};
  }

  Result<void> remove(const Key& key) override {
    MutexLock lock(mutex_);
    blobs_.erase(key.text());
    return {};
  }

  Result<std::vector<Listed>> list(const std::string& folder, const std::string& after, int limit) override {
    if (!is_folder(folder)) return make_error(ErrorKind::InvalidArgument, "that is no folder of blobs", "blob.key");
    std::vector<Listed> out;
    MutexLock lock(mutex_);
    for (auto it = blobs_.upper_bound(std::max(after, folder)); it != blobs_.end(); ++it) {
      if (!it->first.starts_with(folder)) break;
      if (out.size() >= static_cast<std::size_t>(std::clamp(limit, 1, kMaxListed))) break;
      out.push_back({it->first, it->second.info.size});
    }
    return out;
  }

 private:
  struct Kept {
    std::string bytes;
    Info info;
  };
  Clock& clock_;
  Mutex mutex_;
  std::map<std::string, Kept> blobs_ VIGIL_GUARDED_BY(mutex_);
  std::uint64_t versions_ VIGIL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

std::unique_ptr<Store> make_memory_store(Clock& clock) {
  return std::make_unique<MemoryStore>(clock);
}

}  // namespace vigil::blob
