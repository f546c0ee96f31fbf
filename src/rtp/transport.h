#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vigil::rtp {

// How the packets of one track travel to one client.
struct Transport {
  bool tcp = false;
  std::uint8_t rtp_channel = 0, rtcp_channel = 1;  // TCP
  std::uint16_t rtp_port = 0, rtcp_port = 0;       // the client's, UDP

  bool operator==(const Transport&) const = default;
};

// The first alternative of a Transport header that is unicast and that we can serve. Without interleaved= a TCP client
// gets `next_channel` and the one after it. Pure.
std::optional<Transport> choose_transport(std::string_view header, bool allow_tcp, bool allow_udp,
                                          std::uint8_t next_channel);

// The header of the answer to SETUP.
std::string to_text(const Transport& transport, std::uint16_t server_rtp_port, std::uint32_t ssrc);

// What a server answers to SETUP, as cameras do it: parts may be missing, "/TCP" as well.
struct TransportReply {
  std::optional<std::pair<std::uint8_t, std::uint8_t>> channels;        // RTP, RTCP
  std::optional<std::pair<std::uint16_t, std::uint16_t>> server_ports;  // RTP, RTCP
  std::optional<std::uint32_t> ssrc;
  bool multicast = false;
};
TransportReply parse_transport_reply(std::string_view header);

}  // namespace vigil::rtp
