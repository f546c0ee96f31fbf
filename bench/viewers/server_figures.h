#pragma once

#include <optional>

namespace vigil::viewers {

// Of a process on this machine, from /proc.
struct ServerFigures {
  double cpu_s = 0;  // user and system
  double resident_mib = 0;
  int threads = 0;
};
std::optional<ServerFigures> figures_of(int pid);

}  // namespace vigil::viewers
