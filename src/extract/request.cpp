#include "extract/request.h"

#include <fmt/format.h>

#include <algorithm>

namespace vigil::extract {

Result<void> check(const Request& request) {
  const auto wrong = [](std::string text) {
    return make_error(ErrorKind::InvalidArgument, std::move(text), "extract.request");
  };
  const auto side = [](int length) { return length == 0 || (length >= 16 && length <= kLargestSide); };
  if (request.cadence == Cadence::Fps && !(request.fps >= kLeastFps && request.fps <= kMostFps)) {
    return wrong(fmt::format("between {} and {} pictures a second can be taken", kLeastFps, kMostFps));
  }
  if (request.cadence == Cadence::EveryNth && (request.every < 1 || request.every > 1000000)) {
    return wrong("every first to every millionth picture can be taken");
  }
  if (request.cadence == Cadence::Times) {
    if (request.times.empty() || request.times.size() > kMostTimes) {
      return wrong(fmt::format("1 to {} times can be given", kMostTimes));
    }
    const auto ok = [](auto time) { return time.count() >= 0 && time < std::chrono::hours(24 * 365); };
    if (!std::all_of(request.times.begin(), request.times.end(), ok)) return wrong("a time is before the beginning");
  }
  if (request.quality < 1 || request.quality > 100) return wrong("the quality is a number from 1 to 100");
  if (!side(request.max_width) || !side(request.max_height)) {
    return wrong(fmt::format("a side has 16 to {} pixels", kLargestSide));
  }
  if (request.max_pictures < 1 || request.max_pictures > kMostPictures) {
    return wrong(fmt::format("1 to {} pictures can be taken", kMostPictures));
  }
  return {};
}

std::string frame_name(Ticks time, PictureFormat format) {
  const auto ms = std::max<std::int64_t>(0, time.count() / 90);
  return fmt::format("frame_{:09}.{}", ms, format == PictureFormat::Jpeg ? "jpg" : "png");
}

}  // namespace vigil::extract
