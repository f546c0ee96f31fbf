#include "extract/ending.h"

#include <fmt/format.h>

#include <algorithm>

namespace vigil::extract {

std::string clock_text(std::int64_t ms) {
  const auto seconds = ms / 1000;
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string early_end(const media::Clip& clip, Ticks seen) {
  const auto duration = clip.info().duration.count() / 90, reached = seen.count() / 90;
  // Some pictures come seldom.
  const auto pause = clip.info().fps > 0 ? static_cast<std::int64_t>(3000 / clip.info().fps) : 0;
  if (duration - reached > std::max({std::int64_t{2000}, duration / 50, pause})) {
    return fmt::format("the video breaks off at {} of {}: the file is not complete, or damaged there",
                       clock_text(reached), clock_text(duration));
  }
  if (clip.figures().ended.empty()) return {};
  return fmt::format("the file is damaged from {} on", clock_text(reached));
}

Result<void> check_duration(std::int64_t duration_ms, std::int64_t most_ms) {
  if (duration_ms <= most_ms) return {};
  return make_error(ErrorKind::InvalidArgument,
                    fmt::format("The video takes {}, and {} is the most that is taken.", clock_text(duration_ms),
                                clock_text(most_ms)),
                    "media.too_long");
}

}  // namespace vigil::extract
