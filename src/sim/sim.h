#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "media/codec.h"
#include "sim/fault.h"
#include "sim/fault_board.h"

// Simulated cameras for users and tests: a video file, or a synthetic scene with a burnt-in clock, as RTSP cameras
// rtsp://ADDRESS:PORT/cam1 … camN, each with a small second stream at /camN/sub, with faults on demand.

namespace vigil::sim {

enum class Auth { Any, Digest, Basic };  // which schemes a 401 offers; Any: both

struct Config {
  // A path of a video file, or "scene". A file of the wanted codec with key frames at most two seconds apart goes out
  // as it is, everything else is encoded once at the start. It loops for ever; each camera begins elsewhere in it.
  std::string source = "scene";
  int cameras = 4;    // 1 to 1000
  bool once = false;  // a file only: each camera plays it once, from its first picture, when somebody comes

  std::string listen_address = "127.0.0.1";  // an IP address
  std::uint16_t port = 8554;                 // 0: any free one, see Simulator::port()

  FaultPlan fault;

  std::string user;  // empty: nobody is asked for a password
  Secret password;
  Auth auth = Auth::Any;

  media::Codec codec = media::Codec::H264;  // or H265
  int width = 0, height = 0;                // 0: as the file has it; 1280×720 for the scene
  double fps = 0;                           // scene only; 0: 15
  int bitrate_kbps = 0;                     // of the main stream; 0: constant quality
  double gop_s = 1.0;                       // seconds between key frames where we encode; 0.1 to 60
  bool audio = false;                       // adds a G.711 µ-law track: a beep each second

  bool stamp = false;  // each picture says in its bytes when it went out, for load tests

  bool allow_tcp = true;
  bool allow_udp = true;
  int session_timeout_s = 60;              // without any sign of life from a client
  std::size_t max_client_bytes = 4 << 20;  // waiting to be sent to one slow client, then it is disconnected
  int max_clients = 1024;
};

// One running set of cameras: a thread for the network, and one that encodes where that is needed. Thread-safe.
class Simulator {
 public:
  // Returns when the port is open and the first pictures are there. InvalidArgument: wrong configuration or a file
  // that cannot be read or decoded; Unavailable: the address is taken.
  static Result<std::unique_ptr<Simulator>> start(const Config& config, const Clock& clock = system_clock());
  ~Simulator();

  std::uint16_t port() const;

  // "fault cam2 silence", "fault all udp-loss=10", "clear cam2", "clear all", "status". The answer is one line.
  Result<std::string> command(std::string_view line);

 private:
  struct Impl;
  explicit Simulator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// kCommandHelp is what --help says about them.
extern const std::string_view kCommandHelp;

// Runs until stop is requested. `ready` is called once with the port. With `commands_fd` >= 0 commands are read from it
// (0 = standard input), one a line, until its end, and the answers are logged; it must not be a background job's
// terminal.
Result<void> run(const Config& config, std::stop_token stop, const std::function<void(std::uint16_t port)>& ready = {},
                 int commands_fd = -1);

}  // namespace vigil::sim
