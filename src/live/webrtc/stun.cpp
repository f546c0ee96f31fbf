#include "live/webrtc/stun.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "media/nal.h"

namespace vigil::live::webrtc::stun {
namespace {

constexpr std::uint32_t kCookie = 0x2112a442;
constexpr std::size_t kHead = 20, kIntegritySize = 20;
constexpr int kMaxAttributes = 32;

enum Attribute : std::uint16_t {
  kUsername = 0x0006,
  kIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kXorMapped = 0x0020,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kFingerprint = 0x8028,
  kControlled = 0x8029,
  kControlling = 0x802a,
};

std::uint32_t get16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 8 | bytes[at + 1];
}
std::uint32_t get32(Bytes bytes, std::size_t at) {
  return get16(bytes, at) << 16 | get16(bytes, at + 2);
}

// CRC-32 of ISO 3309, as FINGERPRINT uses it.
std::uint32_t crc32(Bytes bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> out{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      auto value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320u : 0u);
      out[i] = value;
    }
    return out;
  }();
  std::uint32_t crc = 0xffffffff;
  for (auto byte : bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >> 8);
  return ~crc;
}

// HMAC-SHA1 of a message whose header says that it ends with MESSAGE-INTEGRITY.
std::array<std::uint8_t, kIntegritySize> mac(Bytes covered, std::string_view password) {
  std::vector<std::uint8_t> message(covered.begin(), covered.end());
  const auto length = covered.size() - kHead + 4 + kIntegritySize;
  message[2] = static_cast<std::uint8_t>(length >> 8);
  message[3] = static_cast<std::uint8_t>(length);
  std::array<std::uint8_t, kIntegritySize> out{};
  unsigned size = kIntegritySize;
  HMAC(EVP_sha1(), password.data(), static_cast<int>(password.size()), message.data(), message.size(), out.data(),
       &size);
  return out;
}

std::optional<Endpoint> read_mapped(Bytes value, const Transaction& transaction) {
  if (value.size() != 8 && value.size() != 20) return std::nullopt;
  std::array<std::uint8_t, 16> mask{};
  for (int i = 0; i < 4; ++i) mask[i] = static_cast<std::uint8_t>(kCookie >> (24 - 8 * i));
  std::copy(transaction.begin(), transaction.end(), mask.begin() + 4);
  Endpoint out;
  out.port = static_cast<std::uint16_t>(get16(value, 2) ^ (kCookie >> 16));
  const bool v4 = value[1] == 1;
  if (v4 != (value.size() == 8)) return std::nullopt;
  const std::size_t from = v4 ? 12 : 0;
  if (v4) out.ip[10] = out.ip[11] = 0xff;
  for (std::size_t i = 4; i < value.size(); ++i) out.ip[from + i - 4] = value[i] ^ mask[i - 4];
  return out;
}

class Writer {
 public:
  Writer(std::uint16_t type, const Transaction& transaction) {
    media::append_be16(out_, type);
    media::append_be16(out_, 0);
    media::append_be32(out_, kCookie);
    media::append(out_, transaction);
  }
  void attribute(std::uint16_t type, Bytes value) {
    media::append_be16(out_, type);
    media::append_be16(out_, value.size());
    media::append(out_, value);
    while (out_.size() % 4 != 0) out_.push_back(0);
  }
  std::vector<std::uint8_t> done(std::string_view password) {
    attribute(kIntegrity, mac(out_, password));
    set_length(8);
    std::vector<std::uint8_t> print;
    media::append_be32(print, crc32(out_) ^ 0x5354554e);
    attribute(kFingerprint, print);
    set_length(0);
    return std::move(out_);
  }

 private:
  void set_length(std::size_t to_come) {
    const auto length = out_.size() - kHead + to_come;
    out_[2] = static_cast<std::uint8_t>(length >> 8);
    out_[3] = static_cast<std::uint8_t>(length);
  }
  std::vector<std::uint8_t> out_;
};

