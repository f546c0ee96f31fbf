#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "app/options.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/sighting.h"
#include "pipeline/subject_assigner.h"
#include "sinks/shared_looks.h"
#include "store/repositories.h"

namespace vigil::app {

// Who was seen where, for a whole server: one gallery, ids that are never used again, what the store knows of before,
// and what other servers see with which Redis is shared.
class Subjects {
 public:
  // InvalidArgument: redis.url. The store outlives this.
  static Result<std::unique_ptr<Subjects>> make(const Settings& settings, store::Store& store, Clock& clock);
  ~Subjects();  // stops

  // Where the store cannot say what it knows, those seen before are strangers, and the log says so.
  void start();
  void stop();

  pipeline::SubjectAssigner& assigner();  // thread-safe, usable before start() and after stop()
  std::size_t known() const;
  // Where other servers saw it, the newest first.
  std::vector<model::RemoteSighting> elsewhere(std::uint64_t subject) const;
  std::optional<sinks::SharedLooksFigures> shared() const;  // nothing: not shared

 private:
  struct State;
  explicit Subjects(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vigil::app
