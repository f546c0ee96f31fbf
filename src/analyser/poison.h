#pragma once

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "media/packet.h"

namespace vigil::analyser {

// The folder of packets that ended two processes, kept for whoever reports the fault: the newest ten, of at most 4 MiB
// each, readable by the server's user alone. A file is one line of JSON (camera, codec, size, extradata as hexadecimal
// digits, key, sequence, length) and then the bytes as they were given to the decoder. Not thread-safe.
class PoisonFolder {
 public:
  static constexpr std::size_t kFiles = 10;
  static constexpr std::size_t kMostBytes = 4 << 20;  // of packet and extradata together

  // Empty: nothing is kept.
  explicit PoisonFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Where it lies now; an empty path when nothing is kept. ResourceExhausted: it is larger than what is kept.
  // `camera_id` may be empty (a picture by itself).
  Result<std::filesystem::path> keep(const std::string& camera_id, const media::Packet& packet, WallTime now) const;

 private:
  const std::filesystem::path folder_;
};

}  // namespace vigil::analyser
