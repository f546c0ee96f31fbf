#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vigil::media {

enum class Codec { H264, H265, Mjpeg, Png, Mpeg4, Aac, Opus, Flac, Pcmu, Pcma, Mp3, Other };
enum class TrackKind { Video, Audio };

// What a decoder or a container needs to know about one track. Immutable once shared; packets of a track carry the
// same pointer until something here changes, so "did the resolution change?" is a comparison of pointers.
struct CodecParams {
  TrackKind kind = TrackKind::Video;
  Codec codec = Codec::Other;
  int width = 0;  // pixels of the shown picture (after cropping); video only, 0 while unknown
  int height = 0;
  int reorder_depth = 0;  // pictures that may be held back for B-frames; 0 = decode order is display order
  int sample_rate = 0;    // Hz; audio only
  int channels = 0;
  // H.264: AVCDecoderConfigurationRecord, H.265: HEVCDecoderConfigurationRecord (ISO/IEC 14496-15), with every
  // parameter set seen so far; AAC: AudioSpecificConfig; FLAC: STREAMINFO (34 bytes);
  // MPEG-4: the VOL header; others: empty.
  std::vector<std::uint8_t> extradata;
  // RFC 6381, e.g. "avc1.64001f", "hvc1.1.6.L93.B0", "mp4a.40.2"; empty where the RFC has no name.
  std::string codec_string;

  bool operator==(const CodecParams&) const = default;
};

using ParamsPtr = std::shared_ptr<const CodecParams>;

// Every packet is a whole picture of its own: MJPEG and PNG.
bool is_still(Codec codec);

// Lower-case short name as the API shows it: "h264", "h265", "mjpeg", "aac", …
const char* codec_name(Codec codec);

}  // namespace vigil::media
