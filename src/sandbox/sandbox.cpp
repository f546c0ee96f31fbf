#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

#include "base/fd.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define VIGIL_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define VIGIL_SANITIZED 1
#endif
#endif

namespace vigil::sandbox {
namespace {

void remark(Report& report, std::string text) {
  report.remark += (report.remark.empty() ? "" : "; ") + std::move(text);
}

// Rights by the Landlock ABI that introduced them. All that the kernel knows are handled, and none is given.
struct Rights {
  int abi;
  std::uint64_t file_system, network, scoped;
};
constexpr std::uint64_t bits(int count) {
  return (std::uint64_t{1} << count) - 1;
}
constexpr std::array kRights = {
    Rights{1, bits(13), 0, 0},       Rights{2, bits(14), 0, 0},       Rights{3, bits(15), 0, 0},
    Rights{4, bits(15), bits(2), 0}, Rights{5, bits(16), bits(2), 0}, Rights{6, bits(16), bits(2), bits(2)},
};

// As of ABI 6; the headers of Debian 12 may know less than its kernel.
struct Ruleset {
  std::uint64_t handled_file_system = 0, handled_network = 0, scoped = 0;
};

struct FreeFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

// Memory, waiting, the socket, and memory files for pictures. Verified by decoding and inference under it.
constexpr std::array kAllowed = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getrandom),
    SCMP_SYS(close),
    SCMP_SYS(getrusage),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(ftruncate),
    SCMP_SYS(pwrite64),
};

// What libraries ask now and then and can do without: they are told no instead of being ended. glibc, for one, wants to
// know /proc/sys/vm/overcommit_memory when it gives back the heap of a thread for the first time.
constexpr std::array kRefused = {
    SCMP_SYS(open),  SCMP_SYS(openat),     SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
    SCMP_SYS(stat),  SCMP_SYS(newfstatat), SCMP_SYS(statx),  SCMP_SYS(readlink),  SCMP_SYS(readlinkat),
    SCMP_SYS(fstat), SCMP_SYS(ioctl),      SCMP_SYS(prctl),  SCMP_SYS(sysinfo),   SCMP_SYS(sched_getaffinity),
};

// glibc first tries clone3, whose flags a filter cannot see.
bool allow_threads(scmp_filter_ctx filter) {
  constexpr scmp_datum_t kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
  const scmp_arg_cmp thread{0, SCMP_CMP_MASKED_EQ, kThread, kThread};
  bool ok = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, thread) == 0;
  for (const int call : {SCMP_SYS(set_robust_list), SCMP_SYS(rseq)}) {
    ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  }
  return ok;
}

bool add_rules(scmp_filter_ctx filter, const Calls& calls) {
  bool ok = !calls.threads || allow_threads(filter);
  if (calls.seek) {
    for (const int call : {SCMP_SYS(lseek), SCMP_SYS(pread64)}) {
      ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
    }
  }
  for (const int call : kAllowed) ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  for (const int call : kRefused) ok = ok && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0) == 0;
  // The library's macros for these are C.
  const scmp_arg_cmp no_exec{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
  const scmp_arg_cmp sealable{1, SCMP_CMP_EQ, MFD_CLOEXEC | MFD_ALLOW_SEALING, 0};
  const scmp_arg_cmp seal{1, SCMP_CMP_EQ, F_ADD_SEALS, 0};
  const scmp_arg_cmp ourselves{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()), 0};
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, no_exec) == 0;
  }
  ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(memfd_create), 1, sealable) == 0;
  ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, seal) == 0;
  // abort(), so that what fails in there can be told from what is forbidden there.
  ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, ourselves) == 0;
  return ok;
}

}  // namespace

bool is_sanitized() {
#ifdef VIGIL_SANITIZED
  return true;
#else
  return false;
#endif
}

void limit_process(std::uint64_t memory_bytes, Report& report) {
  const Fd file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  report.dies_first = file && ::write(file.get(), "500", 3) == 3;
  if (!report.dies_first) remark(report, std::string("oom_score_adj: ") + std::strerror(errno));
  rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  rlimit files{256, 256};
  ::setrlimit(RLIMIT_NOFILE, &files);
  if (memory_bytes == 0) return;
  if (is_sanitized()) return remark(report, "no memory limit: built with a sanitizer");
  rlimit memory{memory_bytes, memory_bytes};
  report.memory_limit = ::setrlimit(RLIMIT_DATA, &memory) == 0;
}

void close_files(Report& report) {
  report.no_new_privileges = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  if (is_sanitized()) return remark(report, "no Landlock: built with a sanitizer");
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const auto abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return remark(report, std::string("no Landlock: ") + std::strerror(errno));
  Ruleset ruleset;
  for (const auto& rights : kRights) {
    if (rights.abi <= abi) ruleset = {rights.file_system, rights.network, rights.scoped};
  }
  // A kernel takes a longer structure as long as what it does not know is zero.
  const Fd rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0)));
  if (!rules || ::syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0) {
    return remark(report, std::string("no Landlock: ") + std::strerror(errno));
  }
  report.landlock = static_cast<int>(abi);
}

void close_system_calls(Report& report, const Calls& calls) {
  if (is_sanitized()) return remark(report, "no seccomp: built with a sanitizer");
  const std::unique_ptr<void, FreeFilter> filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter || seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1) != 0 || !add_rules(filter.get(), calls)) {
    return remark(report, "no seccomp: the filter cannot be made");
  }
  if (const int error = seccomp_load(filter.get()); error != 0) {
    return remark(report, std::string("no seccomp: ") + std::strerror(-error));
  }
  report.seccomp = true;
}

Probe try_to_escape(const std::string& way) {
  const auto answer = [](bool allowed) { return allowed ? Probe::Allowed : Probe::Refused; };
  if (way == "open") return answer(::open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0);
  if (way == "write") return answer(::open("/tmp/vigil-escaped", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
  if (way == "socket") {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0) return Probe::Refused;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(9);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    static_cast<void>(::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address));
    return answer(errno != EACCES);
  }
  if (way == "execve") {
    char* const arguments[] = {const_cast<char*>("true"), nullptr};
    char* const environment[] = {nullptr};
    ::execve("/bin/true", arguments, environment);
    return Probe::Refused;
  }
  if (way == "ptrace") return answer(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr) == 0);
  if (way == "fork") return answer(::fork() >= 0);
  if (way == "kill") return answer(::kill(::getppid(), 0) == 0);
  if (way == "mmap") {
    auto* code = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return answer(code != MAP_FAILED);
  }
  return Probe::Unknown;
}

}  // namespace vigil::sandbox
