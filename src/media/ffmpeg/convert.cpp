#include "media/ffmpeg/convert.h"

#include <optional>

extern "C" {
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

namespace vigil::media::ffmpeg {
namespace {

struct FreeSws {
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};
using Sws = std::unique_ptr<SwsContext, FreeSws>;

std::optional<PixelFormat> known_layout(int format) {
  switch (format) {
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUVJ420P:
      return PixelFormat::I420;
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUVJ422P:
      return PixelFormat::I422;
    case AV_PIX_FMT_YUV444P:
    case AV_PIX_FMT_YUVJ444P:
      return PixelFormat::I444;
    case AV_PIX_FMT_GRAY8:
      return PixelFormat::Gray;
    default:
      return std::nullopt;
  }
}

bool is_full_range(const AVFrame& frame) {
  switch (frame.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
      return true;
    case AV_PIX_FMT_GRAY8:
      return frame.color_range != AVCOL_RANGE_MPEG;
    default:
      return frame.color_range == AVCOL_RANGE_JPEG;
  }
}

// The J formats say "full range" by their name, which swscale warns about; the range is given apart.
int without_range(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P:
      return AV_PIX_FMT_YUV411P;
    default:
      return format;
  }
}

PixelFormat nearest_layout(const AVPixFmtDescriptor& format) {
  if ((format.flags & AV_PIX_FMT_FLAG_RGB) != 0) return PixelFormat::I420;
  if (format.nb_components < 3) return PixelFormat::Gray;
  if (format.log2_chroma_w == 0 && format.log2_chroma_h == 0) return PixelFormat::I444;
  return format.log2_chroma_h == 0 ? PixelFormat::I422 : PixelFormat::I420;
}

Result<void> run_sws(const std::uint8_t* const planes[], const int strides[], int width, int height, int format,
                     bool full, Canvas& to, int filter) {
  auto& target = *to.frame;
  Sws sws(sws_getContext(width, height, static_cast<AVPixelFormat>(without_range(format)), target.width, target.height,
                         av_layout(target.format), filter, nullptr, nullptr, nullptr));
  if (!sws) return make_error(ErrorKind::InvalidArgument, "this layout of pixels cannot be converted");
  const int* table = sws_getCoefficients(SWS_CS_DEFAULT);
  sws_setColorspaceDetails(sws.get(), table, full ? 1 : 0, table, target.full_range ? 1 : 0, 0, 1 << 16, 1 << 16);
  int target_strides[4] = {target.planes[0].stride, target.planes[1].stride, target.planes[2].stride, 0};
  std::uint8_t* rows[4] = {to.rows[0], to.rows[1], to.rows[2], nullptr};
  if (sws_scale(sws.get(), planes, strides, 0, height, rows, target_strides) != target.height) {
    return make_error(ErrorKind::Internal, "the picture could not be converted");
  }
  return {};
}

void copy_properties(const AVFrame& from, Frame& to) {
  to.width = from.width;
  to.height = from.height;
  to.full_range = is_full_range(from);
}

std::shared_ptr<Frame> wrap(AvFrame source, PixelFormat format) {
  auto frame = std::make_shared<Frame>();
  copy_properties(*source, *frame);
  frame->format = format;
  const auto shift = chroma_shift(format);
  for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(format)); ++i) {
    frame->planes[i] = {source->data[i], source->linesize[i],
                        i == 0 ? source->width : (source->width + shift.x) >> shift.x,
                        i == 0 ? source->height : (source->height + shift.y) >> shift.y};
  }
  for (const auto* buffer : source->buf) {
    if (buffer != nullptr) frame->bytes += static_cast<std::size_t>(buffer->size);
  }
  frame->owner = std::shared_ptr<const AVFrame>(source.release(), [](const AVFrame* held) {
    auto* frame_to_free = const_cast<AVFrame*>(held);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    av_frame_free(&frame_to_free);
  });
  return frame;
}

}  // namespace

