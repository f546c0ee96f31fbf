#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"
#include "media/frame.h"

// The pictures of a foreign video file, no more of them decoded than is needed. Opens no other file and nothing of the
// network, whatever the file says. Meant for a process with a sandbox around it.

namespace vigil::media {

struct ClipOptions {
  int threads = 1;  // of the decoder
  int max_streams = 32;
  // Asked before each reading, where bytes of the file may still have to come: how many from `offset` on may be read,
  // at most `most` and at least one; waits for them. Null: everything is there.
  std::function<std::size_t(std::uint64_t offset, std::size_t most)> ready = nullptr;
};

struct ClipAudio {
  std::string codec;
  int sample_rate = 0, channels = 0;  // 0: it does not say, or what cannot be
};

// What the file says of itself.
struct ClipInfo {
  std::string format;              // "mov", "matroska", "mpegts", "flv"
  std::string codec;               // "h264", …
  std::string profile;             // may be empty
  int width = 0, height = 0;       // as it is stored
  int turns = 0;                   // quarter turns clockwise that bring it upright
  int aspect_x = 1, aspect_y = 1;  // sides of a pixel
  int bits = 8;                    // of a sample
  bool interlaced = false;
  double fps = 0;             // 0: not known
  Ticks duration{0};          // 0: not known
  std::int64_t bit_rate = 0;  // of the file; 0: not known
  std::int64_t pictures = 0;  // how many there probably are; 0: not known
  std::optional<ClipAudio> audio;
  // As they stand in the file: foreign bytes. At most 64, of at most 4 KiB.
  std::vector<std::pair<std::string, std::string>> tags;
};

// Where a picture stands, before it is decoded. Times count from the beginning of the file, as a player shows them.
struct ClipPlace {
  Ticks time{0};
  std::optional<Ticks> previous, next;  // of the pictures shown before and after; nothing: there is none
  std::int64_t index = -1;              // in the order of showing, from 0; -1: not known after a seek
  bool key = false;
};

struct ClipPicture {
  FramePtr frame;  // upright
  ClipPlace place;
};

struct ClipFigures {
  std::uint64_t packets = 0;  // read
  std::uint64_t sent = 0;     // given to the decoder
  std::uint64_t decoded = 0;  // that came out of it
  std::uint64_t broken = 0;   // packets and wanted pictures that could not be decoded
  std::string ended;          // why it ended before its end; empty: it did not
};

// Not thread-safe.
class Clip {
 public:
  virtual ~Clip() = default;
  virtual const ClipInfo& info() const = 0;
  virtual const ClipFigures& figures() const = 0;

  // The next picture that `wanted` says yes to, in the order of showing; nothing at the end. `wanted` is asked about
  // each picture, sometimes twice, and some pictures ahead; what it says must depend on the place alone.
  using Wanted = std::function<bool(const ClipPlace&)>;
  virtual Result<std::optional<ClipPicture>> next(const Wanted& wanted) = 0;

  // Goes on at the last key frame at or before `time`. From now on no index is known.
  virtual Result<void> seek(Ticks time) = 0;

  // Until when the places are read: a seek to before that saves nothing.
  virtual Ticks ahead() const = 0;
};

// Kinds of files and codecs as the upload takes them. Errors say to people what is wrong with the file:
// UnsupportedMedia (media.empty, media.format, media.no_video, media.codec), InvalidArgument (media.broken,
// media.too_large, media.too_much).
Result<std::unique_ptr<Clip>> open_clip(Fd file, std::uint64_t size, const ClipOptions& options = {});

// Decoders and what they set up at first use, before a sandbox closes.
void warm_up_clips();

}  // namespace vigil::media
