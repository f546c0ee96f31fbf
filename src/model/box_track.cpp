#include "model/box_track.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace vigil::model {
namespace {

constexpr char kVersion = 1;
constexpr std::int64_t kMaxSequence = std::int64_t{1} << 56;
constexpr std::int64_t kMaxMilliseconds = std::int64_t{1} << 50;
constexpr float kQuarters = 4;
constexpr float kMaxPixels = 1 << 20;
constexpr std::int64_t kMaxSide = std::int64_t{1} << 22;
constexpr std::size_t kLeastBytes = 7;  // of one box

std::uint64_t fold(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unfold(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

// A box in whole numbers, and the steps that led to it.
struct Whole {
  std::int64_t sequence = 0, time = 0, sequence_step = 0, time_step = 0;
  std::array<std::int64_t, 4> sides{};
  unsigned flags = 0;
  int confidence = 0;
};

std::int64_t quarters(float pixels) {
  if (std::isnan(pixels)) return 0;
  return std::lround(std::clamp(pixels, -kMaxPixels, kMaxPixels) * kQuarters);
}

unsigned flags_of(const TimedBox& box) {
  return static_cast<unsigned>(box.state) | (box.stationary ? 4U : 0U);
}

void put(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>((value & 0x7f) | 0x80));
  out.push_back(static_cast<char>(value));
}

std::optional<std::uint64_t> take(std::string_view& in) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    if (shift == 63 && byte > 1) return std::nullopt;
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

// Adds a change to a value that both are bounded: no overflow. False when it leaves its range.
bool add(std::int64_t& value, std::int64_t change, std::int64_t least, std::int64_t most) {
  if (change < -2 * most || change > 2 * most) return false;
  value += change;
  return value >= least && value <= most;
}

bool take_box(std::string_view& in, Whole& box, bool first) {
  auto head = take(in);
  if (!head) return false;
  if ((*head & 1U) != 0) {
    if (in.empty() || static_cast<unsigned char>(in.front()) > 7) return false;
    box.flags = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
  }
  auto time = take(in);
  if (!time) return false;
  if (!add(box.sequence_step, unfold(*head >> 1), -kMaxSequence, kMaxSequence) ||
      !add(box.sequence, box.sequence_step, 0, kMaxSequence) ||
      !add(box.time_step, unfold(*time), -2 * kMaxMilliseconds, 2 * kMaxMilliseconds) ||
      !add(box.time, box.time_step, -kMaxMilliseconds, kMaxMilliseconds)) {
    return false;
  }
  if (first) box.sequence_step = box.time_step = 0;
  for (auto& side : box.sides) {
    auto change = take(in);
    if (!change || !add(side, unfold(*change), -kMaxSide, kMaxSide)) return false;
  }
  if (in.empty()) return false;
  box.confidence = static_cast<unsigned char>(in.front());
  in.remove_prefix(1);
  return true;
}

Error damaged() {
  return make_error(ErrorKind::DataLoss, "the stored boxes of a track cannot be read", "records.damaged");
}

}  // namespace

std::string encode_boxes(std::span<const TimedBox> boxes) {
  boxes = boxes.first(std::min(boxes.size(), kMaxBoxes));
  std::string out;
  out.reserve(4 + boxes.size() * 8);
  out.push_back(kVersion);
  put(out, boxes.size());
  Whole before;
  for (const auto& box : boxes) {
    Whole now;
    now.sequence = static_cast<std::int64_t>(std::min<std::uint64_t>(box.sequence, kMaxSequence));
    now.time = std::clamp(std::chrono::floor<std::chrono::milliseconds>(box.time).time_since_epoch().count(),
                          -kMaxMilliseconds, kMaxMilliseconds);
    now.sides = {quarters(box.box.x), quarters(box.box.y), quarters(box.box.width), quarters(box.box.height)};
    now.flags = flags_of(box);
    now.sequence_step = now.sequence - before.sequence;
    now.time_step = now.time - before.time;
    const bool other = now.flags != before.flags;
    put(out, (fold(now.sequence_step - before.sequence_step) << 1) | (other ? 1U : 0U));
    if (other) out.push_back(static_cast<char>(now.flags));
    put(out, fold(now.time_step - before.time_step));
    for (std::size_t i = 0; i < 4; ++i) put(out, fold(now.sides[i] - before.sides[i]));
    const float confidence = std::isnan(box.confidence) ? 0 : std::clamp(box.confidence, 0.0F, 1.0F);
    out.push_back(static_cast<char>(std::lround(confidence * 255)));
    if (&box == boxes.data()) now.sequence_step = now.time_step = 0;
    before = now;
  }
  return out;
}

Result<std::vector<TimedBox>> decode_boxes(std::string_view coded) {
  if (coded.empty() || coded.front() != kVersion) return damaged();
  coded.remove_prefix(1);
  auto count = take(coded);
  if (!count || *count > kMaxBoxes || *count > coded.size() / kLeastBytes) return damaged();
  std::vector<TimedBox> boxes;
  boxes.reserve(*count);
  Whole now;
  for (std::uint64_t i = 0; i < *count; ++i) {
    if (!take_box(coded, now, i == 0)) return damaged();
    TimedBox box;
    box.sequence = static_cast<std::uint64_t>(now.sequence);
    box.time = WallTime(std::chrono::milliseconds(now.time));
    auto pixels = [&](std::size_t side) { return static_cast<float>(now.sides[side]) / kQuarters; };
    box.box = {pixels(0), pixels(1), pixels(2), pixels(3)};
    box.state = static_cast<TrackState>(now.flags & 3U);
    box.stationary = (now.flags & 4U) != 0;
    box.confidence = static_cast<float>(now.confidence) / 255;
    boxes.push_back(box);
  }
  if (!coded.empty()) return damaged();
  return boxes;
}

}  // namespace vigil::model
