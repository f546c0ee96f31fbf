#pragma once

#include <cstdint>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "base/sync.h"
#include "store/records.h"

namespace vigil::records {

struct Keep {
  std::string data_dir;                         // the pictures lie in it
  Nanos records = std::chrono::hours(24 * 30);  // runs, tracks, objects, scenes, plates and their pictures
  Nanos boxes = std::chrono::hours(24 * 7);     // frame by frame, and what tracks looked like
  Nanos every = std::chrono::hours(1);
  bool operator==(const Keep&) const = default;
};

// Clears away what is older than it is to be kept, by its end. A picture's file goes before its row, so that after a
// crash in between the row is found again and its file is simply gone already; never the other way round.
class Sweeper {
 public:
  Sweeper(const Keep& keep, store::RecordLog& log, Clock& clock) : keep_(keep), log_(log), clock_(clock) {}
  ~Sweeper() { stop(); }

  // Sweeps a minute from now, and then every `every`, in a thread of its own.
  void start();
  void stop();

  // Sweeps once; how many records went. An error leaves the rest for the next time.
  Result<std::uint64_t> sweep(std::stop_token stop = {});

 private:
  Result<std::uint64_t> sweep(store::RecordKind kind, WallTime before, std::stop_token stop);

  const Keep keep_;
  store::RecordLog& log_;
  Clock& clock_;
  std::jthread thread_;
};

}  // namespace vigil::records
