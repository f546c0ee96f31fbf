#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace vigil::app {

struct SceneEndpoint {
  std::string url;  // of the API: "https://host/v1"; "/chat/completions" is asked
  std::string model;
  Secret key;  // empty: none is sent
  std::chrono::milliseconds timeout{30000};
};

// InvalidArgument: neither http nor https, with a password in it, or a query.
Result<void> check_scene_url(const std::string& url);

// Describes pictures by an OpenAI-compatible endpoint. Only that host is spoken to: no redirects, no proxies from the
// environment. One request at a time; not thread-safe.
class SceneClient {
 public:
  explicit SceneClient(SceneEndpoint endpoint);
  ~SceneClient();

  // The picture in words. Waits for at most the endpoint's timeout, and not when stopped (Cancelled). Unavailable: no
  // answer, or a status that is no success; MalformedRequest: an answer that is none.
  Result<std::string> describe(std::string_view jpeg, std::stop_token stop);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::app
