#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "live/webrtc/negotiation.h"

// DTLS 1.2 with use_srtp (RFC 6347, 5764) over datagrams that somebody else carries. No sockets, no threads.

namespace vigil::live::webrtc {

enum class SrtpProfile { AeadAes128Gcm, Aes128CmSha1_80 };
const char* to_string(SrtpProfile profile);

// Master keys of both directions, key and salt one after the other.
struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::AeadAes128Gcm;
  std::vector<std::uint8_t> client, server;
};

// A certificate of its own (ECDSA P-256, self-signed, one year) and the settings of all associations. Immutable.
class DtlsContext {
 public:
  static Result<std::shared_ptr<const DtlsContext>> make();
  ~DtlsContext();
  DtlsContext(const DtlsContext&) = delete;
  DtlsContext& operator=(const DtlsContext&) = delete;
  const Fingerprint& fingerprint() const { return fingerprint_; }

 private:
  friend class Dtls;
  DtlsContext() = default;
  struct State;
  std::unique_ptr<State> state_;
  Fingerprint fingerprint_;
};

// One association. The peer must have the certificate whose fingerprint was agreed on; whatever is wrong ends it.
class Dtls {
 public:
  enum class Role { Server, Client };  // Client: for tests and load clients
  enum class State { Handshaking, Established, Closed };

  Dtls(std::shared_ptr<const DtlsContext> context, Role role, Fingerprint peer);
  ~Dtls();

  void start();                                          // Client: the first flight
  void receive(std::span<const std::uint8_t> datagram);  // at most 2048 bytes are looked at
  // Sends again what was lost; called when next_timeout() has passed, or more often.
  void tick();
  // Milliseconds until tick() has something to do; nothing: not now.
  std::optional<int> next_timeout() const;
  void close();  // tells the peer

  State state() const { return state_; }
  const std::string& fault() const { return fault_; }  // why it was closed; empty: in good order
  // Of an established association.
  const std::optional<SrtpKeys>& keys() const { return keys_; }

  // The datagrams that are to be sent, in order; empties the list. At most 64 wait.
  std::vector<std::vector<std::uint8_t>> take();

 private:
  struct Link;
  void advance();
  void established();
  void fail(std::string why);

  std::shared_ptr<const DtlsContext> context_;
  const Fingerprint peer_;
  std::unique_ptr<Link> link_;
  State state_ = State::Handshaking;
  std::string fault_;
  std::optional<SrtpKeys> keys_;
};

}  // namespace vigil::live::webrtc
