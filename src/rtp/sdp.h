#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/codec.h"

// Session descriptions (RFC 8866) as cameras write them. Writing our own: media/sdp.h.

namespace vigil::rtp {

struct MediaDescription {
  media::TrackKind kind = media::TrackKind::Video;
  int payload_type = 96;
  std::string encoding;  // upper case, "H264"; empty: unknown
  int clock_rate = 90000;
  std::string control;  // as written; empty: the session's
  // What the description says: codec (Other: none that we read), size, sample rate, channels. extradata: H.264 and
  // H.265 Annex B parameter sets, AAC the AudioSpecificConfig, MPEG-4 the VOL header; empty where missing or broken.
  media::CodecParams params;
  // AAC (RFC 3640): bits of the fields in an AU header.
  int size_length = 0, index_length = 0, index_delta_length = 0;
  bool decoding_order_numbers = false;  // H.265: payloads carry DONL fields
};

struct SessionDescription {
  std::string control;
  std::vector<MediaDescription> media;  // audio and video sections, in order; others are left out
};

// Takes what cameras get wrong: missing lines, blanks around values, LF alone, control before the first section, broken
// parameter sets (left out). Back channels, which the camera wants to receive, are left out. DataLoss when there is no
// media section at all. At most 16 sections.
Result<SessionDescription> parse_sdp(std::string_view text);

// Where to ask for a section: absolute as it is, else below `base`, whose query is kept where cameras want it.
std::string control_url(std::string_view base, std::string_view control);

}  // namespace vigil::rtp
