#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

// How a function says that it failed. Our code does not throw; adapters around third-party code catch.
// The kinds are a closed set (after gRPC's canonical codes) so that every caller can decide by kind alone.

namespace vigil {

enum class ErrorKind {
  InvalidArgument,     // the input is wrong whatever the state: do not retry.            HTTP 422
  MalformedRequest,    // the bytes are not what they claim to be: do not retry.           HTTP 400
  UnsupportedMedia,    // the content type is not one we take: do not retry.               HTTP 415
  PayloadTooLarge,     // larger than we take: do not retry.                               HTTP 413
  Unauthenticated,     // who are you? sign in, then retry.                                HTTP 401
  PermissionDenied,    // we know who you are, and no.                                     HTTP 403
  NotFound,            // no such thing, or none that you may see.                         HTTP 404
  AlreadyExists,       // that name is taken.                                              HTTP 409
  FailedPrecondition,  // the state forbids it; retry after changing the state.            HTTP 409
  Conflict,            // somebody else changed it since you read it; read again.          HTTP 412
  ResourceExhausted,   // a limit or quota; retry later.                                   HTTP 429
  StorageFull,         // no space left; retry when there is.                              HTTP 507
  Unavailable,         // a dependency is away; retry with back-off.                       HTTP 503
  DeadlineExceeded,    // it took too long; retry with back-off.                           HTTP 504
  Cancelled,           // the caller asked to stop.                                        HTTP 503
  DataLoss,            // stored or received data is broken.                               HTTP 500
  Internal,            // a fault of ours.                                                 HTTP 500
};

// HTTP status of a kind, as listed above.
int http_status(ErrorKind kind);

// Stable snake_case name of a kind, used as `code` in problem details and as a log value.
const char* kind_name(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::Internal;
  std::string message;  // for people: what went wrong and what to do. Never a secret.
  std::string code;     // stable machine-readable reason, e.g. "camera.auth"; empty: kind_name(kind)
  std::string pointer;  // JSON pointer of the offending member, where there is one

  // Puts what was being done before the message: "open camera cam_1: connection refused".
  Error while_doing(std::string_view what) && {
    message = std::string(what) + ": " + message;
    return std::move(*this);
  }
};

inline Error make_error(ErrorKind kind, std::string message, std::string code = {}, std::string pointer = {}) {
  return Error{kind, std::move(message), std::move(code), std::move(pointer)};
}

// A value or the reason why there is none. Same shape as std::expected (not in g++ 12 for C++20).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    VIGIL_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    VIGIL_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    VIGIL_ASSERT(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    VIGIL_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    VIGIL_ASSERT(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& {
    VIGIL_ASSERT(!ok());
    return *error_;
  }
  Error&& error() && {
    VIGIL_ASSERT(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace vigil

#define VIGIL_CONCAT_INNER(a, b) a##b
#define VIGIL_CONCAT(a, b) VIGIL_CONCAT_INNER(a, b)

// Returns the error of `expr` from the enclosing function, if it is one.
#define VIGIL_TRY(expr)                                   \
  do {                                                    \
    if (auto vigil_result = (expr); !vigil_result.ok()) { \
      return std::move(vigil_result).error();             \
    }                                                     \
  } while (false)

// VIGIL_ASSIGN(auto x, f()): x gets the value, or the enclosing function returns the error.
#define VIGIL_ASSIGN(lhs, expr) VIGIL_ASSIGN_INNER(VIGIL_CONCAT(vigil_result_, __LINE__), lhs, expr)
#define VIGIL_ASSIGN_INNER(tmp, lhs, expr)      \
  auto tmp = (expr);                            \
  if (!tmp.ok()) return std::move(tmp).error(); \
  lhs = std::move(tmp).value()
