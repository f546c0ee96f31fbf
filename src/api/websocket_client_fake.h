#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/http_client_fake.h"

// A WebSocket client for tests, over the blocking HTTP client.

namespace vigil::api {

class WebSocketClient {
 public:
  static constexpr const char* kHandshake =
      "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  struct Message {
    int opcode = -1;  // 1: text, 8: close, 9: ping; -1: the connection ended
    std::string text;
    int code() const {  // of a close frame
      if (opcode != 8 || text.size() < 2) return 0;
      return static_cast<unsigned char>(text[0]) * 256 + static_cast<unsigned char>(text[1]);
    }
    Json json() const {
      auto parsed = parse_json(text);
      return parsed.ok() ? *parsed : Json();
    }
  };

  explicit WebSocketClient(std::uint16_t port) : http_(port) {}

  // `extra`: further header lines, each with its end. The answer to the handshake.
  Reply open(const std::string& target, const std::string& extra = {}) {
    http_.send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + kHandshake + extra + "\r\n");
    return http_.read_reply();
  }
  Message read() {
    Message message;
    auto head = http_.read_bytes(2);
    if (head.size() < 2) return message;
    std::uint64_t size = static_cast<unsigned char>(head[1]) & 0x7fu;
    if (size >= 126) {
      const std::size_t digits = size == 126 ? 2 : 8;
      size = 0;
      for (unsigned char c : http_.read_bytes(digits)) size = size << 8 | c;
    }
    message.opcode = static_cast<unsigned char>(head[0]) & 0x0f;
    message.text = http_.read_bytes(static_cast<std::size_t>(size));
    return message;
  }
  void send(int opcode, std::string_view text) {
    std::string frame{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | text.size())};
    http_.send(frame + std::string(4, '\0') + std::string(text));  // a mask of zeros
  }
  HttpClient& http() { return http_; }

 private:
  HttpClient http_;
};

}  // namespace vigil::api
