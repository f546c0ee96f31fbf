#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/codec.h"
#include "media/packet.h"
#include "media/video_file.h"
#include "sim/content/reel.h"

namespace vigil::sim {

// A video file: held in memory as it is, or, of a codec that no camera sends, read when it is needed.
struct Footage {
  std::vector<media::Packet> packets;      // the video track; the first dts is 0
  std::unique_ptr<media::VideoFile> file;  // instead of packets
  Ticks frame{0};                          // mean time from one picture to the next
  Ticks longest_gop{0};
  int width = 0, height = 0;
  media::Codec codec = media::Codec::Other;
};

// The first twenty minutes, or 256 MiB, of a file. InvalidArgument says why it cannot be read.
Result<Footage> read_footage(const std::string& path);

struct ReelOptions {
  media::Codec codec = media::Codec::H264;
  int width = 0, height = 0;  // 0: as the footage has it
  int bitrate_kbps = 0;       // 0: constant quality
  double gop_s = 1;
};

// Width and height of the second stream that goes with a main stream of this size.
struct Size {
  int width = 0, height = 0;
};
Size sub_size(Size main);

// Makes the two reels of a camera out of footage, bit by bit: the main one as it is where it fits, the rest encoded.
class ReelMaker {
 public:
  static Result<std::unique_ptr<ReelMaker>> make(Footage footage, const ReelOptions& options);
  ~ReelMaker();

  // Some more; false when all is done. After an error the reels are finished with what there is.
  Result<bool> step();

  bool passes_through() const;  // the main stream is the file's own
  std::shared_ptr<Reel> main() const { return main_; }
  std::shared_ptr<Reel> sub() const { return sub_; }
  Ticks frame() const;

 private:
  struct Work;
  explicit ReelMaker(std::unique_ptr<Work> work);
  std::shared_ptr<Reel> main_, sub_;
  std::unique_ptr<Work> work_;
};

}  // namespace vigil::sim
