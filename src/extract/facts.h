#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "media/clip.h"

namespace vigil::extract {

struct AudioFacts {
  std::string codec;
  int sample_rate = 0, channels = 0;
  bool operator==(const AudioFacts&) const = default;
};

// What a video is. All texts are UTF-8 without control characters, and short.
struct VideoFacts {
  std::string format, codec, profile;
  int width = 0, height = 0;  // upright, as it is shown but for the sides of its pixels
  int rotation = 0;           // degrees clockwise by which it was turned
  int aspect_x = 1, aspect_y = 1;
  int bits = 8;
  bool interlaced = false;
  double fps = 0;                // 0: not known
  std::int64_t duration_ms = 0;  // 0: not known
  std::int64_t bit_rate = 0;
  std::int64_t pictures = 0;  // about
  std::optional<AudioFacts> audio;
  std::string created;  // RFC 3339; empty: it does not say
  std::vector<std::pair<std::string, std::string>> tags;
  bool had_location = false;  // it says where it was recorded

  bool operator==(const VideoFacts&) const = default;
};

inline constexpr std::size_t kMaxTags = 32, kMaxTagName = 64, kMaxTagText = 256;

VideoFacts facts_of(const media::ClipInfo& info, bool keep_location);

Json to_json(const VideoFacts& facts);

}  // namespace vigil::extract
