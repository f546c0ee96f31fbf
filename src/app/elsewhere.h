#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/sync.h"
#include "model/sighting.h"

namespace vigil::app {

// Which subjects other servers see, as they told: the newest kMost tracks, or somewhat fewer. Thread-safe.
class Elsewhere {
 public:
  static constexpr std::size_t kMost = 10'000;

  // Of a track that is known already: it goes on, and may show somebody else now.
  void add(std::uint64_t subject, model::RemoteSighting sighting) VIGIL_EXCLUDES(mutex_);
  // The newest first; at most `most`.
  std::vector<model::RemoteSighting> of(std::uint64_t subject, std::size_t most = 100) const VIGIL_EXCLUDES(mutex_);

 private:
  struct Known {
    std::uint64_t subject = 0;
    model::RemoteSighting sighting;
  };
  void thin() VIGIL_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<std::pair<std::string, std::uint64_t>, Known> tracks_ VIGIL_GUARDED_BY(mutex_);  // by camera and number
};

}  // namespace vigil::app
