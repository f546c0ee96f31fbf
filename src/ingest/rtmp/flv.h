#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "media/codec.h"

// The bodies of RTMP's audio and video messages: FLV tags (Adobe Flash Video File Format 10.1, annex E.4), and those of
// Enhanced RTMP with a FourCC (Veovera, version 1). Pure.

namespace vigil::ingest::rtmp {

enum class Content {
  Config,   // avcC, hvcC or AudioSpecificConfig
  Frame,    // an access unit
  Nothing,  // end of sequence, metadata, commands to a player
};

struct VideoTag {
  Content content = Content::Nothing;
  media::Codec codec = media::Codec::H264;  // or H265
  std::int32_t later_ms = 0;                // presentation after decoding
  std::span<const std::uint8_t> payload;
};

struct AudioTag {
  Content content = Content::Nothing;
  media::Codec codec = media::Codec::Aac;  // or Pcmu, Pcma
  int sample_rate = 0, channels = 0;       // Pcmu and Pcma; of AAC its configuration tells
  std::span<const std::uint8_t> payload;
};

// DataLoss: cut off; UnsupportedMedia: a codec that is not read here.
Result<VideoTag> read_video_tag(std::span<const std::uint8_t> body);
Result<AudioTag> read_audio_tag(std::span<const std::uint8_t> body);

}  // namespace vigil::ingest::rtmp
