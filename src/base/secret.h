#pragma once

#include <string>
#include <utility>

namespace vigil {

// A string that must not be seen: it has no stream operator and no implicit conversion, and wipes its memory.
// reveal() is the one way out and easy to search for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }
  bool operator==(const Secret& other) const;  // constant time for equal lengths

 private:
  void wipe();
  std::string value_;
};

}  // namespace vigil
