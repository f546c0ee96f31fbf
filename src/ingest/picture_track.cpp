#include "ingest/picture_track.h"

#include <algorithm>
#include <utility>

#include "media/image.h"

namespace vigil::ingest {
namespace {

constexpr Ticks kClockSet = std::chrono::seconds(5);

}  // namespace

media::ParamsPtr PictureTrack::announced() {
  media::CodecParams params;
  params.codec = media::Codec::Mjpeg;
  return std::make_shared<const media::CodecParams>(std::move(params));
}

Result<media::Packet> PictureTrack::make(std::vector<std::uint8_t> picture, WallTime received, Nanos time) {
  VIGIL_ASSIGN(auto info, media::inspect_image(picture));
  if (!params_ || params_->codec != info.codec || params_->width != info.width || params_->height != info.height) {
    media::CodecParams params;
    params.codec = info.codec;
    params.width = info.width;
    params.height = info.height;
    params_ = std::make_shared<const media::CodecParams>(std::move(params));
  }
  media::Packet packet;
  auto now = std::chrono::duration_cast<Ticks>(time);
  packet.discontinuity = !zero_;
  if (!zero_) zero_ = now;
  auto next = last_ + Ticks(1);
  if (now - *zero_ < next - kClockSet) {
    zero_ = now - next;
    packet.discontinuity = true;
  }
  last_ = std::max(now - *zero_, next);
  packet.dts = packet.pts = last_;
  packet.received = received;
  packet.key = true;
  packet.params = params_;
  packet.data = media::SharedBytes(std::move(picture));
  return packet;
}

}  // namespace vigil::ingest
