#pragma once

#include <string>
#include <vector>

#include "analyser/work_page.h"
#include "base/fd.h"
#include "base/result.h"
#include "sandbox/process.h"

namespace vigil::analyser {

// An analyser child with the two descriptors of child.h. Killed and reaped when destroyed.
class Process {
 public:
  // `program` is run with these arguments (the first is its name).
  static Result<Process> start(const std::string& program, const std::vector<std::string>& arguments);

  int pid() const { return process_.pid(); }
  int socket() const { return socket_.get(); }
  const WorkPage& page() const { return page_; }
  void kill() { process_.kill(); }

  using End = sandbox::Process::End;
  // Kills it if it is still there, and waits for it.
  End reap() { return process_.reap(); }

 private:
  Process(sandbox::Process process, Fd socket, WorkPage page)
      : process_(std::move(process)), socket_(std::move(socket)), page_(std::move(page)) {}

  sandbox::Process process_;
  Fd socket_;
  WorkPage page_;
};

}  // namespace vigil::analyser
