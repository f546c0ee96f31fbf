#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "base/clock.h"
#include "extract/extractor.h"
#include "extract/socket.h"
#include "extract/supply.h"
#include "sandbox/process.h"

namespace vigil::extract {

// A child at work on one video, as its parent sees it: it is started with its task, given what it wants of a video that
// lies elsewhere, listened to with patience that ends, and its death is put into words. It dies with this. Used by one
// thread.
class Attended {
 public:
  // All must outlive it. `stop`: next() ends early.
  Attended(const Limits& limits, std::stop_token stop, Clock& clock);
  ~Attended();
  Attended(const Attended&) = delete;
  Attended& operator=(const Attended&) = delete;

  // `task` is the first message; it must fit into the socket (64 KiB do). `input` must outlive this.
  Result<void> start(const Program& program, const Input& input, Type type, View task);

  // The child's next message; waits for it. Errors: extract.timeout, extract.crashed, extract.forbidden,
  // extract.memory, extract.killed, extract.nonsense, extract.far (see extract()), Cancelled, those of the source.
  Result<Message> next();

  void kill();
  // It said what makes no sense: that is its end.
  Error nonsense(const Error& error);
  // What the child says of its sandbox; FailedPrecondition (extract.sandbox) when that is less than `limits` want.
  Result<sandbox::Report> accept_report(View body);

 private:
  Result<void> wait();
  Result<void> supply(View body);
  Error died();

  const Limits& limits_;
  const std::stop_token stop_;
  Clock& clock_;
  std::optional<sandbox::Process> process_;
  Fd socket_;
  std::optional<Inbox> inbox_;
  std::optional<Supply> supply_;
  SteadyTime until_, quiet_until_;
  Fd stopped_;
  struct Wake;
  std::unique_ptr<Wake> wake_;
};

// What a child that opens videos does before it closes its sandbox: whatever is loaded or set up at first use.
// `encoder`: that of videos, too.
void warm_up_child(bool encoder);

// What it may do inside.
inline constexpr sandbox::Calls kChildCalls{.threads = true, .seek = true};
// Its exit status when there was no memory left.
inline constexpr int kNoMemory = 4;
[[noreturn]] void exit_without_memory();

}  // namespace vigil::extract
