#include "media/ffmpeg/orientation.h"

#include <cmath>

extern "C" {
#include <libavutil/display.h>
}

namespace vigil::media::ffmpeg {

int turns_of(const AVStream& stream) {
  const auto* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
  if (matrix == nullptr) return 0;
  // libav counts against the clock.
  const double turn = -av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix)) / 90;
  return std::isfinite(turn) ? ((static_cast<int>(std::lround(turn)) % 4) + 4) % 4 : 0;
}

}  // namespace vigil::media::ffmpeg
