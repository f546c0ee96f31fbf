#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "base/sync.h"
#include "media/decoder.h"

// A decoder without a codec: the packet's bytes say what the picture shows. Header-only, for tests.

namespace vigil::pipeline {

// Makes fake decoders and remembers what they did. Thread-safe; outlives them.
class FakeDecoders {
 public:
  // What a packet's first byte says.
  static constexpr std::uint8_t kPicture = 1;  // second byte: where a dark square stands, 0..200; 255: nowhere
  static constexpr std::uint8_t kBroken = 2;
  static constexpr std::uint8_t kHeld = 3;  // a picture that comes out with the next packet or flush()

  struct Call {
    std::uint64_t sequence = 0;
    media::DecoderOptions options;
    int decoder = 0;  // counts from 1
  };

  std::function<Result<std::unique_ptr<media::Decoder>>(const media::CodecParams&, const media::DecoderOptions&)>
  factory() {
    return [this](const media::CodecParams& params,
                  const media::DecoderOptions& options) -> Result<std::unique_ptr<media::Decoder>> {
      return make(params, options);
    };
  }

  std::vector<Call> calls() const {
    MutexLock lock(mutex_);
    return calls_;
  }
  std::vector<std::uint64_t> sequences() const {
    std::vector<std::uint64_t> out;
    for (const auto& call : calls()) out.push_back(call.sequence);
    return out;
  }
  int made() const {
    MutexLock lock(mutex_);
    return made_;
  }

  // Waits until the packet has been handed to a decoder.
  bool wait_for(std::uint64_t sequence) {
    MutexLock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&]() VIGIL_REQUIRES(mutex_) {
      for (const auto& call : calls_) {
        if (call.sequence == sequence) return true;
      }
      return false;
    });
  }

  // decode() of that packet does not return before release().
  void block_at(std::uint64_t sequence) {
    MutexLock lock(mutex_);
    blocked_ = sequence;
  }
  void release() {
    {
      MutexLock lock(mutex_);
      blocked_ = 0;
    }
    changed_.notify_all();
  }
  // No decoder can be made.
  void refuse(bool refuse) {
    MutexLock lock(mutex_);
    refuse_ = refuse;
  }

 private:
  class Fake final : public media::Decoder {
   public:
    Fake(FakeDecoders& home, media::DecoderOptions options, int number)
        : home_(home), options_(options), number_(number) {}

    Result<std::vector<media::FramePtr>> decode(const media::Packet& packet) override {
      home_.note({packet.sequence, options_, number_});
      std::vector<media::FramePtr> frames;
      const auto what = packet.data.view()[0];
      if (!started_ && !packet.key) return make_error(ErrorKind::DataLoss, "does not begin with a key frame");
      started_ = true;
      if (what == kBroken) return make_error(ErrorKind::DataLoss, "broken");
      if (held_) frames.push_back(std::exchange(held_, nullptr));
      auto frame = paint(packet);
      if (what == kHeld) {
        held_ = std::move(frame);
      } else {
        frames.push_back(std::move(frame));
      }
      return frames;
    }

    std::vector<media::FramePtr> flush() override {
      started_ = false;
      std::vector<media::FramePtr> frames;
      if (held_) frames.push_back(std::exchange(held_, nullptr));
      return frames;
    }

   private:
    static media::FramePtr paint(const media::Packet& packet) {
      const int width = packet.params->width, height = packet.params->height;
      auto pixels = std::make_shared<std::vector<std::uint8_t>>(std::size_t(width) * height);
      const int square = packet.data.view()[1];
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          const bool inside = square <= 200 && x >= square * width / 250 && x < square * width / 250 + width / 5 &&
                              y > height / 3 && y < height * 2 / 3;
          (*pixels)[std::size_t(y) * width + x] = static_cast<std::uint8_t>(inside ? 20 : 90 + x * 80 / width);
        }
      }
      auto frame = std::make_shared<media::Frame>();
      frame->sequence = packet.sequence;
      frame->pts = packet.pts;
      frame->captured = packet.time();
      frame->format = media::PixelFormat::Gray;
      frame->width = width;
      frame->height = height;
      frame->planes[0] = {pixels->data(), width, width, height};
      frame->bytes = pixels->size();
      frame->owner = std::move(pixels);
      return frame;
    }

    FakeDecoders& home_;
    const media::DecoderOptions options_;
    const int number_;
    bool started_ = false;
    media::FramePtr held_;
  };

  Result<std::unique_ptr<media::Decoder>> make(const media::CodecParams&, const media::DecoderOptions& options) {
    MutexLock lock(mutex_);
    if (refuse_) return make_error(ErrorKind::InvalidArgument, "no such codec");
    return std::unique_ptr<media::Decoder>(std::make_unique<Fake>(*this, options, ++made_));
  }

  void note(Call call) {
    MutexLock lock(mutex_);
    calls_.push_back(call);
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(10),
                      [&]() VIGIL_REQUIRES(mutex_) { return blocked_ != call.sequence; });
  }

  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<Call> calls_ VIGIL_GUARDED_BY(mutex_);
  std::uint64_t blocked_ VIGIL_GUARDED_BY(mutex_) = 0;
  int made_ VIGIL_GUARDED_BY(mutex_) = 0;
  bool refuse_ VIGIL_GUARDED_BY(mutex_) = false;
};

}  // namespace vigil::pipeline
