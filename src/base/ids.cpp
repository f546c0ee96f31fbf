#include "base/ids.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <vector>

#include "base/assert.h"
#include "base/clock.h"

namespace vigil {
namespace {
std::vector<unsigned char> random_bytes(std::size_t count) {
  VIGIL_ASSERT(sodium_init() >= 0);
  std::vector<unsigned char> bytes(count);
  if (count > 0) randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}
}  // namespace

std::string random_hex(std::size_t bytes) {
  std::string out;
  for (auto byte : random_bytes(bytes)) out += fmt::format("{:02x}", byte);
  return out;
}

std::string random_token(std::size_t bytes) {
  auto raw = random_bytes(bytes);
  std::string out(sodium_base64_encoded_len(raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), raw.data(), raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();  // the terminating zero
  return out;
}

std::string new_uuid() {
  auto bytes = random_bytes(16);
  auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(system_clock().wall().time_since_epoch()).count();
  for (int i = 0; i < 6; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<unsigned char>(millis >> (8 * (5 - i)));
  bytes[6] = static_cast<unsigned char>(0x70 | (bytes[6] & 0x0f));
  bytes[8] = static_cast<unsigned char>(0x80 | (bytes[8] & 0x3f));
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", bytes[i]);
  }
  return out;
}

}  // namespace vigil
