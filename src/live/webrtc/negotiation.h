#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "live/webrtc/address.h"
#include "live/webrtc/sdp_offer.h"
#include "media/codec.h"

// What we send to somebody who offers to receive, and the answer that says so (RFC 8829, 9725). Pure.

namespace vigil::live::webrtc {

struct Fingerprint {
  std::string hash;                 // "sha-256", "sha-384", "sha-512"
  std::vector<std::uint8_t> bytes;  // of that length
  bool operator==(const Fingerprint&) const = default;
};
std::optional<Fingerprint> parse_fingerprint(const std::string& text);
std::string to_text(const Fingerprint& fingerprint);

// The number that sound has which is made Opus, beside the tracks of the stream.
constexpr int kMadeTrack = 1000;

struct SentTrack {
  int track = 0;            // of the stream, or kMadeTrack
  std::size_t section = 0;  // of the offer
  Format format;
  std::optional<int> rtx;  // payload type of retransmissions (RFC 4588); nothing: they go out as they were
  int playout_delay = 0;   // id of that header extension; 0: not offered
  std::uint32_t ssrc = 0, rtx_ssrc = 0;
  bool made = false;  // sound that becomes Opus for it
};

struct Agreement {
  std::optional<SentTrack> video, audio;  // one at least
  std::string ufrag, password;            // theirs
  Fingerprint fingerprint;                // of their certificate
  std::string why_no_audio;               // for people; empty where there is audio or the stream has none
};

// The reasons why a stream cannot go out by WebRTC stand in the error's code, so that a player takes another way:
//   webrtc.offer      no WebRTC offer: no ICE, no fingerprint, no rtcp-mux, no BUNDLE, a sender that only listens
//   webrtc.b_frames   the pictures come in another order than they are shown
//   webrtc.codec      the offer does not have the stream's codec
//   webrtc.no_track   the stream has no track (yet) that goes out by WebRTC
// webrtc.offer is InvalidArgument, the others FailedPrecondition.
// `opus`: sound that the viewer does not take can become Opus.
Result<Agreement> negotiate(const Offer& offer, const std::map<int, media::ParamsPtr>& tracks, bool opus = false);

struct Local {
  std::uint64_t session = 1;
  std::string ufrag, password;
  std::string fingerprint;  // "sha-256 AA:BB:…"
  std::string cname;
  std::vector<Endpoint> udp, tcp;  // candidates
};
// `agreement` with its SSRCs. Lines end with CR LF.
std::string write_answer(const Offer& offer, const Agreement& agreement, const Local& local);

// The section of the answer that the transport of all hangs on.
struct TransportSection {
  std::string kind, protocol, mid;
  int payload_type = 0;
};
TransportSection transport_section(const Offer& offer, const Agreement& agreement);
// What an ICE restart is answered with (RFC 9725, 4.3.2): the new user and where we are.
std::string write_fragment(const TransportSection& section, const Local& local);

}  // namespace vigil::live::webrtc
