#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "live/webrtc.h"
#include "live/webrtc/carrier.h"
#include "live/webrtc/dtls.h"
#include "live/webrtc/feed.h"
#include "live/webrtc/negotiation.h"
#include "live/webrtc/sender.h"
#include "live/webrtc/srtp.h"
#include "live/webrtc/stun.h"

namespace vigil::live::webrtc {

// Why a session ended.
enum class End { None, Closed, ByViewer, NeverConnected, Silent, Handshake, StreamEnded, CodecChanged, Reordered };
const char* to_string(End end);

// One viewer from the answer to the end: ICE-lite (RFC 8445, 2.5: it only answers checks), DTLS, SRTP, and what it is
// sent. Sends nothing to an address that has not proved itself by a check with the right password, and no more than it
// was sent before. Used by one thread.
class Session final : private Outlet {
 public:
  struct Setup {
    std::string id;
    Agreement agreement;
    std::string ufrag, password;  // ours
    std::shared_ptr<const DtlsContext> dtls;
    std::uint64_t seed = 0;
  };
  struct Figures {
    std::uint64_t packets = 0, bytes = 0;  // RTP, retransmissions too, before encryption
  };

  static constexpr std::size_t kMaxPaths = 8;
  static constexpr std::chrono::seconds kConnectWithin{20};
  static constexpr std::chrono::seconds kSilence{30};  // without a check (RFC 7675)

  Session(Setup setup, Carrier& carrier, SteadyTime now);

  // A binding request for our ufrag. Nothing: it is not from this viewer. Else the path is one of ours from now on; it
  // is answered. A path that had to make room for it is returned as well.
  struct Admitted {
    std::optional<Path> instead_of;
    std::string former_ufrag;  // ours, that does not count any more
  };
  std::optional<Admitted> check(const Path& path, const stun::Message& request, SteadyTime now);

  // ICE restart (RFC 8445, 9): the viewer is about to check with other names from wherever it is now. The former ones
  // count until then. Keys, numbers and pictures go on. Returns one of our names that is given up, empty: none.
  std::string restart(IceUser theirs, IceUser ours);

  void dtls(const Path& path, std::span<const std::uint8_t> datagram, SteadyTime now);
  void rtcp(std::span<std::uint8_t> datagram, const Feed& feed, SteadyTime now, WallTime wall);
  void lost_connection(std::uint64_t connection);

  // Sends what may go; remembers when it wants to be called again.
  void run(const Feed& feed, SteadyTime now, WallTime wall);
  const std::optional<SteadyTime>& wants_at() const { return wants_at_; }

  // Several times a second: retransmissions of DTLS, time limits.
  void tick(SteadyTime now);
  // Tells the viewer, where it is known.
  void close(End why);

  End end() const { return end_; }
  bool connected() const { return srtp_ != nullptr; }
  SteadyTime begun() const { return begun_; }
  // When the first picture went out.
  std::optional<SteadyTime> first_sent() const { return first_sent_; }
  const std::string& id() const { return setup_.id; }
  const std::string& ufrag() const { return setup_.ufrag; }
  // The name that counts after a restart; empty: none is under way.
  const std::string& next_ufrag() const { return next_ours_.ufrag; }
  // Its sound is made for it and others.
  bool hears_made_sound() const { return setup_.agreement.audio && setup_.agreement.audio->made; }
  const std::vector<Path>& paths() const { return paths_; }
  const Sender::Figures& sent() const { return sender_.figures(); }
  Figures figures() const { return figures_; }
  SessionFacts facts(const Feed& feed, WallTime wall) const;
  const std::string& fault() const { return dtls_.fault(); }

 private:
  bool ready() const override;
  void rtp(std::span<std::uint8_t> buffer, std::size_t size) override;
  void rtcp(std::vector<std::uint8_t> packet) override;
  void send_dtls();
  void after_dtls();

  Setup setup_;
  Carrier& carrier_;
  const SteadyTime begun_;
  SteadyTime heard_;
  IceUser next_theirs_, next_ours_;  // of a restart under way
  std::vector<Path> paths_;
  std::optional<Path> selected_;
  bool nominated_ = false;
  Dtls dtls_;
  std::unique_ptr<Srtp> srtp_;
  Sender sender_;
  std::optional<SteadyTime> wants_at_, first_sent_;
  SteadyTime now_;  // of the call under way
  Figures figures_;
  End end_ = End::None;
};

}  // namespace vigil::live::webrtc
