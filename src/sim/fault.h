#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// What can be wrong with a camera. The names are those of the command line, e.g. "udp-loss=5".

namespace vigil::sim {

enum class FaultKind {
  None,
  Refuse,         // nobody listens any more (all cameras); a single camera: reset at DESCRIBE
  HalfOpen,       // takes the connection and never says a word
  WrongPassword,  // 401 whatever the client sends
  NotFound,       // 404
  Busy,           // 453 at SETUP
  Silence,        // answers RTSP, but neither RTP nor RTCP comes
  RtcpOnly,       // sender reports, but no RTP
  Frozen,         // the same picture again and again, timestamps go on
  NoKeyframe,     // key frames are left out
  UdpLoss,        // percent of the RTP packets lost; UDP only
  Jitter,         // each picture up to so many milliseconds late
  ClockJump,      // RTP and NTP time jump by so many seconds
  ParamsChange,   // another resolution in the middle of the stream
  SlowTrickle,    // one RTP packet in so many seconds
  Reset,          // connection reset in the middle of a picture, after so many seconds of playing
};

struct Fault {
  FaultKind kind = FaultKind::None;
  double amount = 0;  // percent, milliseconds or seconds; 0 where the kind has none

  bool operator==(const Fault&) const = default;
};

// "silence", "udp-loss=5"; a left out amount takes the kind's default. InvalidArgument names the kinds there are.
Result<Fault> parse_fault(std::string_view text);

// The way back: "udp-loss=5".
std::string to_text(const Fault& fault);

struct FaultHelp {
  std::string_view name;
  std::string_view amount;  // "PERCENT", empty where it takes none
  std::string_view text;
};

// All kinds but "none", for --help.
std::vector<FaultHelp> fault_help();

// Whether a client that is connected has to connect anew to notice the fault; its connection is ended when it begins.
bool ends_sessions(FaultKind kind);

}  // namespace vigil::sim
