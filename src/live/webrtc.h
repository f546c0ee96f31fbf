#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/codec.h"
#include "stream/stream.h"

namespace vigil::live::webrtc {

struct Config {
  std::string address = "127.0.0.1";  // numeric; 0.0.0.0 and :: listen on all
  std::uint16_t port = 8189;          // UDP and TCP; 0: any free one
  bool port_may_move = false;         // where the port is taken another one will do
  bool tcp = true;
  std::vector<std::string> advertised;  // numeric addresses that viewers reach us at, instead of what the machine knows
  int max_sessions = 500, max_sessions_of_user = 64;
  std::chrono::milliseconds wait_for_stream{2000};  // for a stream that has just been connected
  std::chrono::milliseconds rounds{5000};           // between two looks whether viewers may still watch
  bool operator==(const Config&) const = default;
};

struct Figures {
  int sessions = 0;  // answered and not ended
  int connected = 0;
  std::uint64_t accepted = 0, refused = 0;
  std::map<std::string, std::uint64_t> ended;  // by reason
  std::uint64_t packets = 0, bytes = 0;        // sent, retransmissions too
  std::uint64_t lost_reports = 0, retransmitted = 0, picture_requests = 0, skipped_pictures = 0;
  std::uint64_t unsent = 0;   // datagrams that the kernel did not take
  std::uint64_t unknown = 0;  // datagrams that belong to nobody
  // From the offer to the first packet of the first picture.
  static constexpr std::array<double, 8> kJoinBounds = {0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5};
  std::array<std::uint64_t, 9> joins{};  // how many lay in each range, the last one above all bounds
  double join_seconds = 0;
};

struct SessionFacts {
  bool connected = false, tcp = false;
  std::string protection;  // the SRTP profile
  std::uint64_t packets = 0, lost_reports = 0, retransmitted = 0, skipped_pictures = 0, picture_requests = 0;
  std::optional<std::chrono::microseconds> round_trip;
  double loss = 0;  // share of the packets, as last reported
  // When the picture with this RTP time came from the camera, on the server's clock.
  struct Clock {
    std::uint32_t rtp_time = 0;  // 90 kHz
    WallTime captured;
  };
  std::optional<Clock> clock;
};

// Whether a track goes out by WebRTC as it is, to viewers that take its codec: not with B-frames, and no AAC.
bool carries(const media::CodecParams& params);

// WebRTC for viewers (WHEP, RFC 9725, without its HTTP): one thread, one UDP and one TCP port for all of them.
// Thread-safe.
class Agent {
 public:
  Agent(Config config, Clock& clock);
  ~Agent();  // stops
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  Result<void> start();  // InvalidArgument: not an address; Unavailable: the port is taken
  void stop();
  std::uint16_t port() const;

  // A stream of Opus packets that have the times of another stream's; made as long as `hold` lives.
  struct Sound {
    std::shared_ptr<stream::Stream> stream;
    std::shared_ptr<const void> hold;
  };
  struct Offered {
    std::string camera;  // whatever names the stream in the address of the session
    std::string user;    // for the limit
    std::shared_ptr<stream::Stream> stream;
    std::shared_ptr<const void> hold;  // kept while the stream has viewers
    std::string sdp;
    // Whether the user may still watch; asked every few seconds on a thread that may block. Empty: always.
    std::function<bool()> allowed;
    // The stream's sound as Opus; asked for a viewer who takes Opus, but not the sound as it is. No stream: there is
    // none, and the viewer gets the picture alone. Empty: never.
    std::function<Sound()> opus;
  };
  struct Accepted {
    std::string session;  // 32 characters that cannot be guessed
    std::string answer;
  };
  // Blocks until the stream has a key frame, at most Config::wait_for_stream. What parse_offer and negotiate answer;
  // ResourceExhausted: too many; Unavailable: no picture came, or it is stopped. Only few wait at a time; one more is
  // Unavailable at once.
  Result<Accepted> accept(Offered offered, std::stop_token stop);

  // NotFound unless it is a session of this camera.
  Result<void> end(const std::string& camera, const std::string& session);
  struct Known {
    std::string user;
    std::string ice_user;  // the viewer's, as it was last told
    int restarts = 0;      // of ICE
  };
  Result<Known> find(const std::string& camera, const std::string& session) const;
  // What came with PATCH: candidates, which are not needed (the viewer is the one who finds us), or another user of
  // ICE: then the session goes on wherever the viewer is by now, and `answer` has our side of it. NotFound as above,
  // MalformedRequest as parse_fragment.
  struct Patched {
    std::string answer;  // empty: nothing is to be said
    Known known;         // from now on
  };
  Result<Patched> patch(const std::string& camera, const std::string& session, const std::string& fragment);

  // How a session gets on; up to half a second old.
  Result<SessionFacts> facts(const std::string& camera, const std::string& session) const;

  Figures figures() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::live::webrtc
