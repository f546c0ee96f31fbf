#include "pipeline/decoding.h"

#include <utility>

namespace vigil::pipeline {

FrameNote note_of(const media::Frame& frame) {
  return {frame.sequence,   frame.pts,   frame.captured, frame.format,
          frame.full_range, frame.width, frame.height,   frame.bytes};
}

Decoding::Developed Decoding::take(const media::Packet& packet, const Order& order) {
  Developed out;
  out.outcome.sequence = packet.sequence;
  out.outcome.epoch = order.epoch;
  out.outcome.kept = order.keep;
  wanted_ = wanted_ || order.send;
  auto frames = decode(packet, order);
  out.outcome.failed = !frames.ok();
  if (frames) out.frames = std::move(frames).value();
  for (const auto& frame : out.frames) out.outcome.pictures.push_back(note_of(*frame));
  if (wanted_ && !out.frames.empty()) {
    wanted_ = false;
    out.outcome.wanted = out.frames.front();
  }
  MutexLock lock(mutex_);
  if (order.keep) {
    for (const auto& frame : out.frames) kept_.push(frame);
  } else {
    kept_.clear();
  }
  return out;
}

Result<std::vector<media::FramePtr>> Decoding::decode(const media::Packet& packet, const Order& order) {
  const media::DecoderOptions options{.skip_loop_filter = order.skip_loop_filter, .key_frames_only = order.alone};
  // The loop filter comes and goes with those who look, at the next key frame.
  if (order.alone || (packet.key && skips_filter_ != order.skip_loop_filter)) decoder_.reset();
  std::vector<media::FramePtr> frames;
  if (!decoder_) {
    if (!packet.key) return frames;
    VIGIL_ASSIGN(decoder_, make_decoder_(*packet.params, options));
    skips_filter_ = order.skip_loop_filter;
  } else if (packet.discontinuity) {
    frames = decoder_->flush();
  }
  auto decoded = decoder_->decode(packet);
  if (decoded) frames.insert(frames.end(), decoded->begin(), decoded->end());
  if (order.alone) {
    if (decoded) {
      // Nothing follows that would push the picture out of the decoder.
      auto held = decoder_->flush();
      frames.insert(frames.end(), held.begin(), held.end());
    }
    // A decoder holds megabytes: not from one key frame to the next.
    decoder_.reset();
  }
  if (!decoded && frames.empty()) return std::move(decoded).error();
  return frames;
}

std::vector<media::FramePtr> Decoding::interrupt(bool forget) {
  std::vector<media::FramePtr> held;
  if (decoder_ && !forget) held = decoder_->flush();
  decoder_.reset();
  MutexLock lock(mutex_);
  if (forget) kept_.clear();
  return held;
}

std::vector<media::FramePtr> Decoding::kept(const std::vector<std::uint64_t>& sequences) const {
  std::vector<media::FramePtr> out;
  MutexLock lock(mutex_);
  for (const auto sequence : sequences) {
    if (auto frame = kept_.of(sequence)) out.push_back(std::move(frame));
  }
  return out;
}

}  // namespace vigil::pipeline
