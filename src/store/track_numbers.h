#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace vigil::store {

// The numbers that a camera's tracks bear. They are set aside ahead of time, so that none is borne twice even when the
// server ends before the tracks that bore them are stored.
class TrackNumberRepository {
 public:
  virtual ~TrackNumberRepository() = default;
  // Sets `count` numbers of that camera aside: the first of them, at least `least`, beyond all that were set aside
  // before, and, the first time, beyond all that its stored tracks bear. InvalidArgument when `count` is 0, and when
  // they would reach kDrawnTracks.
  virtual Result<std::uint64_t> reserve(const std::string& camera_id, std::uint64_t least, std::uint64_t count) = 0;
  // Gives back those from `next` on, unless somebody set others aside since: `end` is one beyond the newest.
  virtual Result<void> release(const std::string& camera_id, std::uint64_t end, std::uint64_t next) = 0;
};
// Numbers from here on, up to 53 bits, are drawn by lot where none can be set aside.
inline constexpr std::uint64_t kDrawnTracks = std::uint64_t{1} << 52;

Result<void> check_track_numbers(std::uint64_t first, std::uint64_t count);

}  // namespace vigil::store
