#include "pipeline/one_shot.h"

#include <memory>
#include <utility>

namespace vigil::pipeline {
namespace {

constexpr std::chrono::seconds kAtMost{5};

}  // namespace

Result<void> decode_once(const std::vector<media::PacketPtr>& packets, WallTime until,
                         const DecoderFactory& make_decoder, Clock& clock, const std::function<bool()>& stopped,
                         FrameRing& into) {
  const auto deadline = clock.steady() + kAtMost;
  std::unique_ptr<media::Decoder> decoder;
  const auto keep = [&](std::vector<media::FramePtr> frames) {
    for (auto& frame : frames) {
      if (frame->captured <= until) into.push(std::move(frame));
    }
  };
  for (const auto& packet : packets) {
    if (stopped()) return make_error(ErrorKind::Cancelled, "the camera is being stopped");
    if (clock.steady() > deadline) {
      return make_error(ErrorKind::DeadlineExceeded,
                        "decoding up to that picture takes too long; shorten the camera's key frame interval");
    }
    if (!decoder) {
      if (!packet->key) continue;
      auto made = make_decoder(*packet->params, {});
      if (!made) return std::move(made).error();
      decoder = std::move(made).value();
    }
    if (packet->discontinuity) keep(decoder->flush());
    if (auto frames = decoder->decode(*packet); frames.ok()) keep(std::move(frames).value());
  }
  if (decoder) keep(decoder->flush());
  if (into.empty()) return make_error(ErrorKind::Unavailable, "the camera's pictures cannot be decoded");
  return {};
}

}  // namespace vigil::pipeline
