#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "app/options.h"
#include "base/clock.h"
#include "base/result.h"

namespace vigil::app {

// All parts of a running server, made, connected and taken down in the right order. Used by one thread.
class Server {
 public:
  Server(const Settings& settings, Clock& clock);
  ~Server();  // stops

  // Opens the store, starts cameras, sinks and the HTTP interface. What was started is taken down again when something
  // fails. InvalidArgument: the settings; everything else: the state of the machine.
  Result<void> start();

  // Answers what is under way, disconnects the cameras, sends what is queued, within `limit` as far as the parts keep
  // their word.
  void stop(std::chrono::milliseconds limit);

  std::uint16_t port() const;

  // The link under which the first administrator is made; empty when there is one, or nobody must sign in.
  std::string setup_link() const;

  // Looks at all parts: hangs when one of them does.
  void touch() const;

 private:
  struct Parts;
  const Settings settings_;
  Clock& clock_;
  std::unique_ptr<Parts> parts_;
};

// "http://127.0.0.1:8000": where a browser on this machine finds a server that listens on `listen`.
std::string local_url(const Address& listen, std::uint16_t port);

}  // namespace vigil::app
