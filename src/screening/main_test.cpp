#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "analyser/messages.h"
#include "extract/child.h"
#include "extract/socket.h"
#include "pipeline/detector_fake.h"
#include "screening/child.h"
#include "screening/messages.h"

// The tests' program is its own child: `screening_test screen` is the real one, whose detector finds the bright bar of
// the tests' video; the others are what may become of it.

namespace {

using namespace vigil;
using namespace vigil::screening;
using extract::kSocket;
using extract::send_message;
using extract::Type;

int screen() {
  pipeline::FakeDetectors detectors;
  detectors.find = [](const media::Frame& frame, const vision::DetectOptions&) -> Result<vision::Detections> {
    vision::Detections out;
    const auto& luma = frame.luma();
    for (int x = 0; x < luma.width; ++x) {
      if (luma.data[20 * luma.stride + x] < 200) continue;
      out.found.push_back({{static_cast<float>(x), 10, 16, 30}, 0, 0.9F, std::nullopt});
      break;
    }
    return out;
  };
  return run_child({detectors});
}

void greet(bool facts) {
  extract::Inbox inbox(kSocket);
  static_cast<void>(inbox.next());
  sandbox::Report report;
  report.no_new_privileges = report.seccomp = true;
  report.landlock = 1;
  send_message(kSocket, Type::Ready, extract::write(report));
  extract::VideoFacts about;
  about.width = about.height = 64;
  if (facts) send_message(kSocket, Type::Facts, extract::write(about));
}

void see(std::uint64_t sequence, std::int64_t pts) {
  model::Observation seen;
  seen.sequence = sequence;
  seen.pts = Ticks(pts);
  seen.width = seen.height = 64;
  send_message(kSocket, Type::Seen, analyser::write(seen));
}

void piece(std::uint64_t offset) {
  const Bytes bytes(1000, 7);
  send_message(kSocket, Type::Video, write(VideoPiece{offset, bytes}));
}

int misbehave(const std::string& how) {
  greet(how != "early");
  if (how == "early") see(1, 0);
  if (how == "garbage") send_message(kSocket, Type::Seen, Bytes{1, 2, 3});
  if (how == "twice") {
    see(1, 0);
    see(1, 90);
  }
  if (how == "backwards") {
    see(1, 9000);
    see(2, 0);
  }
  if (how == "far") see(1, INT64_MAX);
  if (how == "hole") {
    piece(0);
    piece(1001);
  }
  if (how == "again") {
    piece(0);
    for (int i = 0; i < 70000; ++i) piece(0);
  }
  if (how == "much") {
    for (std::uint64_t i = 0; i < 100; ++i) piece(1000 * i);
  }
  if (how == "picture") send_message(kSocket, Type::Picture, Bytes{1});
  for (;;) ::pause();
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string(arguments[1]) == "screen") return screen();
  if (count == 3 && std::string(arguments[1]) == "misbehave") return misbehave(arguments[2]);
  testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
