#include "vision/digest.h"

#include <sodium.h>

#include <array>

namespace vigil::vision {

struct Digest::State {
  crypto_hash_sha256_state sha{};
};

Digest::Digest() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->sha);
}
Digest::~Digest() = default;

void Digest::add(const void* data, std::size_t size) {
  crypto_hash_sha256_update(&state_->sha, static_cast<const unsigned char*>(data), size);
}

std::string Digest::hex() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> sum{};
  crypto_hash_sha256_final(&state_->sha, sum.data());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text{};
  sodium_bin2hex(text.data(), text.size(), sum.data(), sum.size());
  return text.data();
}

std::string sha256(std::string_view bytes) {
  Digest digest;
  digest.add(bytes.data(), bytes.size());
  return digest.hex();
}

}  // namespace vigil::vision
