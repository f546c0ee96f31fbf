#include "clients.h"

namespace vigil::viewers {
namespace {

// A frame of a client (RFC 6455, 5.2); the mask is zero, which changes no byte.
std::string frame(int opcode, std::string_view payload) {
  std::string out;
  out += static_cast<char>(0x80 | opcode);
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 255);
  }
  return out + std::string(4, '\0') + std::string(payload);
}

std::optional<std::size_t> read_size(Socket& socket, unsigned char second, std::stop_token stop) {
  const int more = (second & 127) == 126 ? 2 : (second & 127) == 127 ? 8 : 0;
  if (more == 0) return second & 127;
  auto bytes = socket.exactly(static_cast<std::size_t>(more), stop);
  if (!bytes) return std::nullopt;
  std::size_t size = 0;
  for (const auto byte : *bytes) size = size << 8 | static_cast<unsigned char>(byte);
  return size;
}

}  // namespace

std::string watch_mse(const Viewing& viewing, Meter& meter, std::stop_token stop) {
  Socket socket;
  const auto& address = viewing.address;
  if (!socket.connect(address)) return "no connection";
  auto request = "GET " + address.path + " HTTP/1.1\r\nHost: " + address.host + ":" + address.port +
                 "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dmlnaWwtdmlld2Vycy0wMA==\r\n" +
                 basic_authorization(address);
  for (const auto& header : viewing.headers) request += header + "\r\n";
  if (!socket.send(request + "\r\n")) return "no connection";
  auto reply = read_reply(socket, false, stop);
  if (!reply || reply->status != 101) return "handshake " + std::to_string(reply ? reply->status : 0);
  if (!viewing.hello.empty() && !socket.send(frame(1, viewing.hello))) return "no connection";
  Brake brake(viewing.pace, stop);
  if (viewing.pace < 0) brake.stand();
  while (!stop.stop_requested()) {
    auto head = socket.exactly(2, stop);
    if (!head) break;
    const auto size = read_size(socket, static_cast<unsigned char>((*head)[1]), stop);
    if (!size) break;
    auto payload = socket.exactly(*size, stop);
    if (!payload) break;
    const int opcode = (*head)[0] & 15;
    if (opcode == 9) socket.send(frame(10, *payload));
    if (opcode == 8) return "closed by the server";
    if (opcode == 0 || opcode == 2)
      meter.go_on({reinterpret_cast<const std::uint8_t*>(payload->data()), payload->size()});
    brake.read(*size);
  }
  return stop.stop_requested() ? "" : "the connection ended";
}

}  // namespace vigil::viewers
