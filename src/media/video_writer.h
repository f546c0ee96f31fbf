#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/frame.h"

namespace vigil::media {

// Writes pictures into an MP4 file (H.264). Not thread-safe.
class VideoWriter {
 public:
  virtual ~VideoWriter() = default;

  // Times must rise; a picture that does not is passed over. Any size and layout: it is brought to that of the file.
  virtual Result<void> write(const FramePtr& frame) = 0;

  // What is held back, and the index. Without it the file cannot be played.
  virtual Result<void> finish() = 0;
};

// Into memory, as fragments: plays while it is being fetched. Same pictures, same bytes.
class MemoryVideo : public VideoWriter {
 public:
  virtual std::vector<std::uint8_t> take() = 0;  // after finish()
};
Result<std::unique_ptr<MemoryVideo>> make_memory_video(int width, int height, double fps);

// A new file, or one in the place of an old one. Odd sizes become the even ones below. InvalidArgument: no such size;
// Unavailable: it cannot be written, or there is no encoder.
Result<std::unique_ptr<VideoWriter>> make_video_writer(const std::string& path, int width, int height, double fps);

// The same file by way of `put`, which brings pieces of it to their place. Mostly they follow each other; at the end
// some bytes of the beginning come again. Its error ends the writing.
using PutPiece = std::function<Result<void>(std::uint64_t offset, std::span<const std::uint8_t> bytes)>;
Result<std::unique_ptr<VideoWriter>> make_video_writer(PutPiece put, int width, int height, double fps);

}  // namespace vigil::media
