#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sim/fault.h"

namespace vigil::sim {

// When a fault holds: from `after` until `after` + `lasting`, counted from the start of the simulator.
struct FaultPlan {
  Fault fault;
  int camera = 0;  // 0 = all
  Nanos after{0};
  Nanos lasting{0};  // 0 = for ever
};

// Which camera has which fault now: the plan, until a command says something else about that camera. Pure: time is
// passed in, as what has gone by since the start. Not thread-safe.
class FaultBoard {
 public:
  FaultBoard(int cameras, FaultPlan plan);

  Fault at(int camera, Nanos elapsed) const;  // camera from 1

  // Whether every camera refuses: then the listener is closed.
  bool all_refuse(Nanos elapsed) const;

  // When the plan will change something next.
  std::optional<Nanos> next_change(Nanos elapsed) const;

  // "fault cam2 silence", "fault all udp-loss=10", "clear cam2", "clear all" (back to health, whatever the plan says),
  // "status". The answer is one line for people.
  Result<std::string> command(std::string_view line, Nanos elapsed);

 private:
  Result<std::vector<int>> cameras_named(std::string_view name) const;

  FaultPlan plan_;
  std::vector<std::optional<Fault>> ordered_;  // by command, index camera - 1
};

}  // namespace vigil::sim
