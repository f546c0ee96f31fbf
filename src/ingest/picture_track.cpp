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
  packet.discontinuity = !zero_;
  if (!zero_) zero_ = time;
  auto next = last_ + Ticks(1);
  // Subtracted first: nanoseconds since 1970 leave no room for a change of units.
  auto now = std::chrono::duration_cast<Ticks>(time - *zero_);
  if (now < next - kClockSet) {
    zero_ = time - std::chrono::duration_cast<Nanos>(next);
    packet.discontinuity = true;
  }
  last_ = std::max(now, next);
  packet.dts = packet.pts = last_;
  packet.received = received;
  packet.key = true;
  packet.params = params_;
  packet.data = media::SharedBytes(std::move(picture));
  return packet;
}

}  // namespace vigil::ingest
