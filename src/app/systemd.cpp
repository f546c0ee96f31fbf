#include "app/systemd.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "app/value.h"

namespace vigil::app {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before any thread is started
  return value == nullptr ? "" : value;
}

}  // namespace

ServiceManager::ServiceManager() : socket_(variable("NOTIFY_SOCKET")) {
  auto interval = parse_integer(variable("WATCHDOG_USEC"));
  auto pid = variable("WATCHDOG_PID");
  bool for_us = pid.empty() || pid == std::to_string(::getpid());
  if (interval.ok() && *interval > 0 && for_us) watchdog_ = std::chrono::microseconds(*interval);
}

void ServiceManager::ready() {
  send("READY=1\nSTATUS=running");
}
void ServiceManager::stopping() {
  send("STOPPING=1\nSTATUS=stopping");
}
void ServiceManager::alive() {
  send("WATCHDOG=1");
}

void ServiceManager::send(const std::string& message) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.size() < 2 || socket_.size() >= sizeof(address.sun_path)) return;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') address.sun_path[0] = '\0';  // abstract
  int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  // The service manager may be gone; then nobody wants to know.
  (void)::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                 reinterpret_cast<const sockaddr*>(&address), size);
  ::close(fd);
}

}  // namespace vigil::app
