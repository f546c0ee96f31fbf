#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

// What is to be taken out of a video.

namespace vigil::extract {

enum class Cadence {
  None,       // no pictures: only what the video is, and its survey
  Fps,        // the first one in each interval
  EveryNth,   // by index
  Times,      // the one that is shown at each of them
  KeyFrames,  // all of them; nothing else is decoded
  Scenes,     // the first one, and where what is shown changes at once
};
enum class PictureFormat { Jpeg, Png };

struct Request {
  Cadence cadence = Cadence::Fps;
  double fps = 1;
  int every = 1;
  std::vector<std::chrono::milliseconds> times;
  PictureFormat format = PictureFormat::Jpeg;
  int quality = 85;
  int max_width = 0, max_height = 0;  // 0: as it is
  int max_pictures = 20000;
  std::optional<Ticks> after;  // go on behind the picture at this time: it is there already
  // The survey: looks at up to 60 places of the video.
  bool thumbnails = false;                                         // the first picture, and one that shows something
  bool sheet = false;                                              // twenty of them in one
  bool preview = false;                                            // a short silent video
  bool keep_location = false;                                      // where it was recorded, if it says so
  std::chrono::milliseconds max_duration{std::chrono::hours(24)};  // of the video

  bool surveys() const { return thumbnails || sheet || preview; }
  bool operator==(const Request&) const = default;
};

inline constexpr double kLeastFps = 0.001, kMostFps = 120;
inline constexpr std::size_t kMostTimes = 1000;
inline constexpr int kMostPictures = 1000000;
inline constexpr int kLargestSide = 16384;

// InvalidArgument (extract.request) says what is wrong with it.
Result<void> check(const Request& request);

// "frame_000001500.jpg": by its time in milliseconds, so that a second run makes the same.
std::string frame_name(Ticks time, PictureFormat format);

}  // namespace vigil::extract
