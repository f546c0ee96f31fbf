#include "blob/fs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>

#include "base/ids.h"
#include "base/json.h"
#include "blob/file_io.h"

namespace vigil::blob {
namespace {

constexpr const char* kIdentity = "vigil-blobs.json";
constexpr const char* kNew = ".new";  // where blobs are until they are whole; no key begins with a dot
constexpr auto kForgotten = std::chrono::hours(24);
constexpr std::size_t kCopyPiece = 1u << 20;
constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Info info_of(const struct stat& status) {
  const auto nanos = std::chrono::seconds(status.st_mtim.tv_sec) + Nanos(status.st_mtim.tv_nsec);
  return {static_cast<std::uint64_t>(status.st_size),
          fmt::format("{:x}-{:x}-{:x}", status.st_ino, nanos.count(), status.st_size),
          WallTime(std::chrono::duration_cast<std::chrono::microseconds>(nanos))};
}

struct Entry {
  std::string name;  // with a slash at the end for folders, so that they sort as keys do
};

Result<std::vector<Entry>> entries_of(const Fd& folder, std::string_view name) {
  std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(::openat(folder.get(), ".", kFolderFlags)), ::closedir);
  if (!open) return io_error(errno, "list", name);
  std::vector<Entry> out;
  errno = 0;
  while (const auto* entry = ::readdir(open.get())) {
    std::string found = entry->d_name;
    if (found.starts_with('.')) continue;
    struct stat status {};
    if (::fstatat(folder.get(), found.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISDIR(status.st_mode)) out.push_back({found + "/"});
    if (S_ISREG(status.st_mode)) out.push_back({found});
  }
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return out;
}

class Files final : public FsStore {
 public:
  Files(Fd root, Fd fresh, std::string id) : root_(std::move(root)), new_(std::move(fresh)), id_(std::move(id)) {}

  const std::string& id() const override { return id_; }

