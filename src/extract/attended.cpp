#include "extract/attended.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <utility>

#include "base/log.h"

namespace vigil::extract {
namespace {

// For a large process to be cleared away.
constexpr std::chrono::seconds kDying{10};

Error failed(const char* what) {
  return make_error(ErrorKind::ResourceExhausted,
                    fmt::format("cannot start an extraction: {}: {}", what, std::strerror(errno)));
}

}  // namespace

struct Attended::Wake {
  Wake(const std::stop_token& stop, int file)
      : callback(stop, [file] {
          const std::uint64_t one = 1;
          static_cast<void>(!::write(file, &one, sizeof one));
        }) {}
  std::stop_callback<std::function<void()>> callback;
};

Attended::Attended(const Limits& limits, std::stop_token stop, Clock& clock)
    : limits_(limits), stop_(std::move(stop)), clock_(clock), stopped_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  wake_ = std::make_unique<Wake>(stop_, stopped_.get());
}

Attended::~Attended() = default;

Result<void> Attended::start(const Program& program, const Input& input, Type type, View task) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return failed("socket pair");
  socket_ = Fd(pair[0]);
  const Fd theirs(pair[1]);
  VIGIL_ASSIGN(process_,
               sandbox::Process::start(program.path, program.arguments, std::array{theirs.get(), input.file.get()}));
  // Nobody has to read it yet.
  if (!send_message(socket_.get(), type, task)) return died();
  ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
  inbox_.emplace(socket_.get());
  if (input.source) supply_.emplace(*input.source, input.size, limits_.fetch_bytes);
  until_ = clock_.steady() + limits_.time;
  return {};
}

void Attended::kill() {
  process_->kill();
}

Result<Message> Attended::next() {
  quiet_until_ = clock_.steady() + limits_.silence;
  for (;;) {
    // Somebody who never stops talking is listened to no longer than others.
    if (stop_.stop_requested() || clock_.steady() >= until_) VIGIL_TRY(wait());
    auto message = inbox_->next();
    if (!message) return message.error().kind == ErrorKind::DataLoss ? nonsense(message.error()) : died();
    if (*message && (*message)->header.type != Type::Want) return std::move(**message);
    if (!*message) {
      VIGIL_TRY(wait());
      continue;
    }
    VIGIL_TRY(supply((*message)->body));
    // It waited for us.
    quiet_until_ = clock_.steady() + limits_.silence;
  }
}

Result<void> Attended::wait() {
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
  pollfd files[2] = {{socket_.get(), POLLIN, 0}, {stopped_.get(), POLLIN, 0}};
  static_cast<void>(::poll(files, 2, static_cast<int>(std::min<std::int64_t>(left, 60000))));
  if (stop_.stop_requested()) {
    process_->kill();
    return make_error(ErrorKind::Cancelled, "it was stopped");
  }
  return {};
}

Result<void> Attended::supply(View body) {
  const auto block = read_want(body);
  if (!block) return nonsense(block.error());
  if (!supply_ || !supply_->may_be_asked_for(*block)) {
    return nonsense(make_error(ErrorKind::DataLoss, "a part of the video that it cannot want"));
  }
  const auto given = supply_->get(*block);
  if (!given) {
    process_->kill();
    return given.error();
  }
  // One that listens reads each answer before it asks again: they never fill the socket.
  if (send_message(socket_.get(), Type::Given, write(*given))) return {};
  if (errno == EAGAIN) return nonsense(make_error(ErrorKind::DataLoss, "it asks and does not listen"));
  return died();
}

Error Attended::nonsense(const Error& error) {
  process_->kill();
  return make_error(ErrorKind::Internal,
                    "The process that opened the video said what makes no sense: the video may be made to do harm (" +
                        error.message + ").",
                    "extract.nonsense");
}

Error Attended::died() {
  // Its end of the socket is closed: it is dead, or will be soon.
  if (!process_->ends_within(std::min<std::chrono::milliseconds>(limits_.silence, kDying))) {
    return nonsense(make_error(ErrorKind::DataLoss, "it hung up and stayed"));
  }
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

Result<sandbox::Report> Attended::accept_report(View body) {
  auto report = read_report(body);
  if (!report) return nonsense(report.error());
  if (!report->complete() && limits_.sandbox_required && !sandbox::is_sanitized()) {
    process_->kill();
    return make_error(
        ErrorKind::FailedPrecondition,
        "This machine cannot hold a decoder in: " + report->remark + ". A kernel with Landlock and seccomp is needed.",
        "extract.sandbox");
  }
  return report;
}

}  // namespace vigil::extract
