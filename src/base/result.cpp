#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace vigil {

void assert_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "vigil: assertion failed: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

namespace {
struct KindInfo {
  int status;
  const char* name;
};

KindInfo info(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidArgument:
      return {422, "invalid_argument"};
    case ErrorKind::MalformedRequest:
      return {400, "malformed_request"};
    case ErrorKind::UnsupportedMedia:
      return {415, "unsupported_media"};
    case ErrorKind::PayloadTooLarge:
      return {413, "payload_too_large"};
    case ErrorKind::Unauthenticated:
      return {401, "unauthenticated"};
    case ErrorKind::PermissionDenied:
      return {403, "permission_denied"};
    case ErrorKind::NotFound:
      return {404, "not_found"};
    case ErrorKind::AlreadyExists:
      return {409, "already_exists"};
    case ErrorKind::FailedPrecondition:
      return {409, "failed_precondition"};
    case ErrorKind::Conflict:
      return {412, "conflict"};
    case ErrorKind::ResourceExhausted:
      return {429, "resource_exhausted"};
    case ErrorKind::StorageFull:
      return {507, "storage_full"};
    case ErrorKind::Unavailable:
      return {503, "unavailable"};
    case ErrorKind::DeadlineExceeded:
      return {504, "deadline_exceeded"};
    case ErrorKind::Cancelled:
      return {503, "cancelled"};
    case ErrorKind::DataLoss:
      return {500, "data_loss"};
    case ErrorKind::Internal:
      return {500, "internal"};
  }
  return {500, "internal"};
}
}  // namespace

int http_status(ErrorKind kind) {
  return info(kind).status;
}
const char* kind_name(ErrorKind kind) {
  return info(kind).name;
}

}  // namespace vigil
