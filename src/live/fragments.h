#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/sync.h"
#include "live/playlist.h"
#include "stream/stream.h"

// The fragments of one camera stream while anybody wants them: one cursor on the stream serves all readers of MSE and
// HLS. Nothing is done, and nothing kept, while there are none.

namespace vigil::live {

// A stream to read; it stays connected as long as `hold` lives.
struct Source {
  std::shared_ptr<stream::Stream> stream;
  std::shared_ptr<const void> hold;
};

struct FragmentsConfig {
  SegmentConfig segments;
  std::chrono::milliseconds close_delay{10000};   // goes on so long after the last reader
  std::chrono::milliseconds hls_patience{20000};  // a reader of HLS has gone when it asked for nothing so long
  std::chrono::milliseconds retry{1000};          // between two tries to get a stream
  Ticks recent = std::chrono::seconds(4);  // a reader of fragments that is later jumps, if there is a newer key frame
  std::size_t recent_bytes = 48u << 20;    // kept for readers of fragments
};

class Fragments : public std::enable_shared_from_this<Fragments> {
 public:
  enum class State {
    Idle,      // no readers, nothing kept
    Starting,  // there is a reader, but no fragment yet
    Running,
    Closing,  // the last reader has left; waits for the next one a while
  };
  struct Figures {
    State state = State::Idle;
    int mse_readers = 0, hls_readers = 0;
    std::uint64_t joins = 0;  // readers that came, so far
    std::uint64_t fragments = 0, bytes = 0;
    std::uint64_t skipped = 0;  // pictures that late readers did not get
  };

  // `open` is called on the thread that works; it may block for a moment.
  Fragments(std::function<Result<Source>()> open, FragmentsConfig config, Clock& clock);
  ~Fragments();

  // Called, from any thread, when there is work(): set once, before anything else.
  void on_work(std::function<void()> wanted) { wanted_ = std::move(wanted); }
  // The rest of this block is for one thread, the same one always.
  void work();  // takes what the stream has
  void tick();  // a few times a second while not idle: retries and closes
  void stop();  // lets go of the stream; for good

  // --- readers; thread-safe ---

  // One who takes fragments as they come (MSE). `wake` is called, on the thread that works, when there may be
  // more; it must return at once and call nothing of this.
  int join(std::function<void()> wake) VIGIL_EXCLUDES(mutex_);
  void leave(int id) VIGIL_EXCLUDES(mutex_);  // `wake` is not running and will not be called any more

  struct Position {
    std::uint64_t next = 0;      // 0: at the newest key frame
    std::uint64_t pictures = 0;  // that came before it
  };
  struct Skipped {
    std::uint64_t pictures = 0;
  };
  // What comes next for a reader, who is moved on: null pointer when there is nothing now. Skipped: it was too late,
  // and goes on at the newest key frame.
  std::variant<FragmentPtr, Skipped> next(Position& position) VIGIL_EXCLUDES(mutex_);

  // One who asks for HLS. `who` tells readers apart.
  void touch(const std::string& who) VIGIL_EXCLUDES(mutex_);
  // `wake` when a part came to its end, or something went wrong.
  int watch_parts(std::function<void()> wake) VIGIL_EXCLUDES(mutex_);
  void unwatch_parts(int id) VIGIL_EXCLUDES(mutex_);

  // Looks at the segments: `look` is called under the lock, with the run's name; not at all before the first segment is
  // complete, when the answer is false.
  bool look(const std::function<void(const Segments&, const std::string& run)>& look) const VIGIL_EXCLUDES(mutex_);
  // Those of the run that `name` speaks of; nothing where it is not (any more).
  std::optional<std::vector<media::SharedBytes>> find(const MediaName& name) const VIGIL_EXCLUDES(mutex_);

  // Why there is nothing: the stream could not be had, or has a codec that fragments cannot carry.
  std::optional<Error> trouble() const VIGIL_EXCLUDES(mutex_);
  Figures figures() const VIGIL_EXCLUDES(mutex_);
  bool idle() const VIGIL_EXCLUDES(mutex_);

 private:
  using Wakes = std::map<int, std::shared_ptr<const std::function<void()>>>;
  bool wanted(SteadyTime now) VIGIL_REQUIRES(mutex_);
  void start() VIGIL_EXCLUDES(mutex_);
  void release();  // the stream
  void go_idle() VIGIL_EXCLUDES(mutex_);
  bool take(const media::PacketPtr& packet) VIGIL_EXCLUDES(mutex_);  // true: a part ended
  void keep(const FragmentPtr& fragment) VIGIL_REQUIRES(mutex_);
  void set_trouble(std::optional<Error> error) VIGIL_EXCLUDES(mutex_);
  void wake_all(bool parts) VIGIL_EXCLUDES(mutex_, wake_mutex_);
  FragmentPtr newest_key() const VIGIL_REQUIRES(mutex_);

  const std::function<Result<Source>()> open_;
  const FragmentsConfig config_;
  Clock& clock_;
  std::function<void()> wanted_;

  // Of the thread that works:
  Source source_;
  std::optional<stream::Cursor> cursor_;
  int watch_ = 0;
  std::optional<SteadyTime> tried_;
  std::optional<Fragmenter> fragmenter_;
  bool stopped_ = false;

  mutable Mutex mutex_;
  State state_ VIGIL_GUARDED_BY(mutex_) = State::Idle;
  std::optional<Error> trouble_ VIGIL_GUARDED_BY(mutex_);
  std::string run_ VIGIL_GUARDED_BY(mutex_);
  std::unique_ptr<Segments> segments_ VIGIL_GUARDED_BY(mutex_);
  std::map<std::uint64_t, InitPtr> inits_ VIGIL_GUARDED_BY(mutex_);
  std::deque<FragmentPtr> recent_ VIGIL_GUARDED_BY(mutex_);
  std::size_t recent_bytes_ VIGIL_GUARDED_BY(mutex_) = 0;
  std::uint64_t next_segment_ VIGIL_GUARDED_BY(mutex_) = 0;  // numbers go on over runs
  std::map<std::string, SteadyTime> hls_ VIGIL_GUARDED_BY(mutex_);
  std::optional<SteadyTime> unused_since_ VIGIL_GUARDED_BY(mutex_);
  Figures figures_ VIGIL_GUARDED_BY(mutex_);

  // Wakes are called under this one, so that leave() can promise its end. Never taken together with the other.
  Mutex wake_mutex_;
  Wakes readers_ VIGIL_GUARDED_BY(wake_mutex_), parts_ VIGIL_GUARDED_BY(wake_mutex_);
  int next_id_ VIGIL_GUARDED_BY(wake_mutex_) = 1;
};

const char* to_string(Fragments::State state);

}  // namespace vigil::live
