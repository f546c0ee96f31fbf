#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "live/webrtc/address.h"

// STUN (RFC 8489) as ICE (RFC 8445) uses it: binding requests and their answers. Pure; foreign bytes are hostile.

namespace vigil::live::webrtc::stun {

using Bytes = std::span<const std::uint8_t>;
using Transaction = std::array<std::uint8_t, 12>;

inline constexpr std::uint16_t kBindingRequest = 0x0001, kBindingIndication = 0x0011, kBindingSuccess = 0x0101,
                               kBindingError = 0x0111;

struct Message {
  std::uint16_t type = 0;
  Transaction transaction{};
  std::string_view username;  // into the bytes; empty: none
  bool use_candidate = false, controlling = false, controlled = false;
  bool has_integrity = false, has_fingerprint = false;  // the fingerprint was found right
  std::optional<Endpoint> mapped;                       // XOR-MAPPED-ADDRESS
  std::optional<std::uint16_t> error;
  std::uint32_t priority = 0;

  Bytes covered;  // what MESSAGE-INTEGRITY covers, its header as it came
  Bytes integrity;
};

// Whether the first byte and the cookie say STUN (RFC 7983, 7).
bool looks_like(Bytes bytes);

// A whole message. Nothing when it is cut off, lies about a length, or has a wrong fingerprint; attributes after
// MESSAGE-INTEGRITY other than the fingerprint are not looked at.
std::optional<Message> parse(Bytes bytes);

// Whether MESSAGE-INTEGRITY (HMAC-SHA1, short-term credentials) was made with `password`. Constant time.
bool integrity_holds(const Message& message, std::string_view password);

// Messages with MESSAGE-INTEGRITY by `password` and FINGERPRINT.
std::vector<std::uint8_t> success(const Transaction& transaction, const Endpoint& mapped, std::string_view password);
std::vector<std::uint8_t> error(const Transaction& transaction, int code, std::string_view reason,
                                std::string_view password);

struct Request {
  Transaction transaction{};
  std::string username;  // "theirs:ours"
  bool use_candidate = true;
  std::uint32_t priority = 1;
  std::uint64_t tie_breaker = 1;
};
// What a controlling client sends: for tests and load clients.
std::vector<std::uint8_t> request(const Request& request, std::string_view password);

}  // namespace vigil::live::webrtc::stun
