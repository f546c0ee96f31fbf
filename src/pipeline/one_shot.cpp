#include "pipeline/one_shot.h"

#include <utility>

namespace vigil::pipeline {
namespace {

constexpr std::chrono::seconds kAtMost{5};

}  // namespace

OneShot::OneShot(const DecoderFactory& make_decoder, const Selection& selection, Clock& clock)
    : make_decoder_(make_decoder),
      selection_(selection),
      clock_(clock),
      deadline_(clock.steady() + kAtMost),
      frames_(selection.bytes, std::chrono::hours(24)) {}

Result<void> OneShot::take(const media::Packet& packet) {
  if (clock_.steady() > deadline_) {
    return make_error(ErrorKind::DeadlineExceeded,
                      "decoding up to that picture takes too long; shorten the camera's key frame interval");
  }
  if (!decoder_) {
    if (!packet.key) return {};
    VIGIL_ASSIGN(decoder_, make_decoder_(*packet.params, {}));
  }
  if (packet.discontinuity) keep(decoder_->flush());
  if (auto frames = decoder_->decode(packet); frames.ok()) keep(std::move(frames).value());
  return {};
}

Result<std::vector<media::FramePtr>> OneShot::finish() {
  if (decoder_) keep(decoder_->flush());
  decoder_.reset();
  if (frames_.empty()) return make_error(ErrorKind::Unavailable, "the camera's pictures cannot be decoded");
  return frames_.last(selection_.count);
}

void OneShot::keep(std::vector<media::FramePtr> frames) {
  for (auto& frame : frames) {
    if (frame->captured <= selection_.until) frames_.push(std::move(frame));
  }
}

}  // namespace vigil::pipeline
