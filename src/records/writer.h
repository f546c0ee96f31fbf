#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "base/sync.h"
#include "bus/bus.h"
#include "records/channel.h"
#include "records/spool.h"
#include "records/write_times.h"
#include "store/records.h"

namespace vigil::records {

// A JPEG and its size in pixels.
struct Picture {
  std::string jpeg;
  int width = 0, height = 0;
};

struct WriterConfig {
  std::string data_dir;  // the spool and the folder "pictures" lie in it; must exist
  std::uint64_t spool_bytes = std::uint64_t{512} << 20;
  std::size_t batch = 1000;                      // records; more are written at once
  Nanos interval = std::chrono::seconds(2);      // else so often
  Nanos channel_idle = std::chrono::minutes(1);  // the run of a channel that says nothing for so long has ended
  Nanos retry_least = std::chrono::seconds(1), retry_most = std::chrono::seconds(15);
  ChannelConfig channel;
  bool operator==(const WriterConfig&) const = default;
};

struct WriterFigures {
  std::uint64_t observations = 0;
  std::uint64_t dropped = 0;        // observations that came while the writer was late
  std::uint64_t records = 0;        // written
  std::uint64_t refused = 0;        // records that the database will never take
  std::uint64_t lost = 0;           // records for which the spool had no room, and damaged entries of it
  std::uint64_t spooled = 0;        // records kept in the spool, ever
  std::uint64_t spooled_bytes = 0;  // that lie in it now
  std::uint64_t pictures = 0;
  bool away = false;  // the database does not answer
  WriteTimes writes;  // of batches that the database took
};

// Folds what cameras see into records and writes them, in batches. While the database is away they are kept in a file
// of the data directory, and written when it is back, in their order, also by the next process. Everything is written
// so that a second time changes nothing. One thread of its own; figures() and add() may be called from any.
class Writer {
 public:
  // The picture of that camera nearest to the moment, while it is there; nothing when there is none within about half a
  // second. Called from the writer's thread, which it keeps waiting.
  using Pictures =
      std::function<std::optional<Picture>(const std::string& camera_id, std::uint64_t sequence, WallTime captured)>;

  Writer(const WriterConfig& config, std::unique_ptr<bus::ObservationSubscription> observations, store::RecordLog& log,
         Pictures pictures, Clock& clock);
  ~Writer();  // stops

  // Opens the spool. Errors: the data directory's.
  Result<void> start();
  // Takes what is still queued, ends all runs, and writes or spools everything. The topic should be closed before.
  void stop();

  // Records that were made elsewhere (scenes and their key frames, embeddings); written with the next batch. Those
  // without a run get their camera's current one. False when too many wait.
  bool add(store::RecordBatch batch) VIGIL_EXCLUDES(mutex_);

  WriterFigures figures() const VIGIL_EXCLUDES(mutex_);

  // One step, without the thread: takes what is queued and writes what is due. For tests and for commands.
  void step();

 private:
  struct Entry {
    Channel channel;
    SteadyTime heard;
  };

  void work(std::stop_token stop);
  void observe(const model::Observation& frame);
  void count_lost();
  std::optional<FiledPicture> file(const model::Observation& frame, const std::string& id);
  void collect(bool everything);
  void flush();
  void replay();
  void keep(const store::RecordBatch& batch);
  // True when it was written, or never will be; false when the database is away.
  bool write(const store::RecordBatch& batch);
  bool write_one_by_one(const store::RecordBatch& batch);
  void went_away(const Error& error);
  void adopt_runs(store::RecordBatch& batch);

  const WriterConfig config_;
  const std::unique_ptr<bus::ObservationSubscription> observations_;
  store::RecordLog& log_;
  const Pictures pictures_;
  Clock& clock_;
  std::unique_ptr<Spool> spool_;
  std::map<std::string, Entry> channels_;
  store::RecordBatch batch_;
  SteadyTime flushed_, retry_at_;
  Nanos retry_after_{0};
  std::uint64_t dropped_seen_ = 0;
  bool stopped_ = false;

  mutable Mutex mutex_;
  WriterFigures figures_ VIGIL_GUARDED_BY(mutex_);
  store::RecordBatch added_ VIGIL_GUARDED_BY(mutex_);

  std::jthread thread_;
};

}  // namespace vigil::records
