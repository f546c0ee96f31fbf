#pragma once

#include <cstdint>

namespace vigil::app {

// As many open files as we may have (64 cameras with their viewers need more than the usual 1024), no core dumps (they
// would hold camera passwords), and files that only we can read. Returns the number of open files allowed now.
std::uint64_t prepare_process();

}  // namespace vigil::app
