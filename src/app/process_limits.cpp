#include "app/process_limits.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>

namespace vigil::app {

std::uint64_t prepare_process() {
  ::umask(077);
  // Each camera has threads of its own that decode now and then. By default glibc keeps what they freed, per
  // thread: 7.5 MiB for a 1080p camera that nobody watches. Few arenas, and large blocks given back at once, make
  // it 2.6 MiB.
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
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
