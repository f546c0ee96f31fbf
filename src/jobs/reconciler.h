#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "base/clock.h"
#include "blob/store.h"
#include "store/jobs.h"
#include "store/uploads.h"

namespace vigil::jobs {

struct ReconcilerConfig {
  enum class Mode { Off, Report, Repair };
  Mode mode = Mode::Repair;
  std::chrono::seconds first{600}, every{86400};
  // Nothing that is younger is touched: what is being made, handed in or deleted at the moment settles by itself.
  std::chrono::seconds settled{10};     // a job that ended: its outputs are looked for
  std::chrono::seconds young{86400};    // a blob: it is removed
  std::chrono::milliseconds pause{20};  // after each look at the storage, so that it is busy with others
  // Makes an asset's thumbnail again; empty: nobody does.
  std::function<model::Job(const model::Asset&)> thumbnail_job = {};
  int most_removed = 10000;  // blobs in one pass
};

// What one pass found.
struct Reconciled {
  std::uint64_t jobs = 0, blobs = 0;            // looked at
  std::uint64_t missing = 0;                    // outputs and thumbnails that are gone, or cut short
  std::uint64_t remade = 0;                     // jobs that are done again because of that
  std::uint64_t lost = 0;                       // assets whose bytes are gone: nobody but their owner can help
  std::uint64_t orphans = 0, orphan_bytes = 0;  // blobs that nothing speaks of
  std::uint64_t removed = 0;                    // of these
  std::uint64_t cancelled = 0;                  // jobs whose asset is gone
  bool refused = false;                         // so much would be removed that the database seems to be the wrong one
  std::optional<WallTime> finished_at;
  Nanos took{0};
};

// Compares what the database says with what lies in the storage. A job whose outputs are gone is done again, once in
// its life, and so is an asset's thumbnail: where a rule of the storage removes them, it would never end. Blobs of jobs
// and assets that no row knows any more are removed, and so are those of attempts that do not count (model::JobLitter)
// which came, by a worker that had slept, when they had been swept; originals never are, and when more than half of all
// were to go nothing is. Several servers may do this.
class Reconciler {
 public:
  // All references must outlive it.
  Reconciler(ReconcilerConfig config, store::Jobs& jobs, store::AssetRepository& assets, blob::Store& blobs,
             Clock& clock);
  ~Reconciler();  // stops
  Reconciler(const Reconciler&) = delete;
  Reconciler& operator=(const Reconciler&) = delete;

  void start();
  void stop();
  void hurry();  // a pass begins now; no more than one is under way. Thread-safe
  bool busy() const;
  std::optional<Reconciled> last() const;  // thread-safe

  // One pass, on the caller's thread. Cancelled; errors of store and storage end it.
  Result<Reconciled> pass(std::stop_token stop = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::jobs
