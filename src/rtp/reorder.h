#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"

namespace vigil::rtp {

// Brings the packets of one track into sequence. Packets that come in order pass through without being copied. Behind a
// hole packets wait for what is missing, at most `patience` and 256 of them; then the hole is a gap. A sender that
// begins anew elsewhere is followed. Not thread-safe.
class Reorder {
 public:
  struct Config {
    Nanos patience = std::chrono::milliseconds(100);  // 0: what is missing will not come (TCP)
    std::size_t most = 256;
  };
  explicit Reorder(Config config) : config_(config) {}

  struct Ready {
    std::span<const std::uint8_t> bytes;  // valid until the next call
    bool gap = false;                     // packets are missing before it
  };

  // Takes a packet; true when it is the next one and can be used as it is, with `gap` told. False: it waits inside, or
  // is an old one and gone.
  bool push(std::uint16_t sequence, std::span<const std::uint8_t> bytes, SteadyTime now, bool& gap);

  // The next one of those that wait inside, if its turn has come. Ask until there is none after each push().
  std::optional<Ready> pop(SteadyTime now);

  // Another sender speaks from now on: what waits is dropped, the next packet is the first.
  void restart() {
    held_.clear();
    next_.reset();
    behind_ = 0;
  }

  // When pop() will give up a hole; nothing while none waits.
  std::optional<SteadyTime> deadline() const;

 private:
  struct Held {
    std::vector<std::uint8_t> bytes;
    SteadyTime arrived;
  };

  const Config config_;
  std::optional<std::uint64_t> next_;  // extended sequence number expected
  std::map<std::uint64_t, Held> held_;
  std::vector<std::uint8_t> given_;  // what the last Ready is a view of
  int behind_ = 0;                   // old packets in a row
};

}  // namespace vigil::rtp
