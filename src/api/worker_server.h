#pragma once

#include <cstdint>
#include <memory>

#include "api/server.h"

namespace vigil::api {

// What a worker shows of itself over HTTP: /metrics, /health and /ready of docs/ref/openapi.yaml, and nothing else. Who
// may see them is as at the server whose database it shares: the same API keys, the same rules.
class WorkerServer {
 public:
  // Of `config` counts what is about listening and signing in. What it is given must outlive it.
  WorkerServer(Config config, Accounts& accounts, store::Store& store, const jobs::Workers& workers, Clock& clock);
  ~WorkerServer();  // stops

  // Fails when the configuration is wrong or the port is taken.
  Result<void> start();
  std::uint16_t port() const;
  void stop();  // within 3 s

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::api
