#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "media/frame.h"

namespace vigil::media {

// The pictures of a local file, of any codec that this libavcodec decodes. Only for files that the owner of the machine
// names himself: footage of simulated cameras, `vigil process`. What comes from cameras and users goes through Demuxer
// and Decoder, which take few formats. Not thread-safe.
class VideoFile {
 public:
  virtual ~VideoFile() = default;

  // As it is to be looked at: turned as the file says. Pictures may differ, if the file changes its size.
  virtual int width() const = 0;
  virtual int height() const = 0;
  virtual double fps() const = 0;  // as the file's header says; 25 where it says nothing

  // How many pictures there probably are; 0: not known.
  virtual std::int64_t estimated_frames() const = 0;

  // The next picture with its time in the file, upright; null at the end. Broken pictures are passed over.
  virtual Result<FramePtr> read() = 0;

  // What went wrong until now.
  struct Trouble {
    std::uint64_t broken = 0;  // packets and pictures that could not be decoded
    std::string ended;         // why the file ended before its end, as libav says it; empty: it did not
  };
  virtual const Trouble& trouble() const = 0;
};

// InvalidArgument: no such file, no video in it, or nothing that decodes it.
Result<std::unique_ptr<VideoFile>> open_video_file(const std::string& path);

}  // namespace vigil::media
