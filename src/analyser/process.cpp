#include "analyser/process.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "analyser/child.h"

namespace vigil::analyser {

static_assert(kSocket == sandbox::kFirstFile && kPage == kSocket + 1);

Result<Process> Process::start(const std::string& program, const std::vector<std::string>& arguments) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return make_error(ErrorKind::ResourceExhausted,
                      std::string("cannot start an analyser process: socket pair: ") + std::strerror(errno));
  }
  Fd ours(pair[0]), theirs(pair[1]);
  // Room for a key frame, so that it goes out in one.
  const int room = 1 << 20;
  ::setsockopt(ours.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  VIGIL_ASSIGN(auto page, WorkPage::create());
  VIGIL_ASSIGN(auto process, sandbox::Process::start(program, arguments, std::array{theirs.get(), page.file()}));
  return Process(std::move(process), std::move(ours), std::move(page));
}

}  // namespace vigil::analyser
