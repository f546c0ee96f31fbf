#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/log.h"
#include "sim/sim.h"

namespace vigil::sim {

const std::string_view kCommandHelp =
    "fault camN|all KIND[=AMOUNT]  begin a fault\n"
    "clear camN|all                end it\n"
    "status                        say which camera has which fault\n";

namespace {

constexpr std::size_t kMaxLine = 256;

// Lines out of a descriptor; read in slices, so that a stop is seen soon.
class Commands {
 public:
  Commands(int fd, Simulator& simulator) : fd_(fd), simulator_(simulator) {}

  // False when nothing more will come.
  bool wait(int milliseconds) {
    pollfd poller{fd_, POLLIN, 0};
    const int ready = ::poll(&poller, 1, milliseconds);
    if (ready == 0 || (ready < 0 && errno == EINTR)) return true;
    std::array<char, 512> buffer{};
    const auto count = ready < 0 ? -1 : ::read(fd_, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (count <= 0) return false;
    for (char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) {
      if (c == '\n') {
        execute();
      } else if (line_.size() <= kMaxLine) {
        line_.push_back(c);
      }
    }
    return true;
  }

 private:
  void execute() {
    auto line = std::exchange(line_, {});
    if (line.find_first_not_of(" \t\r") == std::string::npos) return;
    if (line.size() > kMaxLine) return log::warn("simulator: a command longer than 256 characters was passed over");
    auto answer = simulator_.command(line);
    if (answer.ok()) return log::info("simulator: " + *answer);
    log::warn("simulator: " + answer.error().message);
  }

  int fd_;
  Simulator& simulator_;
  std::string line_;
};

}  // namespace

Result<void> run(const Config& config, std::stop_token stop, const std::function<void(std::uint16_t)>& ready,
                 int commands_fd) {
  VIGIL_ASSIGN(auto simulator, Simulator::start(config));
  if (ready) ready(simulator->port());
  if (commands_fd >= 0) {
    Commands commands(commands_fd, *simulator);
    while (!stop.stop_requested() && commands.wait(100)) {
    }
  }
  while (system_clock().sleep(std::chrono::hours(1), stop)) {
  }
  return {};
}

}  // namespace vigil::sim
