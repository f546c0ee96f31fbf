#include "api/cursor.h"

#include <sodium.h>

#include <charconv>
#include <climits>
#include <tuple>

namespace vigil::api {
namespace {

constexpr std::size_t kMac = 16;

std::string mac_of(const std::string& payload, std::string_view filter, const Secret& key) {
  std::string mac(kMac, '\0');
  const std::string text = std::to_string(filter.size()) + ":" + std::string(filter) + payload;
  crypto_generichash(reinterpret_cast<unsigned char*>(mac.data()), mac.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(key.reveal().data()), key.reveal().size());
  return mac;
}

}  // namespace

CameraCursor cursor_at(const model::Camera& camera) {
  return {camera.number.value_or(INT_MAX), camera.id};
}

bool is_after(const model::Camera& camera, const CameraCursor& cursor) {
  auto at = cursor_at(camera);
  return std::tie(at.number, at.id) > std::tie(cursor.number, cursor.id);
}

std::string seal(const CameraCursor& cursor, std::string_view filter, const Secret& key) {
  return seal_text(std::to_string(cursor.number) + ":" + cursor.id, filter, key);
}

std::string seal_text(const std::string& payload, std::string_view filter, const Secret& key) {
  const std::string raw = mac_of(payload, filter, key) + payload;
  std::string out(sodium_base64_encoded_len(raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();  // the terminating zero
  return out;
}

std::optional<std::string> unseal_text(std::string_view text, std::string_view filter, const Secret& key) {
  std::string raw(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(raw.data()), raw.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      size <= kMac) {
    return std::nullopt;
  }
  raw.resize(size);
  auto payload = raw.substr(kMac);
  if (sodium_memcmp(mac_of(payload, filter, key).data(), raw.data(), kMac) != 0) return std::nullopt;
  return payload;
}

std::optional<CameraCursor> unseal(std::string_view text, std::string_view filter, const Secret& key) {
  const auto payload = unseal_text(text, filter, key);
  if (!payload) return std::nullopt;
  CameraCursor cursor;
  const char* last = payload->data() + payload->size();
  auto [end, status] = std::from_chars(payload->data(), last, cursor.number);
  if (status != std::errc() || end == last || *end != ':') return std::nullopt;
  cursor.id = std::string(end + 1, last);
  return cursor;
}

}  // namespace vigil::api
