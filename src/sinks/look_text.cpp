#include "sinks/look_text.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace vigil::sinks {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kMaxText = 200, kMaxValues = 4096;
constexpr std::int64_t kLatest = std::int64_t{1} << 53;  // microseconds: the year 2255

void put(std::string& out, std::uint64_t number, int bytes = 8) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>((number >> (8 * i)) & 0xff));
}

void put(std::string& out, const std::string& text) {
  const auto size = std::min(text.size(), kMaxText);
  put(out, size, 1);
  out.append(text, 0, size);
}

class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}
  std::uint64_t number(std::size_t bytes = 8) {
    if (in_.size() < bytes) return fail();
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < bytes; ++i) out |= std::uint64_t{static_cast<unsigned char>(in_[i])} << (8 * i);
    in_.remove_prefix(bytes);
    return out;
  }
  std::string text() {
    const auto size = number(1);
    if (size > kMaxText || in_.size() < size) {
      fail();
      return "";
    }
    std::string out(in_.substr(0, size));
    in_.remove_prefix(size);
    return out;
  }
  std::size_t left() const { return in_.size(); }
  bool ok() const { return ok_; }

 private:
  std::uint64_t fail() {
    ok_ = false;
    in_ = {};
    return 0;
  }
  std::string_view in_;
  bool ok_ = true;
};

bool is_plain(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= ' ' && c < 0x7f; });
}

}  // namespace

std::string encode(const SharedLook& look) {
  std::string out(1, kVersion);
  put(out, look.camera_id);
  put(out, look.label);
  put(out, look.model);
  put(out, look.track_id);
  put(out, look.subject);
  put(out, static_cast<std::uint64_t>(look.first.time_since_epoch().count()));
  put(out, static_cast<std::uint64_t>(look.last.time_since_epoch().count()));
  const auto size = std::min(look.values.size(), kMaxValues);
  for (std::size_t i = 0; i < size; ++i) put(out, std::bit_cast<std::uint32_t>(look.values[i]), 4);
  return out;
}

Result<SharedLook> decode_look(std::string_view bytes) {
  auto wrong = [](const char* why) { return make_error(ErrorKind::MalformedRequest, why, "reid.look"); };
  if (bytes.empty() || bytes.front() != kVersion) return wrong("a look of another version");
  Reader in(bytes.substr(1));
  SharedLook out;
  out.camera_id = in.text();
  out.label = in.text();
  out.model = in.text();
  out.track_id = in.number();
  out.subject = in.number();
  const auto first = static_cast<std::int64_t>(in.number()), last = static_cast<std::int64_t>(in.number());
  const auto values = in.left() / 4;
  if (!in.ok() || in.left() % 4 != 0 || values == 0 || values > kMaxValues) return wrong("a look of the wrong length");
  if (out.camera_id.empty() || out.model.empty() || out.track_id == 0 || out.subject == 0 || !is_plain(out.camera_id) ||
      !is_plain(out.label) || !is_plain(out.model)) {
    return wrong("a look that does not say whose it is");
  }
  if (first < 0 || last < first || last > kLatest) return wrong("a look of no time");
  out.first = WallTime(std::chrono::microseconds(first));
  out.last = WallTime(std::chrono::microseconds(last));
  for (std::size_t i = 0; i < values; ++i) {
    out.values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(in.number(4))));
    if (!std::isfinite(out.values.back())) return wrong("a look that is not made of numbers");
  }
  return out;
}

}  // namespace vigil::sinks
