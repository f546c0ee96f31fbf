#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "media/frame.h"

namespace vigil::media {

// The pictures of a local file, of any codec that this libavcodec decodes. Only for files that the owner of the machine
// names himself, as footage of simulated cameras: what comes from cameras and users goes through Demuxer and Decoder,
// which take few formats. Not thread-safe.
class VideoFile {
 public:
  virtual ~VideoFile() = default;

  virtual int width() const = 0;
  virtual int height() const = 0;
  virtual double fps() const = 0;  // as the file's header says; 25 where it says nothing

  // The next picture with its time in the file; null at the end. Broken pictures are passed over.
  virtual Result<FramePtr> read() = 0;
};

// InvalidArgument: no such file, no video in it, or nothing that decodes it.
Result<std::unique_ptr<VideoFile>> open_video_file(const std::string& path);

}  // namespace vigil::media
