#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/sync.h"
#include "media/packet.h"

namespace vigil::sim {

// A key frame and what follows it until the next one.
struct Gop {
  std::vector<media::Packet> units;  // decode order; dts and pts counted from the beginning of the reel
  Ticks start{0};
  Ticks duration{0};
};
using GopPtr = std::shared_ptr<const Gop>;

// Encoded video that is played again and again by any number of cameras: written once by a loader thread, read by
// all. Thread-safe.
class Reel {
 public:
  // In order of time. The first one makes the reel ready.
  void append(Gop gop);
  void finish();  // nothing more comes

  std::size_t size() const;
  bool finished() const;
  GopPtr gop(std::size_t index) const;  // index < size()
  Ticks duration() const;
  std::size_t gop_at(Ticks time) const;  // the GOP that holds this time; the last one beyond the end. Not when empty.
  media::ParamsPtr params() const;       // of the first unit; null while empty

 private:
  mutable Mutex mutex_;
  std::vector<GopPtr> gops_ VIGIL_GUARDED_BY(mutex_);
  bool finished_ VIGIL_GUARDED_BY(mutex_) = false;
};

// Cuts packets in decode order into GOPs. Packets before the first key frame are left out.
class GopCutter {
 public:
  // `frame`: how long the last picture of a reel is shown.
  GopCutter(Reel& reel, Ticks frame) : reel_(reel), frame_(frame) {}

  void push(media::Packet packet);
  void finish();

 private:
  void close(Ticks end);

  Reel& reel_;
  Ticks frame_;
  Gop open_;
};

// One camera's way through a reel: whole GOPs, for ever, timestamps without a seam. Times are since the start of the
// simulator. Pure; not thread-safe.
class LoopCursor {
 public:
  // `share`, 0 to 1: how far into the reel this camera begins, so that cameras look different. While the reel still
  // grows the camera plays from its beginning and moves over, once, when it is finished.
  LoopCursor(std::shared_ptr<const Reel> reel, Ticks begins, double share);

  // When the next unit is due; nothing while the reel is empty.
  std::optional<Ticks> next_due();
  // The next unit with dts and pts moved to when it is due. Only after next_due() gave a time.
  media::Packet take();
  std::optional<Ticks> next_key_due();
  // Goes on to the first key frame that is due at `now` or later.
  void skip_to(Ticks now);

 private:
  bool ready();
  void next_gop();

  std::shared_ptr<const Reel> reel_;
  double share_;
  bool moved_ = false;
  GopPtr gop_;
  std::size_t gop_index_ = 0, unit_ = 0;
  Ticks gop_due_;
};

}  // namespace vigil::sim
