#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "ingest/picture_track.h"
#include "ingest/source.h"
#include "media/access_unit.h"

namespace vigil::ingest {

// The kernel's calls for one video device, so that a test can play one. Errors are negative errno values.
class VideoDevice {
 public:
  virtual ~VideoDevice() = default;  // closes
  virtual int open(const char* path) = 0;
  virtual int control(unsigned long request, void* argument) = 0;
  virtual void* map(std::size_t length, std::size_t offset) = 0;  // nullptr: no memory
  virtual void unmap(void* address, std::size_t length) = 0;
  virtual int wait(int milliseconds) = 0;  // 1: a buffer is filled, 0: not yet
};

std::unique_ptr<VideoDevice> make_video_device();

// A camera at this machine (Video4Linux2) that compresses by itself, H.264 or MJPEG. Cameras that give raw pictures
// only are refused with Codec: Vigil does not encode.
class V4l2Source final : public Source {
 public:
  explicit V4l2Source(const SourceConfig& config, std::unique_ptr<VideoDevice> device = make_video_device(),
                      Clock& clock = system_clock());
  ~V4l2Source() override;

  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  struct Buffer {
    void* address = nullptr;
    std::size_t length = 0;
  };
  Failure failed(const char* what, int error) const;
  std::optional<Failure> choose_format();
  std::optional<Failure> map_buffers();
  Outcome<std::vector<std::uint8_t>> take();
  Result<std::optional<media::Packet>> make(std::vector<std::uint8_t> bytes);

  const SourceConfig config_;
  std::unique_ptr<VideoDevice> device_;
  Clock& clock_;
  std::stop_source stop_;
  std::string path_;
  bool h264_ = false;
  std::vector<Buffer> buffers_;
  bool streaming_ = false, seen_ = false;
  PictureTrack pictures_;
  std::unique_ptr<media::AccessUnitNormaliser> units_;
  std::optional<SteadyTime> start_;
  Ticks last_{-1};
};

}  // namespace vigil::ingest
