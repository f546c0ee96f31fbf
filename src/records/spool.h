#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vigil::records {

// A file of entries that wait for the database, the oldest first. What append() has acknowledged is on disk. Entries
// are checksummed; a torn end (power cut) is cut off when it is opened, a damaged entry is left out. Not thread-safe.
class Spool {
 public:
  // Makes the file (0600) where there is none. `max_bytes`: it takes no more than that.
  static Result<std::unique_ptr<Spool>> open(const std::string& path, std::uint64_t max_bytes);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // ResourceExhausted when it would grow beyond its bound; StorageFull, Unavailable.
  Result<void> append(std::string_view entry);
  // The oldest entry; nothing when there is none. The same one until pop().
  Result<std::optional<std::string>> front();
  // Removes it. The space is given back when the last one goes; after a crash before that, all come again.
  Result<void> pop();

  bool empty() const { return read_at_ >= size_; }
  std::uint64_t bytes() const { return size_ - read_at_; }  // that wait
  std::uint64_t damaged() const { return damaged_; }        // entries that were lost to damage since it was opened

 private:
  Spool(std::string path, int fd, std::uint64_t max_bytes) : path_(std::move(path)), fd_(fd), max_bytes_(max_bytes) {}
  Result<void> recover();
  Result<void> clear();

  const std::string path_;
  const int fd_;
  const std::uint64_t max_bytes_;
  std::uint64_t size_ = 0;     // of the file
  std::uint64_t read_at_ = 0;  // where the oldest entry begins
  std::uint64_t front_bytes_ = 0;
  std::uint64_t damaged_ = 0;
};

}  // namespace vigil::records
