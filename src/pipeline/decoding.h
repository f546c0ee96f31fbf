#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/sync.h"
#include "media/decoder.h"
#include "pipeline/analyst.h"
#include "pipeline/frame_ring.h"

namespace vigil::pipeline {

// Makes the decoders, so that tests need none.
using DecoderFactory =
    std::function<Result<std::unique_ptr<media::Decoder>>(const media::CodecParams&, const media::DecoderOptions&)>;

// One camera's packets → pictures, as ordered: the far side of the seam in analyst.h. take() and interrupt() one at a
// time; kept() from any thread.
class Decoding {
 public:
  Decoding(DecoderFactory make_decoder, std::size_t kept_bytes, std::chrono::milliseconds kept_age)
      : make_decoder_(std::move(make_decoder)), kept_(kept_bytes, kept_age) {}

  struct Developed {
    Outcome outcome;
    std::vector<media::FramePtr> frames;
  };
  Developed take(const media::Packet& packet, const Order& order) VIGIL_EXCLUDES(mutex_);

  // Pictures that were held back for their turn; none when all is to be forgotten.
  std::vector<media::FramePtr> interrupt(bool forget) VIGIL_EXCLUDES(mutex_);

  std::vector<media::FramePtr> kept(const std::vector<std::uint64_t>& sequences) const VIGIL_EXCLUDES(mutex_);

 private:
  Result<std::vector<media::FramePtr>> decode(const media::Packet& packet, const Order& order);

  const DecoderFactory make_decoder_;
  std::unique_ptr<media::Decoder> decoder_;
  bool skips_filter_ = false;
  bool wanted_ = false;  // a picture is to be sent as soon as one comes out
  mutable Mutex mutex_;
  FrameRing kept_ VIGIL_GUARDED_BY(mutex_);
};

FrameNote note_of(const media::Frame& frame);

}  // namespace vigil::pipeline
