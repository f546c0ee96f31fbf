#pragma once

#include <cstdint>

namespace vigil::api {

// This process, as Linux counts it in /proc/self. What cannot be read is 0.
struct ProcessFigures {
  double cpu_seconds = 0;
  double start_time = 0;  // Unix seconds
  std::uint64_t resident_bytes = 0, virtual_bytes = 0;
  std::uint64_t open_files = 0, max_files = 0;
  std::uint64_t threads = 0;
};

ProcessFigures read_process_figures();

}  // namespace vigil::api
