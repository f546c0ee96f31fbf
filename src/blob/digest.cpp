#include "blob/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/assert.h"

namespace vigil::blob {

struct Digest::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>()) {
  VIGIL_ASSERT(EVP_DigestInit_ex(state_->context, kind == DigestKind::Sha1 ? EVP_sha1() : EVP_sha256(), nullptr) == 1);
}

Digest::Digest(const Digest& other) : state_(std::make_unique<State>()) {
  VIGIL_ASSERT(EVP_MD_CTX_copy_ex(state_->context, other.state_->context) == 1);
}

Digest::~Digest() = default;

void Digest::add(std::string_view bytes) {
  VIGIL_ASSERT(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Digest::raw() {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  VIGIL_ASSERT(EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(out.data()), &size) == 1);
  out.resize(size);
  return out;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (unsigned char byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  Digest digest;
  digest.add(bytes);
  return to_hex(digest.raw());
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  VIGIL_ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                    reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    reinterpret_cast<unsigned char*>(out.data()), &size) != nullptr);
  out.resize(size);
  return out;
}

bool same_digest(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace vigil::blob
