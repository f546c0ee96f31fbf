#include "store/track_numbers.h"

namespace vigil::store {

Result<void> check_track_numbers(std::uint64_t first, std::uint64_t count) {
  if (count > 0 && first < kDrawnTracks && count <= kDrawnTracks - first) return {};
  return make_error(ErrorKind::InvalidArgument, "so many numbers of tracks there are not");
}

}  // namespace vigil::store
