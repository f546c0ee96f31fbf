#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rtp/auth.h"
#include "rtp/message.h"
#include "rtp/transport.h"
#include "sim/fault.h"

namespace vigil::sim::rtsp {

using rtp::AuthScheme;
using rtp::Credentials;
using rtp::Headers;
using rtp::Request;
using rtp::Response;
using rtp::Transport;

// rtsp://host/cam3/sub is camera 3, its second stream.
struct StreamKey {
  int camera = 0;  // from 1
  bool sub = false;

  bool operator==(const StreamKey&) const = default;
};

// RTP payload type of a track: the video has a dynamic one, G.711 µ-law has its own for ever (RFC 3551).
constexpr int payload_type_of(int track) {
  return track == 0 ? 96 : 0;
}

// A track that a client has set up. Sequence and timestamp begin at random, as RFC 3550 asks.
struct SetUpTrack {
  int track = 0;
  Transport transport;
  std::uint32_t ssrc = 0;
  std::uint16_t first_sequence = 0;
  std::uint32_t timestamp_offset = 0;  // RTP time of the simulator's start
};

// What a dialogue needs to know from the server.
class DialogueHost {
 public:
  virtual ~DialogueHost() = default;
  virtual Fault fault_of(int camera) const = 0;
  virtual int tracks_of(StreamKey stream) const = 0;         // 0: no such stream
  virtual std::string describe(StreamKey stream) const = 0;  // the SDP; empty: nothing to show yet
  virtual std::optional<std::uint32_t> rtp_time_of_next(const SetUpTrack& track, StreamKey stream) const = 0;
};

struct DialogueConfig {
  Credentials credentials;
  std::string realm = "Vigil simulator";
  int session_timeout_s = 60;
  bool allow_tcp = true;
  std::uint16_t server_rtp_port = 0;  // 0: no UDP
};

// What the connection has to do after it has sent the answer.
enum class Effect { None, Play, Pause, End, Ignore /* send nothing at all */, Abort /* reset instead of an answer */ };

struct Answer {
  std::string text;
  Effect effect = Effect::None;
};

// The RTSP side of one connection: requests in, answers out; holds one session. No sockets, no clock.
class Dialogue {
 public:
  Dialogue(DialogueConfig config, const DialogueHost& host);

  Answer handle(const Request& request);
  // The answer to bytes that were no request.
  Answer refuse(const Error& error) const;

  const std::vector<SetUpTrack>& tracks() const { return tracks_; }
  std::optional<StreamKey> stream() const { return stream_; }
  bool playing() const { return playing_; }

 private:
  Response answer(const Request& request, Effect& effect);
  Response describe(const Request& request, StreamKey stream) const;
  Response setup(const Request& request, StreamKey stream, int track);
  Response play(const Request& request, Effect& effect);
  Response in_session(const Request& request, Effect& effect);
  Response challenge() const;
  bool knows_session(const Request& request) const;

  DialogueConfig config_;
  const DialogueHost& host_;
  std::string nonce_;
  std::string session_;  // empty until the first SETUP
  std::optional<StreamKey> stream_;
  std::vector<SetUpTrack> tracks_;
  bool playing_ = false, played_ = false;
};

// Where a request URI points: "rtsp://h:1/cam2/sub/trackID=0" is camera 2, sub, track 0. Track -1: the whole stream.
struct Target {
  StreamKey stream;
  int track = -1;
  bool operator==(const Target&) const = default;
};
std::optional<Target> parse_target(std::string_view uri);

}  // namespace vigil::sim::rtsp
