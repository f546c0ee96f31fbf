#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/packet.h"

// Fragmented MP4 as CMAF wants it (ISO/IEC 14496-12, 14496-15, 23000-19; Opus and FLAC as their encapsulation texts
// say): an init segment, and fragments of one moof and one mdat. All tracks run at 90 kHz, the clock of packets, so
// that no time stamp is ever rounded. Pure; payload bytes are never copied.

namespace vigil::media::fmp4 {

// H.264, H.265, AAC, Opus and FLAC, once what a decoder needs is known.
bool supports(const CodecParams& params);

// RFC 6381 and what browsers ask for: "avc1.64001f", "hvc1.1.6.L93.B0", "mp4a.40.2", "opus", "flac". Empty where
// supports() says no.
std::string codec_string(const CodecParams& params);

// ftyp and moov; the tracks get the ids 1, 2, … in their order. InvalidArgument: none, or one that is not supported.
Result<std::vector<std::uint8_t>> init_segment(std::span<const ParamsPtr> tracks);

struct Sample {
  PacketPtr packet;  // its data is the sample
  Ticks duration{0};
};

// Samples of one track in a fragment: the first is decoded at `start`, each other one when that before it ends.
struct Run {
  int track_id = 1;
  bool video = true;
  Ticks start{0};
  std::vector<Sample> samples;
};

// A whole fragment: the moof with the head of its mdat, then the data of the packets, by reference. `sequence` counts
// from 1. Runs without samples are left out.
std::vector<SharedBytes> fragment(std::uint32_t sequence, std::span<const Run> runs);

}  // namespace vigil::media::fmp4
