#pragma once

#include <memory>

#include "rtp/depacketiser.h"

namespace vigil::rtp {

std::unique_ptr<Depacketiser> make_h264_depacketiser();
std::unique_ptr<Depacketiser> make_h265_depacketiser(bool decoding_order_numbers);
std::unique_ptr<Depacketiser> make_jpeg_depacketiser();
std::unique_ptr<Depacketiser> make_aac_depacketiser(const MediaDescription& media);
// The payloads up to the marker, one after the other (MPEG-4 video).
std::unique_ptr<Depacketiser> make_marker_depacketiser();
// A unit a packet (G.711, Opus).
std::unique_ptr<Depacketiser> make_plain_depacketiser();

}  // namespace vigil::rtp
