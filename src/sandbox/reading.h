#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/result.h"
#include "sandbox/bytes.h"

// What the readers and writers of all messages share. What is read comes from a process that foreign pictures may have
// taken over.

namespace vigil::sandbox {

inline constexpr std::size_t kMaxText = 4096;  // bytes
inline constexpr int kMaxSide = 65535;         // pixels

// DataLoss.
Error nonsense(const char* what);

// The value, when everything was there and nothing was left over.
template <typename T>
Result<T> finished(Reader& in, T value, const char* what) {
  if (!in.complete()) return nonsense(what);
  return value;
}

// Text that may be shown: UTF-8 without control characters, at most so many bytes. The writer makes it so, and cuts
// what is longer; the reader is spoilt by anything else.
void put_shown(Writer& out, std::string text, std::size_t most = kMaxText);
std::string shown_text(Reader& in, std::size_t most = kMaxText);

}  // namespace vigil::sandbox
