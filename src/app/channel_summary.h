#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/duration_histogram.h"
#include "base/json.h"
#include "model/observation.h"

namespace vigil::app {

// What one channel has seen, in short.
class ChannelSummary {
 public:
  void add(const model::Observation& seen);
  void trouble(const std::string& text);  // kept once

  // "12.3 pictures a second, 3 now, 17 tracks": for people, over the time since the last call.
  std::string line(double seconds);
  Json json() const;

 private:
  std::uint64_t frames_ = 0, detected_ = 0, told_ = 0;
  std::size_t now_ = 0;                                    // objects that are believed
  std::map<std::string, std::set<std::uint64_t>> tracks_;  // by label
  DurationHistogram latency_;
  Ticks first_{0}, last_{0};
  std::string model_, device_;
  int width_ = 0, height_ = 0;
  std::vector<std::string> troubles_;
};

}  // namespace vigil::app
