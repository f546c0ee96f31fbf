#pragma once

#include <string>
#include <vector>

#include "analyser/fd.h"
#include "analyser/work_page.h"
#include "base/result.h"

namespace vigil::analyser {

// A child process of ours with the two descriptors of child.h, an empty environment and no others of our files. Killed
// and reaped when destroyed.
class Process {
 public:
  // `program` is run with these arguments (the first is its name).
  static Result<Process> start(const std::string& program, const std::vector<std::string>& arguments);

  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();

  int pid() const { return pid_; }
  int socket() const { return socket_.get(); }
  const WorkPage& page() const { return page_; }
  void kill();

  struct End {
    int signal = 0;  // 0: it ended by itself
    int status = 0;
    std::string said;  // the beginning of what it wrote as errors, for the log
  };
  // Kills it if it is still there, and waits for it.
  End reap();

 private:
  Process(int pid, Fd socket, WorkPage page, Fd errors)
      : pid_(pid), socket_(std::move(socket)), page_(std::move(page)), errors_(std::move(errors)) {}

  int pid_ = -1;
  Fd socket_;
  WorkPage page_;
  Fd errors_;
};

}  // namespace vigil::analyser
