#pragma once

#include <optional>
#include <span>

#include "extract/messages.h"

namespace vigil::extract {

struct Message {
  Header header;
  Bytes body;
};

// Sends one message over a blocking socket. False: the other side is gone.
bool send_message(int socket, Type type, View body);

// Puts messages together out of what comes. The socket may be blocking or not.
class Inbox {
 public:
  explicit Inbox(int socket) : socket_(socket) {}
  // The next message; nothing: with a socket that does not block, it is not whole yet. Unavailable: the other side is
  // gone; DataLoss: it breaks the rules.
  Result<std::optional<Message>> next();

 private:
  Result<bool> fill(std::span<std::uint8_t> all);
  const int socket_;
  std::array<std::uint8_t, kHeaderBytes> header_{};
  Message message_;
  std::size_t have_ = 0;
  bool in_body_ = false;
};

}  // namespace vigil::extract
