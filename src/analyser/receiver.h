#pragma once

#include <cstdint>
#include <optional>

#include "analyser/messages.h"
#include "base/fd.h"
#include "base/result.h"

namespace vigil::analyser {

struct Message {
  Header header;
  Bytes body;
  Fd file;  // that came with it
};

// Reads messages from one end of the socket pair. One thread.
class Receiver {
 public:
  Receiver(int socket, std::uint32_t longest) : socket_(socket), longest_(longest) {}

  // The next message. With `wait`: blocks for it; without: nothing when it is not whole yet. Unavailable: the other
  // side is gone; DataLoss: it breaks the rules.
  Result<std::optional<Message>> next(bool wait);

 private:
  Result<bool> fill(std::uint8_t* into, std::size_t size, bool wait);

  const int socket_;
  const std::uint32_t longest_;
  HeaderBytes header_{};
  Message message_;
  std::size_t have_ = 0;  // bytes of the header, then of the body
  bool in_body_ = false;
};

// Sends one message with a blocking socket; `file` goes along. False: the other side is gone.
bool send_whole(int socket, Header header, View body, int file = -1);

// CLOCK_MONOTONIC, which both processes share.
std::uint64_t monotonic_ns();

}  // namespace vigil::analyser
