#pragma once

// For programmer errors only: prints where and aborts, in every build. Bad input is an Error, never an assert.

namespace vigil {
[[noreturn]] void assert_failed(const char* expression, const char* file, int line);
}  // namespace vigil

#define VIGIL_ASSERT(expr) \
  (static_cast<bool>(expr) ? static_cast<void>(0) : ::vigil::assert_failed(#expr, __FILE__, __LINE__))
