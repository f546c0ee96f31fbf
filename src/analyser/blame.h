#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.h"

namespace vigil::analyser {

// What one camera has on its conscience: deaths of processes that were working on its pictures. Pure.
class Blame {
 public:
  enum class Sentence {
    None,
    Alone,      // gets a process of its own
    Suspended,  // is not looked at for kSuspension
  };
  struct Verdict {
    bool poison = false;  // the very packet ended two processes: it is not to be sent again
    Sentence sentence = Sentence::None;
  };
  static constexpr std::chrono::minutes kMemory{10};
  static constexpr std::chrono::minutes kSuspension{10};
  static constexpr std::size_t kDeaths = 3;

  // A process died while it worked on this packet. `alone`: it was the camera's own.
  Verdict died(std::uint64_t sequence, bool alone, SteadyTime now);

 private:
  std::deque<SteadyTime> deaths_;
  std::optional<std::uint64_t> last_;
};

}  // namespace vigil::analyser
