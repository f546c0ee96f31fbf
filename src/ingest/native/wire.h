#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ingest/descriptor.h"
#include "ingest/egress.h"
#include "ingest/source.h"

namespace vigil::ingest::native {

// How the other side's certificate is checked.
struct TlsRules {
  bool use = false;    // false: clear text
  bool verify = true;  // by the authorities that the system trusts
  std::string
      fingerprint;  // SHA-256 of the certificate, 64 lower-case hex digits: this and no other check; empty: none
};

enum class Io { Done, WouldBlock, Closed, Failed };

// The TCP connection to a camera, with TLS where the URL says so. Never waits: whoever owns it waits for what events()
// says and goes on. Used by one thread.
class Wire {
 public:
  Wire();
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Failures: Refused, Unreachable, Timeout, Tls.
  std::optional<Failure> begin(const Endpoint& endpoint, std::uint16_t port, const std::string& host, TlsRules rules);
  // Connects and shakes hands as far as that goes now; true: read() and send() may be used.
  Outcome<bool> advance();
  bool is_open() const { return state_ == State::Open; }
  bool is_connecting() const { return state_ == State::Connecting; }

  Io read(std::span<std::uint8_t> into, std::size_t& count);
  // Sends what goes now and keeps the rest for flush(). Failed: closed, or the camera takes nothing any more.
  Io send(std::string_view text);
  Io flush();
  // Whether something that was sent waits to be taken.
  bool has_unsent() const { return !unsent_.empty(); }
  // What to wait for, as epoll calls it.
  std::uint32_t events() const;
  int fd() const { return socket_.get(); }

 private:
  enum class State { Connecting, Handshaking, Open };
  struct Tls;
  Outcome<bool> handshake();
  Failure handshake_failed(int error) const;
  Io write(std::string_view text, std::size_t& count);

  Descriptor socket_;
  State state_ = State::Connecting;
  std::string where_, host_;
  TlsRules rules_;
  bool wants_write_ = true;
  std::string unsent_;
  std::unique_ptr<Tls> tls_;
};

// The two UDP sockets of one track: an even port and the one after it.
struct UdpPair {
  Descriptor rtp, rtcp;
  std::uint16_t port = 0;
};
// Nothing when no pair is free.
std::optional<UdpPair> open_udp_pair(int family);

}  // namespace vigil::ingest::native
