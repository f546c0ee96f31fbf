#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace vigil::sandbox {

// The number of the first descriptor that a child is given; the others follow.
inline constexpr int kFirstFile = 3;

// A child process of ours with an empty environment and none of our files but those that it is given. Killed and reaped
// when destroyed.
class Process {
 public:
  // `program` is run with these arguments (the first is its name). It finds copies of `files` as 3, 4, …
  static Result<Process> start(const std::string& program, const std::vector<std::string>& arguments,
                               std::span<const int> files);

  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();

  int pid() const { return pid_; }
  void kill();

  struct End {
    int signal = 0;  // 0: it ended by itself
    int status = 0;
    std::string said;  // the beginning of what it wrote as errors, for the log
  };
  // Kills it if it is still there, and waits for it.
  End reap();
  // Whether it has ended, or does so in time; it is still to be reaped. True where that cannot be known.
  bool ends_within(std::chrono::milliseconds patience) const;
  // Waits for it without killing it.
  End wait();

 private:
  Process(int pid, Fd errors) : pid_(pid), errors_(std::move(errors)) {}

  int pid_ = -1;
  Fd errors_;
};

}  // namespace vigil::sandbox
