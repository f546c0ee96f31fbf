#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "stream/stream.h"

// RTSP out: other programs read a camera here instead of opening a second connection to it
// (docs/adr/0016-rtp-module-and-native-rtsp.md). rtsp://host:8554/{camera} is the stream for live pictures,
// rtsp://host:8554/{camera}/{stream} one by its name.

namespace vigil::live {

// RTSP within TLS. Files are PEM, and read anew when they change.
struct RtspsConfig {
  std::string address;  // as RtspConfig::address; empty: there is none
  std::uint16_t port = 8322;
  std::string certificate, key;
};

struct RtspConfig {
  std::string address = "127.0.0.1";  // an IP address, or "localhost"; empty: within TLS only
  std::uint16_t port = 8554;          // 0: a free one
  RtspsConfig tls;
  int max_clients = 256;
  std::chrono::seconds session_timeout{60};  // without a sign of life of a client
  std::chrono::seconds stuck_after{30};      // a client that takes nothing for so long is disconnected
  std::chrono::seconds first_picture{5};     // DESCRIBE waits so long for a camera that is just being connected
};

// What the server asks of the rest of the house. Called on a thread that may block, one call at a time; outlives it.
class RtspHouse {
 public:
  virtual ~RtspHouse() = default;

  // Nobody has to say who they are.
  virtual bool is_open() const = 0;

  // Whether somebody may look at the cameras. The function that comes back is asked now and then whether they still
  // may. Unauthenticated, PermissionDenied, ResourceExhausted (too many tries).
  virtual Result<std::function<bool()>> admit(const std::string& user, const Secret& password,
                                              const std::string& address) = 0;

  // A stream by name; empty: the one for live pictures. It stays connected as long as `hold` lives. NotFound,
  // FailedPrecondition (switched off).
  struct Found {
    std::shared_ptr<stream::Stream> stream;
    std::shared_ptr<const void> hold;
  };
  virtual Result<Found> find(const std::string& camera, const std::string& stream) = 0;
};

// One thread for all connections, one for what may block. A stream is cut into RTP packets once for all its clients;
// nothing is done while nobody watches. A client that is too slow resumes at the newest key frame.
class RtspServer {
 public:
  RtspServer(RtspConfig config, RtspHouse& house, Clock& clock);
  ~RtspServer();  // stops

  // Unavailable: the port is taken. InvalidArgument: the address is none; certificate and key cannot be used.
  Result<void> start();
  std::uint16_t port() const;
  std::uint16_t tls_port() const;
  void stop();

  struct Figures {
    int clients = 0, playing = 0;
    int streams = 0;                  // that are cut into packets now
    std::uint64_t joins = 0;          // since the start
    std::uint64_t refused = 0;        // wrong passwords
    std::uint64_t skipped_units = 0;  // that slow clients did not get
    std::uint64_t sent_bytes = 0;
  };
  Figures figures() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::live
