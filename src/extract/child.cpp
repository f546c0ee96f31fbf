#include "extract/child.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "extract/encode.h"
#include "extract/socket.h"
#include "extract/work.h"
#include "media/clip.h"
#include "media/image.h"
#include "media/scaler.h"
#include "media/video_writer.h"
#include "sandbox/sandbox.h"

namespace vigil::extract {
namespace {

constexpr int kRulesBroken = 3, kNoMemory = 4;
constexpr sandbox::Calls kCalls{.threads = true, .seek = true};

[[noreturn]] void no_memory() {
  ::_exit(kNoMemory);
}

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

media::FramePtr grey_picture() {
  constexpr int kSide = 64;
  auto pixels = std::make_shared<Bytes>(kSide * kSide, 128);
  auto frame = std::make_shared<media::Frame>();
  frame->format = media::PixelFormat::Gray;
  frame->width = frame->height = kSide;
  frame->planes[0] = {pixels->data(), kSide, kSide, kSide};
  frame->owner = std::move(pixels);
  return frame;
}

// What is loaded or set up at first use has to be before the files are out of reach.
void warm_up() {
  std::fputs("\n", stdout);
  std::fflush(stdout);
  std::thread([] {}).join();  // the first one sets up a handler of signals
  media::warm_up_clips();
  const auto picture = grey_picture();
  if (const auto jpeg = media::encode_jpeg(*picture, {.max_width = 32}); jpeg) {
    static_cast<void>(media::decode_image(*jpeg));
  }
  static_cast<void>(media::encode_png(*picture));
  if (auto video = media::make_memory_video(32, 32, 5); video) {
    static_cast<void>((*video)->write(picture));
    static_cast<void>((*video)->finish());
  }
}

sandbox::Report close_sandbox(const Begin& begin) {
  sandbox::Report report;
  sandbox::limit_process(begin.memory_bytes, report);
  warm_up();
  if (begin.sandbox) {
    sandbox::close_files(report);
    sandbox::close_system_calls(report, kCalls);
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
  auto done = work(Fd(kInput), begin->size, begin->request, begin->threads, outlet);
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
  std::set_new_handler(&no_memory);
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
  sandbox::close_system_calls(report, kCalls);
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
