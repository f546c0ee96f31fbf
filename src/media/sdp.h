#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "media/codec.h"

namespace vigil::media {

struct SdpTrack {
  ParamsPtr params;
  int payload_type = 96;
  std::string control;  // e.g. "trackID=0"; relative to the URL of DESCRIBE
};

struct SdpSession {
  std::string name = "Vigil";
  std::string origin_address = "127.0.0.1";
  std::uint64_t id = 1;
};

// A session description (RFC 8866) as an RTSP server's answer to DESCRIBE: one media section per track, parameter sets
// in a=fmtp. Tracks that rtp_supports() refuses are left out. Lines end with CR LF; foreign text in it cannot begin a
// line.
std::string write_sdp(const SdpSession& session, std::span<const SdpTrack> tracks);

// Without sprop-parameter-sets, as cameras do that send them in-band only.
std::string write_sdp_without_parameter_sets(const SdpSession& session, std::span<const SdpTrack> tracks);

}  // namespace vigil::media
