#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/sync.h"
#include "media/packet.h"

// The hub of one camera stream: a ring of recent packets, written by one ingest thread, read by any number of cursors.
// The writer never waits and never knows its readers. A reader that is too slow loses time, not memory: it is told what
// it missed and resumes at the newest key frame (the model of Moonfire NVR's recent frames; see docs/adr/0004).

namespace vigil::stream {

struct Limits {
  std::size_t max_bytes = 32u << 20;
  std::chrono::milliseconds max_age{10000};  // by receive time; the newest group of pictures stays whatever its age
};

// The reader was overtaken: packets [from, to) are gone. The next packet is the newest key frame.
struct Lagged {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};
struct Closed {};    // the stream has ended and everything was read
struct TimedOut {};  // nothing new within the timeout, or stop was requested

using Next = std::variant<media::PacketPtr, Lagged, Closed, TimedOut>;

enum class Start {
  NewestKeyFrame,  // at the cached group of pictures: a picture at once
  NextPacket,      // only what comes from now on
  OldestKeyFrame,  // everything that the ring still holds
};

struct Figures {
  std::uint64_t packets = 0, bytes = 0;  // published so far
  std::size_t ring_packets = 0, ring_bytes = 0;
  int readers = 0;
  std::uint64_t lagged_packets = 0;  // lost by slow readers, all together
};

class Cursor;

class Stream : public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(Limits limits = {});
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Numbers the packet and makes it visible. One writer. Never waits for a reader; cost does not grow with the number
  // of cursors that are not asleep in next().
  std::uint64_t publish(media::Packet packet) VIGIL_EXCLUDES(mutex_);

  // No packet will come any more; readers get what is left, then Closed.
  void close() VIGIL_EXCLUDES(mutex_);

  // A new reader. Thread-safe. The cursor keeps the stream alive.
  Cursor open(Start start) VIGIL_EXCLUDES(mutex_);

  // Called from publish() and close(), on the writer's thread and outside the lock, each time something new is there;
  // for readers that cannot block (one per event loop, not one per viewer). It must return at once. Returns the id for
  // unwatch(), after which the callback is not running and will not be called again.
  int watch(std::function<void()> on_change) VIGIL_EXCLUDES(watch_mutex_);
  void unwatch(int id) VIGIL_EXCLUDES(watch_mutex_);

  // The packets from the key frame at or before `time` (by Packet::time()) up to the last one taken at or before it;
  // empty when the ring does not reach back so far. Video only.
  std::vector<media::PacketPtr> group_at(WallTime time) const VIGIL_EXCLUDES(mutex_);

  // The newest key frame and all video after it; empty before the first.
  std::vector<media::PacketPtr> newest_group() const VIGIL_EXCLUDES(mutex_);

  // The newest video packet, still in the ring or not; null before the first.
  media::PacketPtr newest_video() const VIGIL_EXCLUDES(mutex_);

  // Parameters of the newest packet of each track, by track number.
  std::map<int, media::ParamsPtr> tracks() const VIGIL_EXCLUDES(mutex_);

  Figures figures() const VIGIL_EXCLUDES(mutex_);

 private:
  friend class Cursor;

  std::uint64_t end() const VIGIL_REQUIRES(mutex_) { return first_ + ring_.size(); }  // sequence of the next packet
  const media::PacketPtr& at(std::uint64_t sequence) const VIGIL_REQUIRES(mutex_) { return ring_[sequence - first_]; }
  void trim() VIGIL_REQUIRES(mutex_);
  void drop_front() VIGIL_REQUIRES(mutex_);
  void closed_by_reader() VIGIL_EXCLUDES(mutex_);

  // Invariants: ring_[i]->sequence == first_ + i; keys_ holds, ascending, the sequences of the video key frames in the
  // ring; bytes_ is the sum of the ring's packet sizes.
  const Limits limits_;
  mutable Mutex mutex_;
  CondVar packet_came_, key_came_;
  std::deque<media::PacketPtr> ring_ VIGIL_GUARDED_BY(mutex_);
  std::deque<std::uint64_t> keys_ VIGIL_GUARDED_BY(mutex_);
  std::map<int, media::ParamsPtr> tracks_ VIGIL_GUARDED_BY(mutex_);
  media::PacketPtr newest_video_ VIGIL_GUARDED_BY(mutex_);
  std::uint64_t first_ VIGIL_GUARDED_BY(mutex_) = 1;
  std::size_t bytes_ VIGIL_GUARDED_BY(mutex_) = 0;
  std::uint64_t total_bytes_ VIGIL_GUARDED_BY(mutex_) = 0;
  std::uint64_t lagged_ VIGIL_GUARDED_BY(mutex_) = 0;
  int readers_ VIGIL_GUARDED_BY(mutex_) = 0;
  int waiting_ VIGIL_GUARDED_BY(mutex_) = 0;      // asleep in next()
  int waiting_key_ VIGIL_GUARDED_BY(mutex_) = 0;  // asleep in next_key()
  bool closed_ VIGIL_GUARDED_BY(mutex_) = false;

  Mutex watch_mutex_;
  std::map<int, std::function<void()>> watchers_ VIGIL_GUARDED_BY(watch_mutex_);
  int next_watch_ VIGIL_GUARDED_BY(watch_mutex_) = 1;
};

// The position of one reader. Move-only; used by one thread at a time. Packets come in sequence, all tracks mixed.
class Cursor {
 public:
  Cursor(Cursor&& other) noexcept;
  Cursor& operator=(Cursor&& other) noexcept;
  ~Cursor();

  // Waits for the next packet. A requested stop and an elapsed timeout both come back as TimedOut.
  Next next(std::stop_token stop, std::chrono::milliseconds timeout);

  // Does not wait: TimedOut when there is nothing new.
  Next try_next();

  // Waits for the next video key frame and passes over everything before it, without waking for it: the way to look at
  // a camera now and then. Never Lagged: what it skips it did not want.
  Next next_key(std::stop_token stop, std::chrono::milliseconds timeout);

  // Goes to the newest key frame, forward only; the number of packets passed over.
  std::uint64_t skip_to_newest_key();

  // Packets between this reader and the newest one.
  std::uint64_t behind() const;

 private:
  friend class Stream;
  Cursor(std::shared_ptr<Stream> stream, std::uint64_t position) : stream_(std::move(stream)), position_(position) {}
  Next take() VIGIL_NO_THREAD_SAFETY_ANALYSIS;

  std::shared_ptr<Stream> stream_;
  std::uint64_t position_ = 1;  // sequence of the packet to read next
};

}  // namespace vigil::stream
