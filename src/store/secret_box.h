#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace vigil::store {

// Encrypts what must not be read out of the database file: XChaCha20-Poly1305 (libsodium) with a random nonce each
// time. The context (a camera's id) is authenticated with it, so that a row's secret cannot be moved to another row.
class SecretBox {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  explicit SecretBox(Secret key);  // kKeyBytes of randomness

  std::string seal(const Secret& text, std::string_view context) const;
  // DataLoss when it was changed, sealed with another key, or for another context.
  Result<Secret> open(std::string_view sealed, std::string_view context) const;

  // Tells whether a key is the one that a database was made with; says nothing about the key itself.
  std::string check_value() const;
  // 32 bytes for one purpose; different purposes give unrelated keys.
  Secret derive(std::string_view purpose) const;

 private:
  Secret key_;
};

// Reads the key file. NotFound when there is none, FailedPrecondition when it is not a key. Takes away others' right to
// read it.
Result<Secret> read_key_file(const std::string& path);
// Makes a random key and a file with it (0600, on disk when this returns), instead of one that is there.
Result<Secret> make_key_file(const std::string& path);

}  // namespace vigil::store
