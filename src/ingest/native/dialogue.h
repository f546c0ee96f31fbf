#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "ingest/source.h"
#include "rtp/auth.h"
#include "rtp/message.h"
#include "rtp/sdp.h"

namespace vigil::ingest::native {

// A track that the camera agreed to send, and how.
struct AgreedTrack {
  rtp::MediaDescription media;
  std::size_t asked = 0;                                    // which SETUP it was, from 0
  std::uint8_t rtp_channel = 0, rtcp_channel = 1;           // TCP
  std::uint16_t server_rtp_port = 0, server_rtcp_port = 0;  // UDP; 0: the camera does not say
};

struct DialogueConfig {
  Url url;  // with credentials, as a person entered it
  bool tcp = true;
  bool audio = true;
  // UDP only: opens the ports of the next track and returns the first of the pair; 0: there is none left.
  std::function<std::uint16_t()> open_ports;
};

// The client's side of RTSP (RFC 2326): answers in, requests out. No sockets, no clock; tolerates what cameras get
// wrong (media-server study, 2.2). One per connection. Not thread-safe.
class Dialogue {
 public:
  explicit Dialogue(DialogueConfig config);

  // What to do after an answer. At most one of playing, failure, moved_to.
  struct Step {
    std::string send;  // may be empty
    bool playing = false;
    std::optional<Failure> failure;
    bool other_transport = false;  // with a failure: the other transport may do
    std::string moved_to;          // the camera sends us elsewhere: an absolute URL, nobody has checked it
  };

  std::string begin();
  Step take(const rtp::Response& response);
  // Cameras ask as well, and some end the session that way. Nothing to do but to send what comes back.
  Step take(const rtp::Request& request);

  bool playing() const { return state_ == State::Playing; }
  const std::vector<AgreedTrack>& tracks() const { return tracks_; }

  // While playing: a sign of life, due every keep_alive_interval(). Its answer need not be waited for.
  std::string keep_alive();
  std::chrono::milliseconds keep_alive_interval() const;
  // The last word; empty when there is no session.
  std::string teardown();

 private:
  enum class State { Options, Describe, Setup, Play, Playing, Over };

  std::string request(std::string method, std::string uri, rtp::Headers headers = {});
  std::string again();  // the last request once more, signed anew
  Step next_setup();
  Step described(const rtp::Response& response);
  Step set_up(const rtp::Response& response);
  Step refused(const rtp::Response& response);
  Step fail(model::FailureReason reason, std::string detail, bool other_transport = false);
  bool is_stale(const rtp::Response& response) const;
  void remember_session(const rtp::Response& response);

  const DialogueConfig config_;
  const std::string where_;
  rtp::Authenticator authenticator_;
  State state_ = State::Options;
  rtp::Request last_;
  int cseq_ = 0;
  bool has_get_parameter_ = false;
  std::string url_, base_;  // without credentials
  std::string session_;
  std::chrono::seconds session_timeout_{60};
  std::vector<rtp::MediaDescription> wanted_;  // the video first
  std::size_t asked_ = 0;                      // of wanted_, the one that SETUP is asked for
  std::string aggregate_;                      // where PLAY goes
  std::vector<AgreedTrack> tracks_;
};

}  // namespace vigil::ingest::native
