#include "media/image.h"

#include <turbojpeg.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "media/ffmpeg/convert.h"
#include "media/planes.h"
#include "media/png.h"

// JPEG through libjpeg-turbo, straight from and to planes.

namespace vigil::media {
namespace {

struct FreeHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, FreeHandle>;

// One of each per thread: they keep tables and memory between pictures.
tjhandle compressor() {
  thread_local Handle handle(tjInitCompress());
  return handle.get();
}
Handle& decompressor() {
  thread_local Handle handle;
  if (handle == nullptr) handle.reset(tjInitDecompress());
  return handle;
}

// A progressive picture costs a pass over all its blocks for each scan; real ones have about ten.
constexpr int kMaxScans = 64;

Error corrupt(std::string what) {
  return make_error(ErrorKind::InvalidArgument, "the JPEG picture is corrupt or cut off: " + std::move(what),
                    "image.corrupt");
}

// A decoder that failed is given up: it goes on in the middle of the header it failed at, and would read the next
// picture as the rest of it.
Error given_up(Handle& handle) {
  auto error = corrupt(tjGetErrorStr2(handle.get()));
  handle.reset();
  return error;
}

int subsampling(PixelFormat format) {
  switch (format) {
    case PixelFormat::I420:
      return TJSAMP_420;
    case PixelFormat::I422:
      return TJSAMP_422;
    case PixelFormat::I444:
      return TJSAMP_444;
    case PixelFormat::Gray:
      return TJSAMP_GRAY;
  }
  return TJSAMP_420;
}

// The planes as the encoder wants them: full range, and padded to even sides.
Result<FramePtr> prepared(const Frame& frame, int width, int height) {
  auto canvas = make_canvas(frame.format, width, height);
  canvas.frame->full_range = true;
  if (width == frame.width && height == frame.height) {
    copy_planes(frame, !frame.full_range, canvas);
  } else {
    VIGIL_TRY(ffmpeg::scale_planes(frame, canvas));
  }
  pad_edges(canvas);
  return FramePtr(canvas.frame);
}

bool needs_preparing(const Frame& frame, int width, int height) {
  bool odd = (width | height) % 2 != 0;
  return !frame.full_range || odd || width != frame.width || height != frame.height;
}

Result<PixelFormat> format_of(int samples) {
  switch (samples) {
    case TJSAMP_420:
      return PixelFormat::I420;
    case TJSAMP_422:
      return PixelFormat::I422;
    case TJSAMP_444:
      return PixelFormat::I444;
    case TJSAMP_GRAY:
      return PixelFormat::Gray;
    default:
      return make_error(ErrorKind::InvalidArgument, "this sub-sampling needs a conversion");
  }
}

bool has_too_many_scans(std::span<const std::uint8_t> bytes) {
  // Inside a scan FF is followed by 00 or a restart marker, so this counts scans, and those of embedded thumbnails.
  int scans = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    if (bytes[i] == 0xff && bytes[i + 1] == 0xda && ++scans > kMaxScans) return true;
  }
  return false;
}

// 4:4:0, 4:1:1 and CMYK: rare, so by way of RGB.
Result<FramePtr> decode_by_rgb(Handle& handle, std::span<const std::uint8_t> bytes, int width, int height) {
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  int code = tjDecompress2(handle.get(), bytes.data(), bytes.size(), rgb.data(), width, width * 3, height, TJPF_RGB, 0);
  if (code != 0) return given_up(handle);
  VIGIL_ASSIGN(auto canvas, ffmpeg::from_rgb(rgb.data(), width, height));
  return FramePtr(canvas.frame);
}

// Cameras put padding before a marker, which the library only remarks upon; its other warnings mean a spoilt picture.
bool is_harmless(tjhandle handle) {
  return tjGetErrorCode(handle) == TJERR_WARNING &&
         std::string_view(tjGetErrorStr2(handle)).find("extraneous bytes before marker") != std::string_view::npos;
}

Result<FramePtr> decode_jpeg(std::span<const std::uint8_t> bytes) {
  auto& handle = decompressor();
  if (handle == nullptr) return make_error(ErrorKind::ResourceExhausted, "no memory for a JPEG decoder");
  if (has_too_many_scans(bytes)) return corrupt("it has more than 64 scans");
  int width = 0, height = 0, samples = 0, colours = 0;
  if (tjDecompressHeader3(handle.get(), bytes.data(), bytes.size(), &width, &height, &samples, &colours) != 0 &&
      !is_harmless(handle.get())) {
    return given_up(handle);
  }
  // The library reads its own header: it may have found another one than inspect_image() did.
  if (width <= 0 || height <= 0 || static_cast<std::int64_t>(width) * height > kMaxPixels)
    return corrupt("contradicting sizes");
  auto format = format_of(samples);
  if (!format || colours == TJCS_CMYK || colours == TJCS_YCCK || colours == TJCS_RGB)
    return decode_by_rgb(handle, bytes, width, height);
  auto canvas = make_canvas(*format, width, height);
  canvas.frame->full_range = true;
  int strides[3] = {canvas.frame->planes[0].stride, canvas.frame->planes[1].stride, canvas.frame->planes[2].stride};
  int code =
      tjDecompressToYUVPlanes(handle.get(), bytes.data(), bytes.size(), canvas.rows.data(), width, strides, height, 0);
  if (code != 0 && !is_harmless(handle.get())) return given_up(handle);
  return FramePtr(canvas.frame);
}

}  // namespace

Result<std::vector<std::uint8_t>> encode_jpeg(const Frame& frame, const JpegOptions& options) {
  auto* handle = compressor();
  if (handle == nullptr) return make_error(ErrorKind::ResourceExhausted, "no memory for a JPEG encoder");
  const auto [width, height] = fitted(frame.width, frame.height, options.max_width, options.max_height);
  if (width <= 0 || height <= 0 || std::max(width, height) > 65500) {
    return make_error(ErrorKind::InvalidArgument,
                      "JPEG pictures have 1 to 65500 pixels in a row or column; ask for a smaller one");
  }
  FramePtr held;
  const auto* source = &frame;
  if (needs_preparing(frame, width, height)) {
    VIGIL_ASSIGN(held, prepared(frame, width, height));
    source = held.get();
  }
  const std::uint8_t* planes[3] = {source->planes[0].data, source->planes[1].data, source->planes[2].data};
  const int strides[3] = {source->planes[0].stride, source->planes[1].stride, source->planes[2].stride};
  unsigned char* jpeg = nullptr;
  unsigned long size = 0;
  int code = tjCompressFromYUVPlanes(handle, planes, width, strides, height, subsampling(source->format), &jpeg, &size,
                                     std::clamp(options.quality, 1, 100), 0);
  std::unique_ptr<unsigned char, decltype(&tjFree)> owner(jpeg, &tjFree);
  if (code != 0) return make_error(ErrorKind::Internal, std::string("JPEG encoder: ") + tjGetErrorStr2(handle));
  return std::vector<std::uint8_t>(jpeg, jpeg + size);
}

Result<FramePtr> decode_image(std::span<const std::uint8_t> bytes) {
  VIGIL_ASSIGN(auto info, inspect_image(bytes));
  return info.codec == Codec::Png ? decode_png(bytes, info) : decode_jpeg(bytes);
}

}  // namespace vigil::media