void read_attribute(std::uint32_t type, Bytes value, Message& out) {
  switch (type) {
    case kUsername:
      if (value.size() <= 513) out.username = {reinterpret_cast<const char*>(value.data()), value.size()};
      break;
    case kXorMapped:
      out.mapped = read_mapped(value, out.transaction);
      break;
    case kPriority:
      if (value.size() == 4) out.priority = get32(value, 0);
      break;
    case kErrorCode:
      if (value.size() >= 4) out.error = static_cast<std::uint16_t>((value[2] & 7) * 100 + value[3] % 100);
      break;
    case kUseCandidate:
      out.use_candidate = true;
      break;
    case kControlling:
      out.controlling = true;
      break;
    case kControlled:
      out.controlled = true;
      break;
    default:
      break;
  }
}

}  // namespace

bool looks_like(Bytes bytes) {
  return bytes.size() >= kHead && bytes[0] < 4 && get32(bytes, 4) == kCookie;
}

std::optional<Message> parse(Bytes bytes) {
  if (!looks_like(bytes) || bytes.size() % 4 != 0 || get16(bytes, 2) != bytes.size() - kHead) return std::nullopt;
  Message out;
  out.type = static_cast<std::uint16_t>(get16(bytes, 0));
  std::copy_n(bytes.begin() + 8, 12, out.transaction.begin());
  int count = 0;
  for (std::size_t at = kHead; at < bytes.size();) {
    if (++count > kMaxAttributes || at + 4 > bytes.size()) return std::nullopt;
    const auto type = get16(bytes, at), size = get16(bytes, at + 2);
    if (at + 4 + size > bytes.size()) return std::nullopt;
    const auto value = bytes.subspan(at + 4, size);
    if (type == kFingerprint) {
      if (size != 4 || at + 8 != bytes.size()) return std::nullopt;
      if (get32(value, 0) != (crc32(bytes.first(at)) ^ 0x5354554e)) return std::nullopt;
      out.has_fingerprint = true;
    } else if (!out.has_integrity) {
      if (type == kIntegrity) {
        if (size != kIntegritySize) return std::nullopt;
        out.has_integrity = true;
        out.covered = bytes.first(at);
        out.integrity = value;
      } else {
        read_attribute(type, value, out);
      }
    }
    at += 4 + (size + 3) / 4 * 4;
  }
  return out;
}

bool integrity_holds(const Message& message, std::string_view password) {
  if (!message.has_integrity) return false;
  const auto right = mac(message.covered, password);
  return CRYPTO_memcmp(right.data(), message.integrity.data(), right.size()) == 0;
}

std::vector<std::uint8_t> success(const Transaction& transaction, const Endpoint& mapped, std::string_view password) {
  std::array<std::uint8_t, 16> mask{};
  for (int i = 0; i < 4; ++i) mask[i] = static_cast<std::uint8_t>(kCookie >> (24 - 8 * i));
  std::copy(transaction.begin(), transaction.end(), mask.begin() + 4);
  std::vector<std::uint8_t> value = {0, static_cast<std::uint8_t>(mapped.is_v4() ? 1 : 2)};
  media::append_be16(value, mapped.port ^ (kCookie >> 16));
  const std::size_t from = mapped.is_v4() ? 12 : 0;
  for (std::size_t i = from; i < 16; ++i) value.push_back(mapped.ip[i] ^ mask[i - from]);
  Writer writer(kBindingSuccess, transaction);
  writer.attribute(kXorMapped, value);
  return writer.done(password);
}

std::vector<std::uint8_t> error(const Transaction& transaction, int code, std::string_view reason,
                                std::string_view password) {
  std::vector<std::uint8_t> value = {0, 0, static_cast<std::uint8_t>(code / 100),
                                     static_cast<std::uint8_t>(code % 100)};
  value.insert(value.end(), reason.begin(), reason.end());
  Writer writer(kBindingError, transaction);
  writer.attribute(kErrorCode, value);
  return writer.done(password);
}

std::vector<std::uint8_t> request(const Request& request, std::string_view password) {
  Writer writer(kBindingRequest, request.transaction);
  writer.attribute(kUsername,
                   {reinterpret_cast<const std::uint8_t*>(request.username.data()), request.username.size()});
  std::vector<std::uint8_t> number;
  media::append_be32(number, request.tie_breaker >> 32);
  media::append_be32(number, request.tie_breaker & 0xffffffff);
  writer.attribute(kControlling, number);
  number.clear();
  media::append_be32(number, request.priority);
  writer.attribute(kPriority, number);
  if (request.use_candidate) writer.attribute(kUseCandidate, {});
  return writer.done(password);
}

}  // namespace vigil::live::webrtc::stun
