#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace vigil::vision {

// SHA-256 piece by piece, as 64 hexadecimal digits.
class Digest {
 public:
  Digest();
  ~Digest();
  void add(const void* data, std::size_t size);
  std::string hex();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256(std::string_view bytes);

}  // namespace vigil::vision
