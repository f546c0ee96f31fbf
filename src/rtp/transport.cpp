#include "rtp/transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace vigil::rtp {
namespace {

std::string_view take(std::string_view& text, char separator) {
  auto end = std::min(text.find(separator), text.size());
  auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  auto begin = std::min(part.find_first_not_of(" \t"), part.size());
  part.remove_prefix(begin);
  while (!part.empty() && (part.back() == ' ' || part.back() == '\t')) part.remove_suffix(1);
  return part;
}

// "5000-5001", "5000": the second is then one more.
std::optional<std::pair<unsigned, unsigned>> parse_pair(std::string_view text, unsigned most) {
  auto number = [](std::string_view digits) -> std::optional<unsigned> {
    unsigned value = 0;
    auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || status != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  auto dash = text.find('-');
  auto first = number(text.substr(0, dash));
  if (!first) return std::nullopt;
  auto second = dash == std::string_view::npos ? *first + 1 : number(text.substr(dash + 1));
  if (!second || *first > most || *second > most) return std::nullopt;
  return std::pair(*first, *second);
}

// Eight hexadecimal digits by the standard; cameras write blanks before them, "0x", fewer digits. Decimal numbers
// cannot be told from hexadecimal ones, so whoever uses this must not insist on it.
std::optional<std::uint32_t> parse_ssrc(std::string_view text) {
  if (text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X") text.remove_prefix(2);
  std::uint32_t value = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.empty() || status != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Transport> parse_one(std::string_view text, bool allow_tcp, bool allow_udp, std::uint8_t next_channel) {
  std::string profile(take(text, ';'));
  std::transform(profile.begin(), profile.end(), profile.begin(), [](unsigned char c) { return std::toupper(c); });
  Transport out;
  out.tcp = profile == "RTP/AVP/TCP";
  if (out.tcp ? !allow_tcp : !allow_udp || (profile != "RTP/AVP" && profile != "RTP/AVP/UDP")) return std::nullopt;
  out.rtp_channel = next_channel;
  out.rtcp_channel = static_cast<std::uint8_t>(next_channel + 1);
  bool ports = false;
  while (!text.empty()) {
    auto value = take(text, ';');
    auto name = take(value, '=');
    if (name == "multicast") return std::nullopt;
    if (name == "interleaved" && out.tcp) {
      auto pair = parse_pair(value, 255);
      if (!pair || pair->first == pair->second) return std::nullopt;
      out.rtp_channel = static_cast<std::uint8_t>(pair->first);
      out.rtcp_channel = static_cast<std::uint8_t>(pair->second);
    } else if (name == "client_port" && !out.tcp) {
      auto pair = parse_pair(value, 65535);
      if (!pair || pair->first == 0 || pair->second == 0) return std::nullopt;
      out.rtp_port = static_cast<std::uint16_t>(pair->first);
      out.rtcp_port = static_cast<std::uint16_t>(pair->second);
      ports = true;
    }
  }
  if (!out.tcp && !ports) return std::nullopt;
  return out;
}

}  // namespace

std::optional<Transport> choose_transport(std::string_view header, bool allow_tcp, bool allow_udp,
                                          std::uint8_t next_channel) {
  while (!header.empty()) {
    if (auto found = parse_one(take(header, ','), allow_tcp, allow_udp, next_channel)) return found;
  }
  return std::nullopt;
}

std::string to_text(const Transport& t, std::uint16_t server_rtp_port, std::uint32_t ssrc) {
  if (t.tcp)
    return fmt::format("RTP/AVP/TCP;unicast;interleaved={}-{};ssrc={:08X}", t.rtp_channel, t.rtcp_channel, ssrc);
  return fmt::format("RTP/AVP;unicast;client_port={}-{};server_port={}-{};ssrc={:08X}", t.rtp_port, t.rtcp_port,
                     server_rtp_port, server_rtp_port + 1, ssrc);
}

TransportReply parse_transport_reply(std::string_view header) {
  TransportReply out;
  while (!header.empty()) {
    auto value = take(header, ';');
    std::string name(take(value, '='));
    value = take(value, '=');
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (name == "multicast") out.multicast = true;
    if (name == "interleaved") {
      if (auto pair = parse_pair(value, 255); pair && pair->first != pair->second)
        out.channels.emplace(static_cast<std::uint8_t>(pair->first), static_cast<std::uint8_t>(pair->second));
    } else if (name == "server_port") {
      if (auto pair = parse_pair(value, 65535); pair && pair->first != 0 && pair->second != 0)
        out.server_ports.emplace(static_cast<std::uint16_t>(pair->first), static_cast<std::uint16_t>(pair->second));
    } else if (name == "ssrc") {
      out.ssrc = parse_ssrc(value);
    }
  }
  return out;
}

}  // namespace vigil::rtp
