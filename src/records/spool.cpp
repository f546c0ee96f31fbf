#include "records/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "store/files.h"

namespace vigil::records {
namespace {

// The file: this, then entries of length (4 bytes), checksum (4 bytes), both little endian, and the bytes.
constexpr std::string_view kMagic = "vigil spool 1\n";
constexpr std::size_t kHead = 8;
constexpr std::uint32_t kMaxEntry = 64U << 20;

// CRC-32 as in ISO 3309, bit by bit through a table.
constexpr std::array<std::uint32_t, 256> kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) != 0 ? 0xedb88320U : 0U);
    table[i] = value;
  }
  return table;
}();

std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t value = 0xffffffffU;
  for (char c : bytes) value = kTable[(value ^ static_cast<unsigned char>(c)) & 0xffU] ^ (value >> 8);
  return ~value;
}

void put(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>((value >> shift) & 0xffU));
}

std::uint32_t take(const char* bytes) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

// How much was read: less than asked for at the end of the file.
Result<std::size_t> read_at(int fd, char* out, std::size_t size, std::uint64_t at, const std::string& path) {
  std::size_t done = 0;
  while (done < size) {
    auto got = ::pread(fd, out + done, size - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return store::file_error(errno, "read", path);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::string& path, std::uint64_t max_bytes) {
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return store::file_error(errno, "open", path);
  std::unique_ptr<Spool> made(new Spool(path, fd, max_bytes));
  VIGIL_TRY(made->recover());
  return made;
}

Spool::~Spool() {
  ::close(fd_);
}

Result<void> Spool::recover() {
  struct stat status {};
  if (::fstat(fd_, &status) != 0) return store::file_error(errno, "read", path_);
  const auto file = static_cast<std::uint64_t>(status.st_size);
  std::array<char, kMagic.size()> magic{};
  VIGIL_ASSIGN(auto got, read_at(fd_, magic.data(), magic.size(), 0, path_));
  if (got < magic.size()) return clear();  // new, or not even begun
  if (std::string_view(magic.data(), magic.size()) != kMagic) {
    return make_error(
        ErrorKind::FailedPrecondition,
        fmt::format("{} is no spool of this version: move it away, or start the version that wrote it", path_),
        "records.spool");
  }
  read_at_ = size_ = kMagic.size();
  while (size_ + kHead <= file) {
    std::array<char, kHead> head{};
    VIGIL_ASSIGN(auto read, read_at(fd_, head.data(), head.size(), size_, path_));
    const auto length = take(head.data());
    if (read < kHead || length > kMaxEntry || size_ + kHead + length > file) break;
    size_ += kHead + length;
  }
  if (size_ == file) return {};
  ++damaged_;
  log::warn("the end of the spool was torn and is cut off", {{"file", path_}, {"bytes", file - size_}});
  if (::ftruncate(fd_, static_cast<off_t>(size_)) != 0) return store::file_error(errno, "shorten", path_);
  return {};
}

Result<void> Spool::clear() {
  if (::ftruncate(fd_, 0) != 0) return store::file_error(errno, "shorten", path_);
  if (::pwrite(fd_, kMagic.data(), kMagic.size(), 0) != static_cast<ssize_t>(kMagic.size()) || ::fsync(fd_) != 0) {
    return store::file_error(errno, "write", path_);
  }
  read_at_ = size_ = kMagic.size();
  return {};
}

Result<void> Spool::append(std::string_view entry) {
  if (entry.size() > kMaxEntry || size_ + kHead + entry.size() > max_bytes_) {
    return make_error(ErrorKind::ResourceExhausted,
                      fmt::format("{} is full ({} bytes): records are lost until the database is back", path_, size_),
                      "records.spool_full");
  }
  std::string bytes;
  bytes.reserve(kHead + entry.size());
  put(bytes, static_cast<std::uint32_t>(entry.size()));
  put(bytes, checksum(entry));
  bytes += entry;
  std::size_t done = 0;
  while (done < bytes.size()) {
    auto wrote = ::pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(size_ + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      auto error = store::file_error(errno, "write", path_);
      // What was written of it is no entry; the next one is written over it.
      static_cast<void>(::ftruncate(fd_, static_cast<off_t>(size_)) == 0);
      return error;
    }
    done += static_cast<std::size_t>(wrote);
  }
  if (::fdatasync(fd_) != 0) return store::file_error(errno, "write", path_);
  size_ += bytes.size();
  return {};
}

Result<std::optional<std::string>> Spool::front() {
  while (!empty()) {
    std::array<char, kHead> head{};
    VIGIL_ASSIGN(auto got, read_at(fd_, head.data(), head.size(), read_at_, path_));
    const auto length = take(head.data());
    std::string entry;
    if (got == kHead && length <= kMaxEntry && read_at_ + kHead + length <= size_) {
      entry.resize(length);
      VIGIL_ASSIGN(got, read_at(fd_, entry.data(), entry.size(), read_at_ + kHead, path_));
      front_bytes_ = kHead + length;
      if (got == length && checksum(entry) == take(head.data() + 4)) return std::optional(std::move(entry));
    } else {
      front_bytes_ = size_ - read_at_;  // where the next one would begin is not known
    }
    ++damaged_;
    log::error("an entry of the spool is damaged and left out", {{"file", path_}, {"bytes", front_bytes_}});
    VIGIL_TRY(pop());
  }
  return std::optional<std::string>();
}

Result<void> Spool::pop() {
  read_at_ += front_bytes_;
  front_bytes_ = 0;
  if (empty() && size_ > kMagic.size()) return clear();
  return {};
}

}  // namespace vigil::records