AVPixelFormat av_layout(PixelFormat format) {
  switch (format) {
    case PixelFormat::I420:
      return AV_PIX_FMT_YUV420P;
    case PixelFormat::I422:
      return AV_PIX_FMT_YUV422P;
    case PixelFormat::I444:
      return AV_PIX_FMT_YUV444P;
    case PixelFormat::Gray:
      return AV_PIX_FMT_GRAY8;
  }
  return AV_PIX_FMT_YUV420P;
}

Result<std::shared_ptr<Frame>> to_frame(AvFrame source) {
  auto layout = known_layout(source->format);
  bool upright = source->linesize[0] > 0;
  if (layout && upright) return wrap(std::move(source), *layout);
  const auto* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(source->format));
  if (descriptor == nullptr || (descriptor->flags & AV_PIX_FMT_FLAG_HWACCEL) != 0) {
    return make_error(ErrorKind::InvalidArgument, "this layout of pixels cannot be converted");
  }
  auto canvas = make_canvas(layout.value_or(nearest_layout(*descriptor)), source->width, source->height);
  copy_properties(*source, *canvas.frame);
  if ((descriptor->flags & AV_PIX_FMT_FLAG_RGB) != 0 || (descriptor->flags & AV_PIX_FMT_FLAG_PAL) != 0) {
    canvas.frame->full_range = true;
  }
  VIGIL_TRY(run_sws(source->data, source->linesize, source->width, source->height, source->format,
                    canvas.frame->full_range, canvas, SWS_BILINEAR));
  return canvas.frame;
}

Result<Canvas> from_rgb(const std::uint8_t* rgb, int width, int height) {
  auto canvas = make_canvas(PixelFormat::I420, width, height);
  canvas.frame->full_range = true;
  const std::uint8_t* planes[4] = {rgb, nullptr, nullptr, nullptr};
  const int strides[4] = {width * 3, 0, 0, 0};
  VIGIL_TRY(run_sws(planes, strides, width, height, AV_PIX_FMT_RGB24, true, canvas, SWS_BILINEAR | SWS_ACCURATE_RND));
  return canvas;
}

Result<std::vector<std::uint8_t>> to_rgb(const Frame& from, int width, int height) {
  // Swscale writes whole vectors: there is room behind each row.
  const std::size_t row = static_cast<std::size_t>(width) * 3, stride = (row + 127) / 64 * 64;
  std::vector<std::uint8_t> wide(stride * static_cast<std::size_t>(height));
  Sws sws(sws_getContext(from.width, from.height, av_layout(from.format), width, height, AV_PIX_FMT_RGB24,
                         SWS_AREA | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr));
  if (!sws) return make_error(ErrorKind::InvalidArgument, "this layout of pixels cannot be converted");
  const int* table = sws_getCoefficients(SWS_CS_DEFAULT);
  sws_setColorspaceDetails(sws.get(), table, from.full_range ? 1 : 0, table, 1, 0, 1 << 16, 1 << 16);
  const std::uint8_t* planes[4] = {from.planes[0].data, from.planes[1].data, from.planes[2].data, nullptr};
  const int strides[4] = {from.planes[0].stride, from.planes[1].stride, from.planes[2].stride, 0};
  std::uint8_t* rows[4] = {wide.data(), nullptr, nullptr, nullptr};
  const int target_strides[4] = {static_cast<int>(stride), 0, 0, 0};
  if (sws_scale(sws.get(), planes, strides, 0, from.height, rows, target_strides) != height) {
    return make_error(ErrorKind::Internal, "the picture could not be converted");
  }
  std::vector<std::uint8_t> out;
  out.reserve(row * static_cast<std::size_t>(height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    const auto at = wide.begin() + static_cast<std::ptrdiff_t>(y * stride);
    out.insert(out.end(), at, at + static_cast<std::ptrdiff_t>(row));
  }
  return out;
}

Result<void> scale_planes(const Frame& from, Canvas& to) {
  const std::uint8_t* planes[4] = {from.planes[0].data, from.planes[1].data, from.planes[2].data, nullptr};
  const int strides[4] = {from.planes[0].stride, from.planes[1].stride, from.planes[2].stride, 0};
  return run_sws(planes, strides, from.width, from.height, av_layout(from.format), from.full_range, to, SWS_AREA);
}

}  // namespace vigil::media::ffmpeg
