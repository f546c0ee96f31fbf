#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "extract/child.h"
#include "extract/socket.h"

// The tests' program is its own child: `extract_test extract` is the real one; the others are what may become of it.

namespace {

using namespace vigil;
using namespace vigil::extract;

void greet() {
  Inbox inbox(kSocket);
  static_cast<void>(inbox.next());
  sandbox::Report report;
  report.no_new_privileges = report.seccomp = true;
  report.landlock = 1;
  send_message(kSocket, Type::Ready, write(report));
  VideoFacts facts;
  facts.width = facts.height = 64;
  send_message(kSocket, Type::Facts, write(facts));
}

void want(std::uint64_t block) {
  if (!send_message(kSocket, Type::Want, write_want(block))) ::_exit(0);
}

// What a taken-over child may want of a video that lies elsewhere and has 2^40 bytes or more.
void want(const std::string& how) {
  Inbox inbox(kSocket);
  if (how == "beyond") want(1ull << 40);
  if (how == "most") want(UINT64_MAX);
  if (how == "again") {
    want(7);
    static_cast<void>(inbox.next());
    want(7);
  }
  if (how == "halves") send_message(kSocket, Type::Want, Bytes(4));
  for (std::uint64_t block = 0; how == "all"; block += 2) {
    want(block);
    static_cast<void>(inbox.next());
  }
  for (std::uint64_t block = 0; how == "deaf"; block += 2) want(block);
}

int misbehave(const std::string& how) {
  if (how == "refuse") {
    Inbox inbox(kSocket);
    static_cast<void>(inbox.next());
    send_message(kSocket, Type::Ready, write(sandbox::Report{.remark = "no Landlock: too old"}));
    for (;;) ::pause();
  }
  greet();
  if (how == "crash") std::raise(SIGSEGV);
  if (how == "forbidden") std::raise(SIGSYS);
  if (how == "killed") std::raise(SIGKILL);
  if (how == "memory") ::_exit(4);
  if (how == "hang") {
    std::signal(SIGTERM, SIG_IGN);
    for (;;) ::pause();
  }
  if (how == "chatter") {
    while (send_message(kSocket, Type::Progress, write_progress(0.5))) {
    }
  }
  if (how == "nonsense") send_message(kSocket, Type::Progress, Bytes{1, 2, 3});
  if (how == "garbage") send_message(kSocket, static_cast<Type>(99), {});
  if (how == "again") send_message(kSocket, Type::Ready, write(sandbox::Report{}));
  if (how == "hang up") ::close(kSocket);
  if (how == "give") send_message(kSocket, Type::Given, write(BlockRun{0, 1}));
  if (how.starts_with("want ")) want(how.substr(5));
  if (how == "script") {
    const std::string text = "<html><script>alert(1)</script></html>";
    send_message(kSocket, Type::Picture,
                 write(PictureNote{.width = 64, .height = 64}, Bytes(text.begin(), text.end())));
  }
  for (;;) ::pause();
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string(arguments[1]) == "extract") return run_child();
  if (count == 3 && std::string(arguments[1]) == "misbehave") return misbehave(arguments[2]);
  testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}
