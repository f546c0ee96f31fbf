#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace vigil::app {

// The protocol of sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names. Does nothing where there is none.
class ServiceManager {
 public:
  ServiceManager();  // from the environment

  void ready();
  void stopping();
  void alive();
  // How often alive() is expected; nothing when it is not.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  void send(const std::string& message) const;
  std::string socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace vigil::app
