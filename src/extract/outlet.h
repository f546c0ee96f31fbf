#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "extract/facts.h"

namespace vigil::extract {

enum class PictureKind { Frame, First, Best, Sheet, Preview };

struct PictureNote {
  PictureKind kind = PictureKind::Frame;
  Ticks time{0};
  std::int64_t index = -1;  // in the order of showing; -1: not known
  bool key = false;
  int width = 0, height = 0;  // of what is handed out
  bool operator==(const PictureNote&) const = default;
};

// Where what is taken out of a video goes, in this order: facts once, then pictures, progress in between. Times of
// frames rise. An error ends the extraction.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual Result<void> facts(const VideoFacts& facts) = 0;
  virtual Result<void> picture(const PictureNote& note, std::span<const std::uint8_t> bytes) = 0;
  virtual Result<void> progress(double done) = 0;  // 0..1
};

struct Summary {
  std::uint64_t pictures = 0;  // frames handed out
  std::uint64_t packets = 0, sent = 0, decoded = 0, broken = 0;
  bool capped = false;  // there would have been more than were asked for
  std::string ended;    // why the video ended before its end, for people; empty: it did not
  bool operator==(const Summary&) const = default;
};

}  // namespace vigil::extract
