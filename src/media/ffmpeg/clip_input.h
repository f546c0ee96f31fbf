#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"
#include "media/clip.h"
#include "media/ffmpeg/av.h"

// The packets of a foreign file's video. Private to src/media/ffmpeg.

namespace vigil::media::ffmpeg {

struct ClipPacket {
  AvPacket unit;
  Ticks time{0};  // of showing, from the beginning of the file
  bool key = false;
};

class ClipInput {
 public:
  ClipInput(Fd file, std::uint64_t size) : file_(std::move(file)), size_(size) {}
  ~ClipInput();
  ClipInput(const ClipInput&) = delete;
  ClipInput& operator=(const ClipInput&) = delete;

  Result<void> open(const ClipOptions& options);
  const ClipInfo& info() const { return info_; }
  const AVCodecParameters& parameters() const { return *context_->streams[stream_]->codecpar; }
  const AVCodec& decoder() const { return *decoder_; }

  // Nothing at the end; `ended` then says why where it came too early.
  std::optional<ClipPacket> read(ClipFigures& figures);
  bool seek(Ticks time);

 private:
  static int on_read(void* self, std::uint8_t* buffer, int size);
  static std::int64_t on_seek(void* self, std::int64_t offset, int whence);

  Result<void> choose();
  void describe();
  Error unreadable(int code) const;

  Fd file_;
  const std::uint64_t size_;
  std::function<std::size_t(std::uint64_t, std::size_t)> ready_;
  std::uint64_t place_ = 0;
  AVIOContext* io_ = nullptr;
  AVFormatContext* context_ = nullptr;
  const AVCodec* decoder_ = nullptr;
  int stream_ = -1;
  std::int64_t begins_ = 0;  // in the stream's units
  Ticks last_{-1};
  ClipInfo info_;
};

}  // namespace vigil::media::ffmpeg
