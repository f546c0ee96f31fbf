#include "base/secret.h"

#include <sodium.h>

namespace vigil {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    value_ = other.value_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_ = std::move(other.value_);
    other.wipe();
  }
  return *this;
}

bool Secret::operator==(const Secret& other) const {
  return value_.size() == other.value_.size() && sodium_memcmp(value_.data(), other.value_.data(), value_.size()) == 0;
}

void Secret::wipe() {
  // All of the memory: a moved-from short string still has its bytes, only its size says that it is empty.
  value_.resize(value_.capacity());
  sodium_memzero(value_.data(), value_.size());
  value_.clear();
}

}  // namespace vigil
