#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// Plain values as little-endian bytes and back. Whoever reads asks for what he expects; the first thing that is missing
// or out of range spoils the rest, so that one question at the end is enough.

namespace vigil::sandbox {

static_assert(std::endian::native == std::endian::little, "the bodies of messages are copied as they lie in memory");

class Writer {
 public:
  explicit Writer(std::vector<std::uint8_t>& out) : out_(out) {}

  template <typename T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void put(T value) {
    const auto at = out_.size();
    out_.resize(at + sizeof value);
    std::memcpy(out_.data() + at, &value, sizeof value);
  }
  void text(std::string_view value) {
    put(static_cast<std::uint32_t>(value.size()));
    out_.insert(out_.end(), value.begin(), value.end());
  }
  void bytes(std::span<const std::uint8_t> value) {
    put(static_cast<std::uint32_t>(value.size()));
    out_.insert(out_.end(), value.begin(), value.end());
  }
  void count(std::size_t number) { put(static_cast<std::uint32_t>(number)); }

 private:
  std::vector<std::uint8_t>& out_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : left_(bytes) {}

  template <typename T>
  requires std::is_arithmetic_v<T> T get() {
    T value{};
    if (!take(sizeof value)) return value;
    std::memcpy(&value, taken_.data(), sizeof value);
    if constexpr (std::is_floating_point_v<T>) {
      if (!std::isfinite(value)) {
        spoil();
        return T{};
      }
    }
    return value;
  }
  // A number that must lie between these.
  template <typename T>
  T within(T least, T most) {
    const auto value = get<T>();
    if (value >= least && value <= most) return value;
    spoil();
    return least;
  }
  bool flag() { return within<std::uint8_t>(0, 1) != 0; }
  template <typename E>
  requires std::is_enum_v<E> E choice(E last) {
    using Number = std::underlying_type_t<E>;
    return static_cast<E>(within<Number>(Number{}, static_cast<Number>(last)));
  }
  // How many of something follow, each of which takes at least `each` bytes.
  std::size_t count(std::size_t most, std::size_t each) {
    const std::size_t number = get<std::uint32_t>();
    if (number <= most && number * each <= left_.size()) return number;
    spoil();
    return 0;
  }
  std::string text(std::size_t most) {
    const auto bytes = view(most);
    return {bytes.begin(), bytes.end()};
  }
  std::span<const std::uint8_t> view(std::size_t most) {
    const auto size = count(most, 1);
    return take(size) ? taken_ : std::span<const std::uint8_t>{};
  }

  void spoil() {
    ok_ = false;
    left_ = {};
  }
  std::size_t left() const { return left_.size(); }
  bool ok() const { return ok_; }
  // Everything was there and nothing was left over.
  bool complete() const { return ok_ && left_.empty(); }

 private:
  bool take(std::size_t size) {
    if (!ok_ || size > left_.size()) {
      spoil();
      return false;
    }
    taken_ = left_.first(size);
    left_ = left_.subspan(size);
    return true;
  }

  std::span<const std::uint8_t> left_, taken_;
  bool ok_ = true;
};

}  // namespace vigil::sandbox
