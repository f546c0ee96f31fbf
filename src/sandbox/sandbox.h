#pragma once

#include <cstdint>
#include <string>

// What is taken from a process before it opens foreign pictures. Each step says in the report whether it holds; where
// the kernel or the build does not allow one, the rest still does.

namespace vigil::sandbox {

// What keeps a child in.
struct Report {
  bool no_new_privileges = false;
  int landlock = 0;  // ABI of the kernel; 0: not there
  bool seccomp = false;
  bool memory_limit = false;
  bool dies_first = false;  // oom_score_adj
  std::string remark;       // why something is missing
  bool operator==(const Report&) const = default;

  bool complete() const { return no_new_privileges && landlock > 0 && seccomp; }
};

// Memory limit and order of dying. Before anything is loaded.
void limit_process(std::uint64_t memory_bytes, Report& report);

// No new privileges; no file system and no network by Landlock. Holds for this thread and those that it starts later.
void close_files(Report& report);

// What a process does besides computing, waiting, and talking over sockets that it has.
struct Calls {
  bool threads = false;  // begins threads later (never processes)
  bool seek = false;     // reads anywhere in files that it has open
};

// Only the system calls that decoding needs, for all threads. Looking for files is refused, anything else ends the
// process. Without `threads` they must be there already.
void close_system_calls(Report& report, const Calls& calls = {});

// Whether this build can be held in at all: the run-time libraries of the sanitizers need more than the sandbox gives.
bool is_sanitized();

// Tries what a taken-over process would: "open", "socket", "execve", "ptrace", "fork", "kill", "mmap" (executable
// memory). Returns when it was refused or, worse, when it was not.
enum class Probe { Refused, Allowed, Unknown };
Probe try_to_escape(const std::string& way);

}  // namespace vigil::sandbox