  Result<Fd> open(const Key& key) override {
    VIGIL_ASSIGN(auto place, find(key.text(), false));
    Fd file(::openat(place.folder.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file) return io_error(errno, "read", key.text());
    return file;
  }

  Result<void> put(const Key& key, std::string_view bytes) override {
    if (bytes.size() > kMaxPiece)
      return make_error(ErrorKind::PayloadTooLarge, "too large to be put at once", "blob.size");
    VIGIL_TRY(usable());
    const auto name = random_hex(16);
    Fd file(::openat(new_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return io_error(errno, "write", key.text());
    auto done = write_all(file.get(), bytes, 0, key.text());
    if (done) done = publish(key, file, new_.get(), name);
    if (!done) ::unlinkat(new_.get(), name.c_str(), 0);
    return done;
  }

  Result<void> adopt(const Key& key, const std::string& path) override {
    VIGIL_TRY(usable());
    Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file) return io_error(errno, "take over the file for", key.text());
    struct stat mine {
    }, theirs{};
    if (::fstat(file.get(), &theirs) != 0 || ::fstat(root_.get(), &mine) != 0)
      return io_error(errno, "take over the file for", key.text());
    if (!S_ISREG(theirs.st_mode)) return io_error(EISDIR, "take over the file for", key.text());
    if (mine.st_dev == theirs.st_dev) {
      if (::fchmod(file.get(), 0600) != 0) return io_error(errno, "protect", key.text());
      return publish(key, file, AT_FDCWD, path);
    }
    VIGIL_TRY(copy(key, file));
    ::unlink(path.c_str());
    return {};
  }

  Result<Piece> read(const Key& key, std::uint64_t offset, std::uint64_t size) override {
    VIGIL_ASSIGN(auto place, find(key.text(), false));
    Fd file(::openat(place.folder.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file) return io_error(errno, "read", key.text());
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return io_error(errno, "read", key.text());
    if (!S_ISREG(status.st_mode)) return io_error(EISDIR, "read", key.text());
    Piece piece{{}, info_of(status)};
    if (offset >= piece.whole.size) return piece;
    const auto count = std::min({size, kMaxPiece, piece.whole.size - offset});
    VIGIL_ASSIGN(piece.bytes, read_at(file.get(), offset, static_cast<std::size_t>(count), key.text()));
    return piece;
  }

  Result<void> remove(const Key& key) override {
    auto place = find(key.text(), false);
    if (!place) return place.error().kind == ErrorKind::NotFound ? Result<void>() : place.error();
    if (::unlinkat(place->folder.get(), place->name.c_str(), 0) != 0 && errno != ENOENT)
      return io_error(errno, "remove", key.text());
    // Empty folders go with their last blob, up to the prefix. One that is being filled again meanwhile stays: it is
    // not empty, or whoever fills it makes it anew.
    auto folder = key.text().substr(0, key.text().rfind('/'));
    while (folder.find('/') != std::string::npos) {
      auto above = find(folder, false);
      if (!above || ::unlinkat(above->folder.get(), above->name.c_str(), AT_REMOVEDIR) != 0) break;
      folder = folder.substr(0, folder.rfind('/'));
    }
    return {};
  }

  Result<std::vector<Listed>> list(const std::string& folder, const std::string& after, int limit) override {
    if (!is_folder(folder)) return make_error(ErrorKind::InvalidArgument, "that is no folder of blobs", "blob.key");
    std::vector<Listed> out;
    auto place = find(folder + "x", false);
    if (!place) return place.error().kind == ErrorKind::NotFound ? Result<std::vector<Listed>>(out) : place.error();
    VIGIL_TRY(walk(place->folder, folder, after, static_cast<std::size_t>(std::clamp(limit, 1, kMaxListed)), out));
    return out;
  }

 private:
  struct Place {
    Fd folder;
    std::string name;
  };

  Result<void> usable() const {
    if (!bad_) return {};
    return make_error(ErrorKind::Unavailable,
                      "the disk failed to keep what was written; nothing is written to it until it was looked at and "
                      "the server started again",
                      "blob.disk");
  }

  // The folder that the last segment lies in.
  Result<Place> find(std::string_view text, bool make) {
    Fd folder(::openat(root_.get(), ".", kFolderFlags));
    if (!folder) return io_error(errno, "open", text);
    auto rest = text;
    for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
      const std::string segment(rest.substr(0, slash));
      rest.remove_prefix(slash + 1);
      if (make) {
        if (::mkdirat(folder.get(), segment.c_str(), 0700) == 0) {
          VIGIL_TRY(sync(folder.get(), text));
        } else if (errno != EEXIST) {
          return io_error(errno, "make the folder of", text);
        }
      }
      Fd next(::openat(folder.get(), segment.c_str(), kFolderFlags));
      if (!next) return io_error(errno, "open", text);
      folder = std::move(next);
    }
    return Place{std::move(folder), std::string(rest)};
  }

  Result<void> sync(int fd, std::string_view name) {
    if (::fsync(fd) == 0) return {};
    const int number = errno;
    if (number == EIO) bad_ = true;
    return io_error(number, "store", name);
  }

  Result<void> publish(const Key& key, const Fd& file, int from, const std::string& name) {
    VIGIL_TRY(sync(file.get(), key.text()));
    // A folder can vanish with its last blob between being made and being used.
    for (int tries = 3;; --tries) {
      VIGIL_ASSIGN(auto place, find(key.text(), true));
      if (::renameat(from, name.c_str(), place.folder.get(), place.name.c_str()) == 0)
        return sync(place.folder.get(), key.text());
      if (errno != ENOENT || tries == 0) return io_error(errno, "publish", key.text());
    }
  }

  Result<void> copy(const Key& key, const Fd& source) {
    const auto name = random_hex(16);
    Fd file(::openat(new_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return io_error(errno, "write", key.text());
    Result<void> done;
    for (std::uint64_t offset = 0; done;) {
      auto piece = read_at(source.get(), offset, kCopyPiece, key.text());
      if (!piece) {
        done = piece.error();
      } else if (piece->empty()) {
        break;
      } else {
        done = write_all(file.get(), *piece, offset, key.text());
        offset += piece->size();
      }
    }
    if (done) done = publish(key, file, new_.get(), name);
    if (!done) ::unlinkat(new_.get(), name.c_str(), 0);
    return done;
  }

  Result<void> walk(const Fd& folder, const std::string& prefix, const std::string& after, std::size_t limit,
                    std::vector<Listed>& out) {
    VIGIL_ASSIGN(const auto entries, entries_of(folder, prefix));
    for (const auto& entry : entries) {
      if (out.size() >= limit) return {};
      const auto key = prefix + entry.name;
      if (!entry.name.ends_with('/')) {
        struct stat status {};
        if (key <= after || ::fstatat(folder.get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        out.push_back({key, static_cast<std::uint64_t>(status.st_size)});
        continue;
      }
      if (key < after && !after.starts_with(key)) continue;
      Fd next(::openat(folder.get(), entry.name.substr(0, entry.name.size() - 1).c_str(), kFolderFlags));
      if (next) VIGIL_TRY(walk(next, key, after, limit, out));
    }
    return {};
  }

  const Fd root_, new_;
  const std::string id_;
  std::atomic<bool> bad_{false};
};

Error wrong_root(const std::string& root, std::string_view why) {
  return make_error(ErrorKind::FailedPrecondition,
                    fmt::format("{} {}: mount the disk that blobs lie on, or say where they are", root, why),
                    "blob.root");
}

Result<std::string> identity_of(const Fd& root, const std::string& path) {
  Fd file(::openat(root.get(), kIdentity, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return io_error(errno, "read the identity of", path);
  VIGIL_ASSIGN(auto text, read_at(file.get(), 0, 4096, path));
  auto json = parse_json(text);
  if (!json || !json->is_object() || json->value("format", Json()) != 1 || !json->value("id", Json()).is_string())
    return make_error(ErrorKind::DataLoss, fmt::format("{}/{} cannot be read", path, kIdentity), "blob.root");
  return json->at("id").get<std::string>();
}

Result<std::string> make_identity(const Fd& root, const std::string& path) {
  VIGIL_ASSIGN(auto entries, entries_of(root, path));
  std::erase_if(entries, [](const Entry& entry) { return entry.name == "lost+found/"; });
  if (!entries.empty()) return wrong_root(path, "is not empty and not a folder of blobs");
  auto id = new_uuid();
  const auto text = to_text({{"format", 1}, {"id", id}}) + "\n";
  const std::string fresh = std::string(kIdentity) + ".new";
  Fd file(::openat(root.get(), fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return io_error(errno, "write the identity of", path);
  VIGIL_TRY(write_all(file.get(), text, 0, path));
  if (::fsync(file.get()) != 0 || ::renameat(root.get(), fresh.c_str(), root.get(), kIdentity) != 0 ||
      ::fsync(root.get()) != 0)
    return io_error(errno, "write the identity of", path);
  return id;
}

// What was being written when an earlier process ended; another process's is younger.
void clear_forgotten(const Fd& folder) {
  auto entries = entries_of(folder, kNew);
  if (!entries) return;
  const auto now = system_clock().wall();
  for (const auto& entry : *entries) {
    struct stat status {};
    if (::fstatat(folder.get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (now - info_of(status).modified > kForgotten) ::unlinkat(folder.get(), entry.name.c_str(), 0);
  }
}

}  // namespace

Result<std::unique_ptr<FsStore>> open_fs_store(const FsOptions& options) {
  const bool first = options.id.empty();
  if (first && ::mkdir(options.root.c_str(), 0700) != 0 && errno != EEXIST)
    return io_error(errno, "make", options.root);
  Fd root(::open(options.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) return errno == ENOENT ? wrong_root(options.root, "is missing") : io_error(errno, "open", options.root);
  auto id = identity_of(root, options.root);
  if (!id && id.error().kind == ErrorKind::NotFound) {
    if (!first) return wrong_root(options.root, fmt::format("has no {}", kIdentity));
    id = make_identity(root, options.root);
  }
  if (!id) return std::move(id).error();
  if (!first && *id != options.id) return wrong_root(options.root, "holds the blobs of another server");
  if (::mkdirat(root.get(), kNew, 0700) != 0 && errno != EEXIST) return io_error(errno, "write", options.root);
  Fd fresh(::openat(root.get(), kNew, kFolderFlags));
  if (!fresh) return io_error(errno, "open", options.root);
  clear_forgotten(fresh);
  return std::unique_ptr<FsStore>(std::make_unique<Files>(std::move(root), std::move(fresh), std::move(*id)));
}

}  // namespace vigil::blob
