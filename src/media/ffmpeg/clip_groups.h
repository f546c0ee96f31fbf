#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "media/clip.h"
#include "media/ffmpeg/clip_input.h"

// Packets by groups: from a key frame to before the next one. Within a group, and from group to group, the order of
// showing is known before anything is decoded. Private to src/media/ffmpeg.

namespace vigil::media::ffmpeg {

struct ClipEntry {
  AvPacket unit;
  ClipPlace place;
  bool wanted = false;
};

struct ClipGroup {
  std::vector<ClipEntry> entries;  // in the order of decoding
  bool whole = false;              // a key frame, or the end, comes next

  bool empty() const { return entries.empty(); }
  bool begins_with_key() const { return !entries.empty() && entries.front().place.key; }
};

class ClipGroups {
 public:
  using Read = std::function<std::optional<ClipPacket>()>;
  explicit ClipGroups(Read read) : read_(std::move(read)) {}

  // Forgets what was read: begins anew with the next key frame, wherever that is.
  void restart();

  // The next group; empty at the end. `previous`, `index` and `key` of its places are set, and `next` but for the one
  // that is shown last.
  ClipGroup read();

  // Sets that one: what comes after is read.
  static void join(ClipGroup& group, const ClipGroup& after);

 private:
  std::optional<ClipPacket> take();
  void cut(std::vector<ClipPacket>& packets);
  ClipGroup arranged(std::vector<ClipPacket> packets);

  Read read_;
  std::deque<ClipPacket> carried_;
  std::optional<Ticks> last_;  // shown
  std::int64_t shown_ = 0;
  bool counted_ = true;
  bool from_key_ = false;
  bool first_ = true;
};

}  // namespace vigil::media::ffmpeg
