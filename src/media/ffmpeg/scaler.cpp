#include "media/scaler.h"

#include <array>
#include <memory>
#include <vector>

#include "media/ffmpeg/convert.h"

extern "C" {
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

namespace vigil::media {
namespace {

struct Picture {
  Frame frame;
  std::vector<std::uint8_t> bytes;
};

// Swscale writes whole vectors: strides are multiples of 64 and there is room behind the last row.
std::shared_ptr<Picture> make_picture(int width, int height) {
  auto picture = std::make_shared<Picture>();
  auto& frame = picture->frame;
  frame.width = width;
  frame.height = height;
  std::array<std::size_t, 3> offsets{};
  std::size_t size = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    auto& plane = frame.planes[i];
    plane.width = i == 0 ? width : width / 2;
    plane.height = i == 0 ? height : height / 2;
    plane.stride = (plane.width + 63) / 64 * 64;
    offsets[i] = size;
    size += static_cast<std::size_t>(plane.stride) * static_cast<std::size_t>(plane.height);
  }
  picture->bytes.resize(size + 64);
  for (std::size_t i = 0; i < 3; ++i) frame.planes[i].data = picture->bytes.data() + offsets[i];
  frame.bytes = picture->bytes.size();
  return picture;
}

}  // namespace

struct FreeSws {
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};

struct Input {
  int width = 0, height = 0;
  PixelFormat format = PixelFormat::I420;
  bool full_range = false;
  bool operator==(const Input&) const = default;
};

struct Scaler::State {
  int width = 0, height = 0;
  Input input;
  std::unique_ptr<SwsContext, FreeSws> context;

  Result<void> prepare(const Input& wanted) {
    if (context && input == wanted) return {};
    input = wanted;
    context.reset(sws_alloc_context());
    if (!context) return make_error(ErrorKind::ResourceExhausted, "scale: out of memory");
    auto set = [&](const char* name, int value) { av_opt_set_int(context.get(), name, value, 0); };
    set("srcw", input.width);
    set("srch", input.height);
    set("src_format", ffmpeg::av_layout(input.format));
    // The range must be known before the context is made, else it takes a path that ignores it.
    set("src_range", input.full_range ? 1 : 0);
    set("dstw", width);
    set("dsth", height);
    set("dst_format", AV_PIX_FMT_YUV420P);
    set("dst_range", 0);
    set("sws_flags", SWS_AREA);
    if (sws_init_context(context.get(), nullptr, nullptr) >= 0) return {};
    context.reset();
    return make_error(ErrorKind::InvalidArgument, "scale: sizes that cannot be converted");
  }
};

Scaler::Scaler(int width, int height) : state_(std::make_unique<State>()) {
  state_->width = width;
  state_->height = height;
}
Scaler::~Scaler() = default;

Result<FramePtr> Scaler::scale(const FramePtr& from) {
  auto& s = *state_;
  if (from->format == PixelFormat::I420 && !from->full_range && from->width == s.width && from->height == s.height) {
    return from;
  }
  VIGIL_TRY(s.prepare({from->width, from->height, from->format, from->full_range}));
  auto picture = make_picture(s.width, s.height);
  std::array<const std::uint8_t*, 4> in{};
  std::array<int, 4> in_strides{};
  std::array<std::uint8_t*, 4> out{};
  std::array<int, 4> out_strides{};
  for (std::size_t i = 0; i < 3; ++i) {
    in[i] = from->planes[i].data;
    in_strides[i] = from->planes[i].stride;
    out[i] = const_cast<std::uint8_t*>(picture->frame.planes[i].data);
    out_strides[i] = picture->frame.planes[i].stride;
  }
  if (sws_scale(s.context.get(), in.data(), in_strides.data(), 0, from->height, out.data(), out_strides.data()) < 0) {
    return make_error(ErrorKind::Internal, "scale: libswscale failed");
  }
  auto& frame = picture->frame;
  frame.sequence = from->sequence;
  frame.pts = from->pts;
  frame.captured = from->captured;
  return FramePtr(picture, &frame);
}

}  // namespace vigil::media
