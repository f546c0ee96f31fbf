#include "extract/child.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <new>
#include <utility>

#include "base/log.h"
#include "extract/attended.h"
#include "extract/encode.h"
#include "extract/socket.h"
#include "extract/supply.h"
#include "extract/work.h"
#include "sandbox/sandbox.h"

namespace vigil::extract {
namespace {

constexpr int kRulesBroken = 3;

class SocketOutlet final : public Outlet {
 public:
  Result<void> facts(const VideoFacts& facts) override { return send(Type::Facts, write(facts)); }
  Result<void> picture(const PictureNote& note, std::span<const std::uint8_t> bytes) override {
    if (bytes.size() > kMostPictureBytes) {
      return make_error(ErrorKind::PayloadTooLarge, "A picture has more than 60 MiB: ask for smaller ones.",
                        "extract.picture");
    }
    return send(Type::Picture, write(note, bytes));
  }
  Result<void> progress(double done) override { return send(Type::Progress, write_progress(done)); }

 private:
  static Result<void> send(Type type, const Bytes& body) {
    // Nobody is there to hear more, and nothing of ours outlives us.
    if (!send_message(kSocket, type, body)) ::_exit(0);
    return {};
  }
};

sandbox::Report close_sandbox(const Begin& begin) {
  sandbox::Report report;
  sandbox::limit_process(begin.memory_bytes, report);
  warm_up_child(true);
  if (begin.sandbox) {
    sandbox::close_files(report);
    sandbox::close_system_calls(report, kChildCalls);
  } else {
    report.remark = "switched off";
  }
  return report;
}

int run() {
  Inbox inbox(kSocket);
  auto message = inbox.next();
  if (!message || !*message || (*message)->header.type != Type::Begin) return kRulesBroken;
  auto begin = read_begin((*message)->body);
  if (!begin) return kRulesBroken;
  const auto report = close_sandbox(*begin);
  if (!send_message(kSocket, Type::Ready, write(report))) return 0;
  SocketOutlet outlet;
  Asking asking(kSocket, inbox, begin->size);
  media::ClipOptions options{.threads = begin->threads};
  if (begin->distant)
    options.ready = [&](std::uint64_t offset, std::size_t most) { return asking.ready(offset, most); };
  auto done = work(Fd(kInput), begin->size, begin->request, options, outlet);
  End end;
  if (done) {
    end.summary = *done;
  } else {
    end.error = done.error();
  }
  send_message(kSocket, Type::End, write(end));
  return 0;
}

}  // namespace

int run_child() {
  // The one who wants us is the one who started us.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "vigil-extract");
  std::set_new_handler(&exit_without_memory);
  log::configure(log::Level::Error, log::Format::Text);
  ::mallopt(M_ARENA_MAX, 2);
  const int status = run();
  std::fflush(stderr);
  ::_exit(status);
}

int run_probe(const std::string& way) {
  if (sandbox::is_sanitized()) {
    std::fputs("built with a sanitizer: there is no sandbox to get out of\n", stderr);
    return 1;
  }
  sandbox::Report report;
  sandbox::limit_process(0, report);
  sandbox::close_files(report);
  sandbox::close_system_calls(report, kChildCalls);
  switch (sandbox::try_to_escape(way)) {
    case sandbox::Probe::Refused:
      return 0;
    case sandbox::Probe::Allowed:
      return 1;
    case sandbox::Probe::Unknown:
      break;
  }
  return 2;
}

}  // namespace vigil::extract
