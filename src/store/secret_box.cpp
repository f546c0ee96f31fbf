#include "store/secret_box.h"

#include <fmt/format.h>
#include <sodium.h>

#include "base/assert.h"
#include "store/files.h"

namespace vigil::store {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(SecretBox::kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string keyed_hash(std::string_view text, const Secret& key) {
  std::string out(SecretBox::kKeyBytes, '\0');
  crypto_generichash(bytes(out), out.size(), bytes(text), text.size(), bytes(key.reveal()), key.reveal().size());
  return out;
}

}  // namespace

SecretBox::SecretBox(Secret key) : key_(std::move(key)) {
  VIGIL_ASSERT(sodium_init() >= 0);
  VIGIL_ASSERT(key_.reveal().size() == kKeyBytes);
}

std::string SecretBox::seal(const Secret& text, std::string_view context) const {
  auto key = derive("credentials");
  const auto& plain = text.reveal();
  std::string out(kNonce + plain.size() + kTag, '\0');
  randombytes_buf(out.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(out) + kNonce, nullptr, bytes(plain), plain.size(), bytes(context),
                                             context.size(), nullptr, bytes(out), bytes(key.reveal()));
  return out;
}

Result<Secret> SecretBox::open(std::string_view sealed, std::string_view context) const {
  auto broken = make_error(ErrorKind::DataLoss, "a stored secret does not decrypt: it was changed, or is another row's",
                           "store.secret");
  if (sealed.size() < kNonce + kTag) return broken;
  auto key = derive("credentials");
  std::string plain(sealed.size() - kNonce - kTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(plain), nullptr, nullptr, bytes(sealed) + kNonce,
                                                 sealed.size() - kNonce, bytes(context), context.size(), bytes(sealed),
                                                 bytes(key.reveal())) != 0) {
    return broken;
  }
  return Secret(std::move(plain));
}

std::string SecretBox::check_value() const {
  return derive("check").reveal().substr(0, 16);
}

Secret SecretBox::derive(std::string_view purpose) const {
  return Secret(keyed_hash(fmt::format("vigil key: {}", purpose), key_));
}

Result<Secret> read_key_file(const std::string& path) {
  VIGIL_ASSIGN(auto text, read_private_file(path, 4096));
  Secret key(std::move(text));
  if (key.reveal().size() != SecretBox::kKeyBytes) {
    return make_error(ErrorKind::FailedPrecondition,
                      fmt::format("{} is not a key of {} bytes: restore it from a backup", path, SecretBox::kKeyBytes),
                      "store.key");
  }
  return key;
}

Result<Secret> make_key_file(const std::string& path) {
  VIGIL_ASSERT(sodium_init() >= 0);
  std::string raw(SecretBox::kKeyBytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  Secret key(std::move(raw));
  VIGIL_TRY(write_private_file(path, key.reveal()));
  return key;
}

}  // namespace vigil::store
