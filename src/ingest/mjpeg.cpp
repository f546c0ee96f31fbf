#include "ingest/mjpeg.h"

#include <utility>

#include "base/redact.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;

// Parts that are no pictures: a text here and there is normal, nothing but texts is not.
constexpr int kMaxForeignParts = 100;

}  // namespace

MjpegSource::MjpegSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress, Clock& clock)
    : config_(config), egress_(std::move(egress)), clock_(clock), http_(egress_, stop_.get_token()) {}

Outcome<SourceInfo> MjpegSource::open() {
  if (!config_.stream.url) return Failure{FailureReason::Internal, "an MJPEG camera needs a URL"};
  HttpRequest request;
  request.url = *config_.stream.url;
  request.accept = "multipart/x-mixed-replace, image/jpeg";
  request.open_timeout = config_.connect_timeout;
  request.max_body.reset();
  auto answer = http_.open(request);
  if (!answer.ok()) return answer.failure();
  const auto& type = answer.value().content_type;
  if (type.starts_with("image/")) {
    single_ = std::make_unique<SnapshotSource>(config_, egress_, stop_, clock_);
    return single_->open();
  }
  if (type.starts_with("text/html")) {
    return Failure{FailureReason::Protocol,
                   "the camera answers with a web page: is the path of its MJPEG stream right?"};
  }
  parser_ = std::make_unique<MultipartParser>(type);
  return SourceInfo{"", {PictureTrack::announced()}};
}

Failure MjpegSource::silent() const {
  if (seen_) return {FailureReason::Stalled, "the camera sends no picture any more"};
  return {FailureReason::NoVideo, "the camera answers, but sends no picture"};
}

Outcome<media::Packet> MjpegSource::read() {
  if (single_) return single_->read();
  auto deadline = clock_.steady() + config_.read_timeout;
  int foreign = 0;
  for (;;) {
    while (auto part = parser_->next()) {
      auto packet = track_.make(std::move(*part), clock_.wall(), clock_.steady().time_since_epoch());
      if (packet.ok()) {
        seen_ = true;
        return std::move(packet).value();
      }
      if (++foreign > kMaxForeignParts) {
        return Failure{FailureReason::Protocol, redact("the camera sends no pictures: " + packet.error().message)};
      }
    }
    auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_.steady());
    if (left.count() <= 0) return silent();  // also of a camera that sends anything but pictures
    auto bytes = http_.read(left);
    if (!bytes.ok()) return bytes.failure().reason == FailureReason::Timeout ? silent() : bytes.failure();
    if (bytes.value().empty()) return Failure{FailureReason::Ended, "the camera ended the stream"};
    if (auto pushed = parser_->push(bytes.value()); !pushed.ok()) {
      return Failure{FailureReason::Protocol, pushed.error().message};
    }
  }
}

void MjpegSource::interrupt() {
  stop_.request_stop();
}

}  // namespace vigil::ingest
