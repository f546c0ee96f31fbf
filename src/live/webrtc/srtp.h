#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "live/webrtc/dtls.h"

// SRTP and SRTCP (RFC 3711, 7714) of one association, by libsrtp. Not thread-safe.

namespace vigil::live::webrtc {

class Srtp {
 public:
  // Bytes that protecting may add behind a packet.
  static constexpr std::size_t kTrailer = 40;

  // `server`: we are the side whose packets are protected by keys.server.
  static Result<std::unique_ptr<Srtp>> make(const SrtpKeys& keys, bool server);
  ~Srtp();
  Srtp(const Srtp&) = delete;
  Srtp& operator=(const Srtp&) = delete;

  // In place: `buffer` begins with `size` bytes of packet and has kTrailer more. The new size; 0: it failed. The same
  // RTP packet may be protected again (a retransmission) while it is among the newest 2048.
  std::size_t protect(std::span<std::uint8_t> buffer, std::size_t size);
  std::size_t protect_rtcp(std::span<std::uint8_t> buffer, std::size_t size);

  // In place; what is left of the packet. Empty: forged, replayed, or nothing at all.
  std::span<std::uint8_t> open(std::span<std::uint8_t> packet);
  std::span<std::uint8_t> open_rtcp(std::span<std::uint8_t> packet);

 private:
  struct State;
  explicit Srtp(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vigil::live::webrtc
