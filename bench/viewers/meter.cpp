#include "meter.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "sim/server/stamp.h"

namespace vigil::viewers {
namespace {

constexpr std::string_view kMark = sim::kStampMark;
constexpr std::size_t kStamp = kMark.size() + 1 + 16 + 8;
// A viewer sees nothing new for so long: it stalls.
constexpr std::chrono::milliseconds kStall{500};
// The pictures that are kept for a viewer's start are old, and meant to be.
constexpr std::chrono::seconds kSettled{2};

template <class Number>
bool read_hex(std::string_view text, Number& out) {
  return std::from_chars(text.data(), text.data() + text.size(), out, 16).ptr == text.data() + text.size();
}

}  // namespace

void Meter::go_on(std::span<const std::uint8_t> bytes) {
  rest_.insert(rest_.end(), bytes.begin(), bytes.end());
  rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(search(rest_)));
}

void Meter::whole(std::span<const std::uint8_t> bytes) {
  search(bytes);
}

std::size_t Meter::search(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::size_t from = 0;
  for (auto at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, from)) {
    if (at + kStamp > text.size()) return at;
    std::int64_t micros = 0;
    std::uint32_t number = 0;
    from = at + kStamp;
    const auto stamp = text.substr(at + kMark.size(), kStamp - kMark.size());
    if (read_hex(stamp.substr(1, 16), micros) && read_hex(stamp.substr(17, 8), number)) {
      picture(stamp[0] == 'K', micros, number);
    }
  }
  return std::max(from, text.size() - std::min(text.size(), kMark.size() - 1));
}

void Meter::note_silence(Clock::time_point now) {
  if (now - last_ < kStall) return;
  ++seen_.stalls;
  seen_.stalled_s += std::chrono::duration<double>(now - last_).count();
}

void Meter::picture(bool key, std::int64_t micros, std::uint32_t number) {
  const auto now = Clock::now();
  if (!joined()) {
    if (!key) return;
    seen_.join_s = std::chrono::duration<double>(now - began_).count();
    last_ = now;
  }
  // Again, or from before a jump back.
  if (number_ && static_cast<std::int32_t>(number - *number_) <= 0) return;
  if (number_) seen_.skipped += number - *number_ - 1;
  number_ = number;
  ++seen_.pictures;
  note_silence(now);
  last_ = now;
  if (now - began_ < kSettled) return;
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto late = std::chrono::duration_cast<std::chrono::microseconds>(wall).count() - micros;
  seen_.delays_s.push_back(static_cast<double>(late) / 1e6);
}

void Meter::end(std::string trouble) {
  if (joined()) note_silence(Clock::now());
  seen_.trouble = std::move(trouble);
}

}  // namespace vigil::viewers
