#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// AAC: AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) and ADTS frames (1.A.2).

namespace vigil::media::aac {

struct Config {
  int object_type = 2;
  int sample_rate = 0;  // Hz
  int channels = 0;     // 0: described inside the stream
};

std::optional<Config> parse_config(std::span<const std::uint8_t> audio_specific_config);

// "mp4a.40.2"
std::string codec_string(const Config& config);

struct Adts {
  Config config;
  std::vector<std::uint8_t> audio_specific_config;
  std::span<const std::uint8_t> frame;  // the first raw frame, without its header
};

// Nothing when the bytes do not begin with a whole ADTS frame.
std::optional<Adts> parse_adts(std::span<const std::uint8_t> bytes);

}  // namespace vigil::media::aac
