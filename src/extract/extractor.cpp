#include "extract/extractor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "base/log.h"
#include "extract/child.h"
#include "extract/picture_check.h"
#include "extract/socket.h"
#include "sandbox/process.h"

namespace vigil::extract {
namespace {

constexpr int kNoMemory = 4;

Error failed(const char* what) {
  return make_error(ErrorKind::ResourceExhausted,
                    fmt::format("cannot start an extraction: {}: {}", what, std::strerror(errno)));
}

// One child and its task, as the parent sees them.
class Task {
 public:
  Task(const Input& input, const Request& request, const Limits& limits, Outlet& outlet, Clock& clock)
      : input_(input), request_(request), limits_(limits), outlet_(outlet), clock_(clock) {}

  Result<void> start(const Program& program);
  Result<Extracted> run(std::stop_token stop);

 private:
  Result<bool> wait(int stopped, std::stop_token stop);  // false: there is nothing to read yet
  Result<bool> handle(const Message& message);           // true: it is done
  Result<void> picture(const Message& message);
  Error died();
  Error nonsense(const Error& error);

  const Input& input_;
  const Request& request_;
  const Limits& limits_;
  Outlet& outlet_;
  Clock& clock_;
  std::optional<sandbox::Process> process_;
  Fd socket_;
  SteadyTime until_, quiet_until_;
  std::uint64_t bytes_ = 0, pictures_ = 0;
  bool ready_ = false, told_ = false;
  std::optional<Ticks> last_;
  Extracted out_;
};

Result<void> Task::start(const Program& program) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return failed("socket pair");
  socket_ = Fd(pair[0]);
  const Fd theirs(pair[1]);
  VIGIL_ASSIGN(process_,
               sandbox::Process::start(program.path, program.arguments, std::array{theirs.get(), input_.file.get()}));
  Begin begin;
  begin.request = request_;
  begin.size = input_.size;
  begin.memory_bytes = limits_.memory_bytes;
  begin.threads = static_cast<std::uint16_t>(std::clamp(limits_.threads, 1, 64));
  // A few kilobytes fit into the socket: nobody has to read them yet.
  if (!send_message(socket_.get(), Type::Begin, write(begin))) return died();
  ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
  until_ = clock_.steady() + limits_.time;
  quiet_until_ = clock_.steady() + limits_.silence;
  return {};
}

Result<bool> Task::wait(int stopped, std::stop_token stop) {
  const auto now = clock_.steady();
  const auto end = std::min(until_, quiet_until_);
  if (now >= end) {
    process_->kill();
    const bool silent = quiet_until_ < until_;
    const auto limit = silent ? limits_.silence : limits_.time;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
    return make_error(ErrorKind::DeadlineExceeded,
                      silent ? fmt::format("Nothing came out of the video for {} seconds: it may be damaged.", seconds)
                             : fmt::format("The video was not done within {} seconds: ask for fewer pictures of it, or "
                                           "for a shorter part.",
                                           seconds),
                      "extract.timeout");
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now).count();
  pollfd files[2] = {{socket_.get(), POLLIN, 0}, {stopped, POLLIN, 0}};
  const int count = ::poll(files, 2, static_cast<int>(std::min<std::int64_t>(left, 60000)));
  if (stop.stop_requested()) {
    process_->kill();
    return make_error(ErrorKind::Cancelled, "the extraction was stopped");
  }
  return count > 0 && files[0].revents != 0;
}

Error Task::nonsense(const Error& error) {
  process_->kill();
  return make_error(ErrorKind::Internal,
                    "The process that opened the video said what makes no sense: the video may be made to do harm (" +
                        error.message + ").",
                    "extract.nonsense");
}

Error Task::died() {
  // Its end of the socket is closed: it is dead, or will be.
  const auto end = process_->wait();
  log::warn("an extraction ended", {{"signal", end.signal}, {"status", end.status}, {"said", end.said}});
  if (end.signal == SIGSYS) {
    return make_error(ErrorKind::Internal,
                      "While the video was opened, something was tried that is forbidden there: it may be made to do "
                      "harm.",
                      "extract.forbidden");
  }
  if (end.status == kNoMemory) {
    return make_error(ErrorKind::Internal, "The video needs more memory than it may have.", "extract.memory");
  }
  if (end.signal == SIGKILL || end.signal == SIGTERM) {
    return make_error(ErrorKind::Unavailable,
                      "The extraction was ended from outside, or the machine ran out of memory.", "extract.killed");
  }
  return make_error(ErrorKind::Internal, "The decoder crashed on this video: it is damaged, or made to do harm.",
                    "extract.crashed");
}

Result<void> Task::picture(const Message& message) {
  auto head = read_picture(message.body);
  if (!head) return nonsense(head.error());
  const auto& note = head->note;
  bytes_ += head->bytes.size();
  if (bytes_ > limits_.output_bytes) {
    process_->kill();
    return make_error(ErrorKind::PayloadTooLarge,
                      "The pictures take more room than they may: ask for fewer or smaller ones.", "extract.output");
  }
  if (auto checked = check_picture(*head, request_.format); !checked) return nonsense(checked.error());
  if (note.kind == PictureKind::Frame) {
    const bool known = (last_ && note.time <= *last_) || (request_.after && note.time <= *request_.after);
    if (known || ++pictures_ > static_cast<std::uint64_t>(request_.max_pictures)) {
      return nonsense(make_error(ErrorKind::DataLoss, "a picture that was not asked for"));
    }
    last_ = note.time;
  }
  auto taken = outlet_.picture(note, head->bytes);
  if (!taken) process_->kill();
  return taken;
}

Result<bool> Task::handle(const Message& message) {
  const auto type = message.header.type;
  if (type == Type::Begin || (type == Type::Ready) == ready_ || (type == Type::Picture && !told_) ||
      (type == Type::Facts && told_)) {
    return nonsense(make_error(ErrorKind::DataLoss, "a message out of turn"));
  }
  if (type == Type::Picture) {
    VIGIL_TRY(picture(message));
    return false;
  }
  if (type == Type::Ready) {
    auto report = read_report(message.body);
    if (!report) return nonsense(report.error());
    ready_ = true;
    out_.sandbox = std::move(*report);
    if (!out_.sandbox.complete() && limits_.sandbox_required && !sandbox::is_sanitized()) {
      process_->kill();
      return make_error(ErrorKind::FailedPrecondition,
                        "This machine cannot hold a decoder in: " + out_.sandbox.remark +
                            ". A kernel with Landlock and seccomp is needed.",
                        "extract.sandbox");
    }
    return false;
  }
  if (type == Type::Facts) {
    auto facts = read_facts(message.body);
    if (!facts) return nonsense(facts.error());
    told_ = true;
    VIGIL_TRY(outlet_.facts(*facts));
    return false;
  }
  if (type == Type::Progress) {
    auto done = read_progress(message.body);
    if (!done) return nonsense(done.error());
    VIGIL_TRY(outlet_.progress(*done));
    return false;
  }
  auto end = read_end(message.body);
  if (!end) return nonsense(end.error());
  if (end->error) return std::move(*end->error);
  out_.summary = std::move(end->summary);
  return true;
}

Result<Extracted> Task::run(std::stop_token stop) {
  const Fd stopped(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const std::stop_callback wake(stop, [&stopped] {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(stopped.get(), &one, sizeof one));
  });
  Inbox inbox(socket_.get());
  for (;;) {
    auto message = inbox.next();
    if (!message) return message.error().kind == ErrorKind::DataLoss ? nonsense(message.error()) : died();
    if (*message) {
      VIGIL_ASSIGN(const bool done, handle(**message));
      if (done) return std::move(out_);
      quiet_until_ = clock_.steady() + limits_.silence;
      // Somebody who never stops talking is listened to no longer than others.
      if (!stop.stop_requested() && clock_.steady() < until_) continue;
    }
    VIGIL_TRY(wait(stopped.get(), stop));
  }
}

}  // namespace

Result<Input> open_input(const std::string& path) {
  Input out;
  out.file = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!out.file) {
    const auto kind = errno == ENOENT   ? ErrorKind::NotFound
                      : errno == EACCES ? ErrorKind::PermissionDenied
                                        : ErrorKind::InvalidArgument;
    return make_error(kind, fmt::format("{}: {}", path, std::strerror(errno)));
  }
  struct stat about {};
  if (::fstat(out.file.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return make_error(ErrorKind::InvalidArgument, path + ": this is not a file");
  }
  out.size = static_cast<std::uint64_t>(about.st_size);
  return out;
}

Result<Extracted> extract(const Program& program, const Input& input, const Request& request, const Limits& limits,
                          Outlet& outlet, std::stop_token stop, Clock& clock) {
  VIGIL_TRY(check(request));
  Task task(input, request, limits, outlet, clock);
  VIGIL_TRY(task.start(program));
  return task.run(std::move(stop));
}

}  // namespace vigil::extract
