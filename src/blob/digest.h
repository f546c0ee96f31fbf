#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace vigil::blob {

enum class DigestKind { Sha1, Sha256 };

// A digest piece by piece. Not thread-safe.
class Digest {
 public:
  explicit Digest(DigestKind kind = DigestKind::Sha256);
  ~Digest();
  Digest(const Digest& other);  // a copy goes on from where the original is
  Digest& operator=(const Digest&) = delete;
  void add(std::string_view bytes);
  std::string raw();  // once: the bytes of the digest

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string to_hex(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view text);
// Constant time for equal lengths.
bool same_digest(std::string_view a, std::string_view b);

}  // namespace vigil::blob
