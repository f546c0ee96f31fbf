#pragma once

#include <cstdint>
#include <string>

#include "analyser/messages.h"

// What is taken from a process before it opens foreign pictures. Each step says in the report whether it holds; where
// the kernel or the build does not allow one, the rest still does.

namespace vigil::analyser {

// Memory limit and order of dying. Before anything is loaded.
void limit_process(std::uint64_t memory_bytes, SandboxReport& report);

// No new privileges; no file system and no network by Landlock. Holds for this thread and those that it starts later.
void close_files(SandboxReport& report);

// Only the system calls that decoding needs, for all threads. Looking for files is refused, anything else ends the
// process. Threads must be there already.
void close_system_calls(SandboxReport& report);

// Whether this build can be held in at all: the run-time libraries of the sanitizers need more than the sandbox gives.
bool is_sanitized();

// Tries what a taken-over process would: "open", "socket", "execve", "ptrace", "fork", "kill", "mmap" (executable
// memory). Returns when it was refused or, worse, when it was not.
enum class Probe { Refused, Allowed, Unknown };
Probe try_to_escape(const std::string& way);

}  // namespace vigil::analyser
