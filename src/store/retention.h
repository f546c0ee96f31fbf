#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

// For how long uploads, and what is made of them, are kept. Nothing is kept for longer than its file; what is held is
// kept, whatever is said here.

namespace vigil::store {

enum class KeptKind {
  Files,     // that were handed in, with everything made of them; since they are here
  Pictures,  // what was taken out of them (jobs of the kind extract); since their job ended
  Findings,  // what was found in them (analyse); the same
  Jobs,      // that have ended, with their log, once nothing that they made is there; since they ended
};
inline constexpr KeptKind kKeptKinds[] = {KeptKind::Files, KeptKind::Pictures, KeptKind::Findings, KeptKind::Jobs};
const char* to_string(KeptKind kind);                               // "files", …
std::optional<KeptKind> kept_kind_of(const std::string& job_kind);  // of what such a job makes; nothing: of nothing

// Whole seconds. 0: until somebody deletes it.
struct KeepFor {
  std::chrono::seconds files{0}, pictures{0}, findings{0}, jobs{0};
  std::chrono::seconds& of(KeptKind kind);
  std::chrono::seconds of(KeptKind kind) const { return KeepFor(*this).of(kind); }
  bool operator==(const KeepFor&) const = default;
};

// One owner's. Nothing: as for everybody.
struct Retention {
  std::optional<std::chrono::seconds> files, pictures, findings, jobs;
  std::optional<std::chrono::seconds>& of(KeptKind kind);
  const std::optional<std::chrono::seconds>& of(KeptKind kind) const { return const_cast<Retention*>(this)->of(kind); }
  bool empty() const { return *this == Retention{}; }
  bool operator==(const Retention&) const = default;
};
KeepFor resolve(const KeepFor& everybody, const Retention& own);

struct OwnedRetention {
  std::string owner;
  Retention keep;
};

class RetentionRepository {
 public:
  virtual ~RetentionRepository() = default;
  virtual Result<Retention> get(const std::string& owner) = 0;  // empty where nothing was said
  virtual Result<std::vector<OwnedRetention>> list() = 0;       // by owner; none that are empty
  virtual Result<void> put(const std::string& owner, const Retention& keep) = 0;
};

// Ends what was kept for long enough.
class Expiry {
 public:
  virtual ~Expiry() = default;
  // Ids of files or jobs whose time is over, the longest first; none that are held or still have somebody to tell.
  virtual Result<std::vector<std::string>> due(KeptKind kind, std::chrono::seconds everybody, WallTime now,
                                               int limit) = 0;
  // From now on nobody finds it. Its bytes follow: Files as by AssetRepository::bury(), what jobs made as
  // JobQueue::litter(). NotFound; FailedPrecondition (asset.held, job.state).
  virtual Result<void> end(KeptKind kind, const std::string& id) = 0;
};

}  // namespace vigil::store
