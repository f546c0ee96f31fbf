#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/sync.h"
#include "media/frame.h"

namespace vigil::cameras {

// The last good picture of one camera: in memory, and as a file so that it survives a restart (its time is the file's
// modification time). At most 1280 pixels wide. Thread-safe.
class Snapshot {
 public:
  struct Taken {
    std::shared_ptr<const std::vector<std::uint8_t>> jpeg;
    WallTime captured;
  };

  // `file` is read if it is there; a broken or oversized file counts as absent. Empty: memory only.
  explicit Snapshot(std::filesystem::path file);

  // Encodes and keeps the frame; writes the file at most once a minute, and always the first time.
  void take(const media::Frame& frame) VIGIL_EXCLUDES(mutex_);
  // Writes what is newer than the file.
  void flush() VIGIL_EXCLUDES(mutex_);
  // Forgets the picture and deletes the file.
  void remove() VIGIL_EXCLUDES(mutex_);

  std::optional<Taken> latest() const VIGIL_EXCLUDES(mutex_);

 private:
  void write(const Taken& taken) const;

  const std::filesystem::path file_;
  mutable Mutex mutex_;
  std::optional<Taken> taken_ VIGIL_GUARDED_BY(mutex_);
  std::optional<WallTime> written_ VIGIL_GUARDED_BY(mutex_);  // the picture's time that the file holds
};

}  // namespace vigil::cameras
