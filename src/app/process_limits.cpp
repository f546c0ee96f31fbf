#include "app/process_limits.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>

namespace vigil::app {

std::uint64_t prepare_process() {
  ::umask(077);
  // Each camera has threads of its own, which decode a key frame now and then. A decoder's megabytes lie between the
  // packets that stay, and glibc by default keeps them when they are free again: per thread, and as much as was ever in
  // use at one time. Few arenas, and every large block a mapping of its own that is given back at once, save several
  // megabytes for each camera (docs/benchmarks.md). The number of mappings stays well below the 65530 that the
  // kernel allows a process: threads need some, too.
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 128 << 10);
  ::mallopt(M_MMAP_MAX, 16384);
  // One byte: smaller than any core file, and the value for which the kernel does not start a core_pattern program
  // either.
  rlimit core{};
  ::getrlimit(RLIMIT_CORE, &core);
  core.rlim_cur = std::min<rlim_t>(1, core.rlim_max);
  ::setrlimit(RLIMIT_CORE, &core);
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::getrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur;
}

}  // namespace vigil::app
