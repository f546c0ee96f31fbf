#include "analyser/blame.h"

namespace vigil::analyser {

Blame::Verdict Blame::died(std::uint64_t sequence, bool alone, SteadyTime now) {
  Verdict out;
  out.poison = last_ == sequence;
  last_ = sequence;
  while (!deaths_.empty() && now - deaths_.front() > kMemory) deaths_.pop_front();
  deaths_.push_back(now);
  if (deaths_.size() < kDeaths) return out;
  if (!alone) {
    // Others may have been guilty: by itself it will show.
    out.sentence = Sentence::Alone;
    return out;
  }
  out.sentence = Sentence::Suspended;
  deaths_.clear();
  return out;
}

}  // namespace vigil::analyser
