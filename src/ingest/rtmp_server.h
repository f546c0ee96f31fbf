#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "ingest/publish.h"

// RTMP in: encoders (OBS, ffmpeg, cameras that push) publish to rtmp://host:1935/live/KEY, and the camera that has the
// key is connected (docs/rtmp.md). H.264 and AAC as RTMP always had them, H.265 by Enhanced RTMP.

namespace vigil::ingest {

struct RtmpServerConfig {
  std::string address = "127.0.0.1";  // an IP address, or "localhost"
  std::uint16_t port = 1935;          // 0: a free one
  int max_publishers = 64;
  std::chrono::seconds patience{10};      // from the connection to the first picture, and between two messages
  std::chrono::seconds after_refusal{1};  // a wrong key is answered so much later
};

// One thread for all connections. Nothing that comes in is trusted: bounds on memory and time, the key is in no log.
class RtmpServer {
 public:
  // `find` gives the camera of a key: NotFound, FailedPrecondition (switched off). Called on the server's thread; must
  // return quickly.
  using Find = std::function<Result<Publication>(const Secret& key)>;

  RtmpServer(RtmpServerConfig config, Find find, Clock& clock);
  ~RtmpServer();  // stops

  // Unavailable: the port is taken. InvalidArgument: the address is none.
  Result<void> start();
  std::uint16_t port() const;
  void stop();

  struct Figures {
    int connections = 0, publishing = 0;
    std::uint64_t accepted = 0, refused = 0;  // keys, since the start
    std::uint64_t broken = 0;                 // connections that did not speak the protocol
    std::uint64_t received_bytes = 0;
  };
  Figures figures() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::ingest
