#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include "base/secret.h"
#include "rtp/auth.h"
#include "rtp/parser.h"
#include "rtp/transport.h"

// Bytes of either side of an RTSP connection, in pieces; the first byte says how.

namespace {

using namespace vigil::rtp;

void look_at(const Response& response) {
  Authenticator client("user", vigil::Secret("password"));
  if (client.challenged(response)) client.authorization("DESCRIBE", "rtsp://h/");
  if (const auto* transport = response.header("Transport")) parse_transport_reply(*transport);
}

void look_at(const Request& request) {
  authorised(request, {"user", vigil::Secret("password")}, "realm", "nonce");
  basic_credentials(request);
  if (const auto* transport = request.header("Transport")) choose_transport(*transport, true, true, 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  MessageParser parser((data[0] & 1) != 0 ? MessageParser::Mode::Lenient : MessageParser::Mode::Strict);
  const std::size_t piece = 1 + (data[0] >> 1);
  for (auto rest = std::span(data, size).subspan(1); !rest.empty();) {
    const auto part = rest.first(std::min(piece, rest.size()));
    rest = rest.subspan(part.size());
    parser.feed(part);
    for (;;) {
      auto message = parser.next();
      if (!message.ok()) return 0;
      if (!message->has_value()) break;
      if (const auto* request = std::get_if<Request>(&**message)) look_at(*request);
      if (const auto* response = std::get_if<Response>(&**message)) look_at(*response);
    }
  }
  return 0;
}
