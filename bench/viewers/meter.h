#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vigil::viewers {

using Clock = std::chrono::steady_clock;

// What one viewer saw.
struct Seen {
  std::optional<double> join_s;  // from its first byte sent to its first key frame; nothing: none came
  std::vector<double> delays_s;  // from the simulator to here, of the pictures after the first two seconds
  std::uint64_t pictures = 0, skipped = 0, stalls = 0;
  double stalled_s = 0;
  std::string trouble;  // why it ended before its time; empty: it did not
};

// Finds the stamps of `vigil sim --stamp` in whatever bytes a viewer gets, in order. For one thread.
class Meter {
 public:
  Meter() : began_(Clock::now()) {}

  // Bytes that go on where those before ended; a stamp may lie across the border.
  void go_on(std::span<const std::uint8_t> bytes);
  // Bytes of their own, such as a datagram.
  void whole(std::span<const std::uint8_t> bytes);
  void end(std::string trouble);  // call once
  const Seen& seen() const { return seen_; }
  bool joined() const { return seen_.join_s.has_value(); }

 private:
  std::size_t search(std::span<const std::uint8_t> bytes);  // how much of it is done with
  void picture(bool key, std::int64_t micros, std::uint32_t number);
  void note_silence(Clock::time_point now);

  Clock::time_point began_;
  std::vector<std::uint8_t> rest_;
  Clock::time_point last_{};
  std::optional<std::uint32_t> number_;
  Seen seen_;
};

}  // namespace vigil::viewers
