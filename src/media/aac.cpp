#include "media/aac.h"

#include <array>

#include "media/bits.h"

namespace vigil::media::aac {
namespace {

constexpr std::array<int, 13> kRates = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                        22050, 16000, 12000, 11025, 8000,  7350};

}  // namespace

std::optional<Config> parse_config(std::span<const std::uint8_t> audio_specific_config) {
  BitReader in(audio_specific_config);
  Config config;
  config.object_type = static_cast<int>(in.bits(5));
  if (config.object_type == 31) config.object_type = 32 + static_cast<int>(in.bits(6));
  auto index = in.bits(4);
  if (index == 15) {
    config.sample_rate = static_cast<int>(in.bits(24));
  } else if (index < kRates.size()) {
    config.sample_rate = kRates[index];
  }
  auto channels = static_cast<int>(in.bits(4));
  config.channels = channels == 7 ? 8 : channels;
  if (!in.ok() || config.object_type == 0 || config.sample_rate < 1000 || config.sample_rate > 192000 || channels > 7) {
    return std::nullopt;
  }
  return config;
}

std::string codec_string(const Config& config) {
  return "mp4a.40." + std::to_string(config.object_type);
}

std::optional<Adts> parse_adts(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 7 || bytes[0] != 0xff || (bytes[1] & 0xf6) != 0xf0) return std::nullopt;
  BitReader in(bytes.subspan(1, 6));
  in.skip(7);
  std::size_t header = in.flag() ? 7 : 9;
  auto object_type = in.bits(2) + 1, index = in.bits(4);
  in.skip(1);
  auto channels = in.bits(3);
  in.skip(4);
  std::size_t length = in.bits(13);
  if (index >= kRates.size() || length <= header || length > bytes.size()) return std::nullopt;
  Adts out;
  out.config = {static_cast<int>(object_type), kRates[index], channels == 7 ? 8 : static_cast<int>(channels)};
  auto packed = object_type << 11 | index << 7 | channels << 3;
  out.audio_specific_config = {static_cast<std::uint8_t>(packed >> 8), static_cast<std::uint8_t>(packed)};
  out.frame = bytes.subspan(header, length - header);
  return out;
}

}  // namespace vigil::media::aac
