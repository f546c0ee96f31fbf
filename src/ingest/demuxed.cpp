#include "ingest/demuxed.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/clock.h"
#include "base/redact.h"

namespace vigil::ingest {

using media::DemuxFault;
using model::FailureReason;
using std::chrono::milliseconds;

namespace {

FailureReason reason_of(DemuxFault fault, bool seen) {
  switch (fault) {
    case DemuxFault::End:
      return FailureReason::Ended;
    case DemuxFault::Interrupted:
      return FailureReason::Stopped;
    case DemuxFault::OpenTimeout:
      return FailureReason::Timeout;
    case DemuxFault::ReadTimeout:
      return seen ? FailureReason::Stalled : FailureReason::NoVideo;
    case DemuxFault::Unauthorized:
    case DemuxFault::Forbidden:
      return FailureReason::Auth;
    case DemuxFault::NotFound:
      return FailureReason::NotFound;
    case DemuxFault::ServerError:
      return FailureReason::Busy;
    case DemuxFault::Refused:
      return FailureReason::Refused;
    case DemuxFault::Unreachable:
      return FailureReason::Unreachable;
    case DemuxFault::Redirected:
      return FailureReason::Blocked;
    case DemuxFault::Tls:
      return FailureReason::Tls;
    case DemuxFault::NotAllowed:
    case DemuxFault::NoVideo:
      return FailureReason::Codec;
    case DemuxFault::Reset:
    case DemuxFault::Io:
      return seen ? FailureReason::Ended : FailureReason::Protocol;
    case DemuxFault::ClientError:
    case DemuxFault::InvalidData:
    case DemuxFault::Limit:
      return FailureReason::Protocol;
  }
  return FailureReason::Internal;
}

const char* text_of(FailureReason reason) {
  switch (reason) {
    case FailureReason::Ended:
      return "closed the stream";
    case FailureReason::Timeout:
      return "takes the connection, but does not answer in time";
    case FailureReason::Stalled:
      return "sends no picture any more";
    case FailureReason::NoVideo:
      return "opened the stream, but sends no picture";
    case FailureReason::Auth:
      return "does not accept this user name and password";
    case FailureReason::NotFound:
      return "has no such stream: is the path right?";
    case FailureReason::Blocked:
      return "sends us to another address, which is not followed: enter that address instead";
    case FailureReason::Busy:
      return "is busy or takes no further connection";
    case FailureReason::Protocol:
      return "does not speak the protocol properly";
    case FailureReason::Codec:
      return "has no video that can be read here";
    default:
      return "failed";
  }
}

}  // namespace

int status_of(const media::DemuxError& error) {
  constexpr std::string_view mark = "failed: ";
  auto found = error.message.find(mark);
  if (found == std::string::npos) return 0;
  int status = 0;
  auto* begin = error.message.data() + found + mark.size();
  std::from_chars(begin, error.message.data() + error.message.size(), status);
  return status >= 100 && status <= 599 ? status : 0;
}

Failure failure_of(const media::DemuxError& error, const std::string& where, bool seen) {
  auto reason = reason_of(error.fault, seen);
  int status = status_of(error);
  if (status == 453 || status == 503) reason = FailureReason::Busy;
  if (status >= 500 && status != 503) reason = FailureReason::Protocol;
  if (reason == FailureReason::Stopped) return {reason, "stopped"};
  auto detail = fmt::format("{} {}", where, text_of(reason));
  if (status != 0) {
    detail += fmt::format(" (status {})", status);
  } else if (!error.message.empty() && reason != FailureReason::Ended) {
    detail += " (" + error.message + ")";
  }
  return {reason, redact(detail)};
}

Outcome<Url> reach(const Url& url, const EgressPolicy& egress, milliseconds timeout, std::stop_token stop) {
  auto port = port_of(url);
  if (port == 0) {
    return Failure{FailureReason::Protocol, fmt::format("nobody knows a port by the name of {}", url.port)};
  }
  auto deadline = system_clock().steady() + timeout;
  auto endpoint = resolve(url.host, port, egress, timeout, stop);
  if (!endpoint.ok()) return endpoint.failure();
  auto left = std::chrono::ceil<milliseconds>(deadline - system_clock().steady());
  auto listening = check_listening(endpoint.value(), std::max(left, milliseconds(1)), stop);
  if (!listening.ok()) return listening.failure();
  Url reached = url;
  reached.host = endpoint.value().text;
  reached.port = std::to_string(port);
  return reached;
}

}  // namespace vigil::ingest
