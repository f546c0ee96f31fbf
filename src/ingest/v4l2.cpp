#include "ingest/v4l2.h"

#include <fmt/format.h>
#include <linux/videodev2.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace vigil::ingest {
namespace {

using model::FailureReason;

constexpr unsigned kBuffers = 4;
constexpr unsigned kMaxFormats = 64;
constexpr int kStopPeriodMs = 100;

bool is_video_path(std::string_view path) {
  constexpr std::string_view prefix = "/dev/video";
  return path.starts_with(prefix) && path.size() > prefix.size() && path.size() < 32 &&
         std::all_of(path.begin() + prefix.size(), path.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string four_letters(std::uint32_t format) {
  std::string name;
  for (int shift = 0; shift < 32; shift += 8) {
    auto c = static_cast<char>((format >> shift) & 0x7f);
    name.push_back(std::isprint(static_cast<unsigned char>(c)) ? c : '?');
  }
  return name;
}

}  // namespace

V4l2Source::V4l2Source(const SourceConfig& config, std::unique_ptr<VideoDevice> device, Clock& clock)
    : config_(config), device_(std::move(device)), clock_(clock) {}

V4l2Source::~V4l2Source() {
  if (streaming_) {
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    device_->control(VIDIOC_STREAMOFF, &type);
  }
  for (const auto& buffer : buffers_) device_->unmap(buffer.address, buffer.length);
}

Failure V4l2Source::failed(const char* what, int error) const {
  auto reason = FailureReason::Protocol;
  if (error == -ENOENT || error == -ENODEV || error == -ENXIO) reason = FailureReason::NotFound;
  if (error == -EBUSY) reason = FailureReason::Busy;
  if (error == -EACCES || error == -EPERM) reason = FailureReason::Auth;
  auto detail = fmt::format("{}: {}: {}", path_, what, std::generic_category().message(-error));
  if (reason == FailureReason::Auth) detail += "; is the server's user in the group \"video\"?";
  if (reason == FailureReason::Busy) detail += "; another program uses the camera";
  return {reason, detail};
}

std::optional<Failure> V4l2Source::choose_format() {
  v4l2_capability capability{};
  if (int error = device_->control(VIDIOC_QUERYCAP, &capability); error != 0)
    return failed("is no video device", error);
  auto able = (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? capability.device_caps : capability.capabilities;
  if ((able & V4L2_CAP_VIDEO_CAPTURE) == 0 || (able & V4L2_CAP_STREAMING) == 0) {
    return Failure{FailureReason::NotFound, path_ + " gives no pictures: another /dev/video* of the same camera does"};
  }
  std::string offered;
  bool h264 = false, mjpeg = false;
  for (unsigned index = 0; index < kMaxFormats; ++index) {
    v4l2_fmtdesc description{};
    description.index = index;
    description.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (device_->control(VIDIOC_ENUM_FMT, &description) != 0) break;
    h264 = h264 || description.pixelformat == V4L2_PIX_FMT_H264;
    mjpeg = mjpeg || description.pixelformat == V4L2_PIX_FMT_MJPEG || description.pixelformat == V4L2_PIX_FMT_JPEG;
    offered += (offered.empty() ? "" : ", ") + four_letters(description.pixelformat);
  }
  if (!h264 && !mjpeg) {
    return Failure{FailureReason::Codec,
                   fmt::format("{} offers only raw pictures ({}); a camera that compresses by itself "
                               "(H.264 or MJPEG) is needed",
                               path_, offered.empty() ? "no format" : offered)};
  }
  h264_ = h264;
  v4l2_format format{};
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  format.fmt.pix.width = 1920;  // the driver takes the nearest that it has
  format.fmt.pix.height = 1080;
  format.fmt.pix.pixelformat = h264 ? V4L2_PIX_FMT_H264 : V4L2_PIX_FMT_MJPEG;
  format.fmt.pix.field = V4L2_FIELD_ANY;
  if (int error = device_->control(VIDIOC_S_FMT, &format); error != 0) return failed("takes no picture format", error);
  return std::nullopt;
}

std::optional<Failure> V4l2Source::map_buffers() {
  v4l2_requestbuffers request{};
  request.count = kBuffers;
  request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  request.memory = V4L2_MEMORY_MMAP;
  if (int error = device_->control(VIDIOC_REQBUFS, &request); error != 0) return failed("gives no buffers", error);
  for (unsigned index = 0; index < std::min(request.count, 32u); ++index) {
    v4l2_buffer buffer{};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    buffer.index = index;
    if (int error = device_->control(VIDIOC_QUERYBUF, &buffer); error != 0) return failed("gives no buffers", error);
    auto* address = device_->map(buffer.length, buffer.m.offset);
    if (address == nullptr) return failed("gives no buffers", -ENOMEM);
    buffers_.push_back({address, buffer.length});
    if (int error = device_->control(VIDIOC_QBUF, &buffer); error != 0) return failed("takes no buffers", error);
  }
  if (buffers_.empty()) return failed("gives no buffers", -ENOMEM);
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (int error = device_->control(VIDIOC_STREAMON, &type); error != 0) return failed("does not start", error);
  streaming_ = true;
  return std::nullopt;
}

Outcome<SourceInfo> V4l2Source::open() {
  const auto& url = config_.stream.url;
  if (!url || url->scheme != "v4l2" || !url->host.empty() || !is_video_path(url->path)) {
    return Failure{FailureReason::NotFound, "a camera at this machine is given as v4l2:///dev/video0"};
  }
  path_ = url->path;
  if (int error = device_->open(path_.c_str()); error != 0) return failed("cannot be opened", error);
  if (auto failure = choose_format()) return *failure;
  if (auto failure = map_buffers()) return *failure;
  media::CodecParams params;
  params.codec = h264_ ? media::Codec::H264 : media::Codec::Mjpeg;
  if (h264_) units_ = std::make_unique<media::AccessUnitNormaliser>(params);
  return SourceInfo{"", {std::make_shared<const media::CodecParams>(params)}};
}

// The bytes of the next filled buffer, which goes back to the driver at once; empty when the driver marked it as
// broken.
Outcome<std::vector<std::uint8_t>> V4l2Source::take() {
  v4l2_buffer buffer{};
  buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffer.memory = V4L2_MEMORY_MMAP;
  if (int error = device_->control(VIDIOC_DQBUF, &buffer); error != 0) {
    if (error == -EAGAIN || error == -EINTR) return std::vector<std::uint8_t>{};
    return Failure{FailureReason::Ended, failed("was unplugged", error).detail};
  }
  if (buffer.index >= buffers_.size()) return failed("names a buffer that does not exist", -EIO);
  std::vector<std::uint8_t> bytes;
  if ((buffer.flags & V4L2_BUF_FLAG_ERROR) == 0) {
    auto* data = static_cast<const std::uint8_t*>(buffers_[buffer.index].address);
    bytes.assign(data, data + std::min<std::size_t>(buffer.bytesused, buffers_[buffer.index].length));
  }
  if (int error = device_->control(VIDIOC_QBUF, &buffer); error != 0) return failed("takes no buffers", error);
  return bytes;
}

Result<std::optional<media::Packet>> V4l2Source::make(std::vector<std::uint8_t> bytes) {
  auto now = clock_.steady();
  if (!h264_) {
    VIGIL_ASSIGN(auto packet, pictures_.make(std::move(bytes), clock_.wall(), now.time_since_epoch()));
    return std::optional(std::move(packet));
  }
  VIGIL_ASSIGN(auto unit, units_->push(bytes));
  if (unit.data.empty() || !unit.params) return std::optional<media::Packet>();
  media::Packet packet;
  packet.discontinuity = !start_;
  if (!start_) start_ = now;
  last_ = std::max(std::chrono::duration_cast<Ticks>(now - *start_), last_ + Ticks(1));
  packet.dts = packet.pts = last_;
  packet.received = clock_.wall();
  packet.key = unit.key;
  packet.params = std::move(unit.params);
  packet.data = media::SharedBytes(std::move(unit.data));
  return std::optional(std::move(packet));
}

Outcome<media::Packet> V4l2Source::read() {
  auto deadline = clock_.steady() + config_.read_timeout;
  while (clock_.steady() < deadline) {
    if (stop_.stop_requested()) return Failure{FailureReason::Stopped, "stopped"};
    int ready = device_->wait(kStopPeriodMs);
    if (ready < 0 && ready != -EINTR) return Failure{FailureReason::Ended, failed("was unplugged", ready).detail};
    if (ready <= 0) continue;
    auto bytes = take();
    if (!bytes.ok()) return bytes.failure();
    if (bytes.value().empty()) continue;
    auto packet = make(std::move(bytes.value()));
    if (!packet.ok() || !packet->has_value()) continue;  // the first pictures of a webcam are often torn
    seen_ = true;
    return std::move(**packet);
  }
  if (seen_) return Failure{FailureReason::Stalled, path_ + " gives no picture any more"};
  return Failure{FailureReason::NoVideo, path_ + " was opened, but gives no picture"};
}

void V4l2Source::interrupt() {
  stop_.request_stop();
}

}  // namespace vigil::ingest
