#include "media/ffmpeg/demux_fault.h"

#include "media/ffmpeg/av.h"

namespace vigil::media {

const char* to_string(DemuxFault fault) {
  switch (fault) {
    case DemuxFault::End:
      return "end";
    case DemuxFault::Interrupted:
      return "interrupted";
    case DemuxFault::OpenTimeout:
      return "open_timeout";
    case DemuxFault::ReadTimeout:
      return "read_timeout";
    case DemuxFault::Unauthorized:
      return "unauthorized";
    case DemuxFault::Forbidden:
      return "forbidden";
    case DemuxFault::NotFound:
      return "not_found";
    case DemuxFault::ClientError:
      return "client_error";
    case DemuxFault::ServerError:
      return "server_error";
    case DemuxFault::Refused:
      return "refused";
    case DemuxFault::Unreachable:
      return "unreachable";
    case DemuxFault::Reset:
      return "reset";
    case DemuxFault::Tls:
      return "tls";
    case DemuxFault::InvalidData:
      return "invalid_data";
    case DemuxFault::Redirected:
      return "redirected";
    case DemuxFault::NotAllowed:
      return "not_allowed";
    case DemuxFault::NoVideo:
      return "no_video";
    case DemuxFault::Limit:
      return "limit";
    case DemuxFault::Io:
      return "io";
  }
  return "io";
}

namespace ffmpeg {
namespace {

DemuxFault fault_of(int code, bool opening) {
  switch (code) {
    case AVERROR_EOF:
      return DemuxFault::End;
    case AVERROR_EXIT:
      return DemuxFault::Interrupted;
    case AVERROR(ETIMEDOUT):
      return opening ? DemuxFault::OpenTimeout : DemuxFault::ReadTimeout;
    case AVERROR_HTTP_UNAUTHORIZED:
      return DemuxFault::Unauthorized;
    case AVERROR_HTTP_FORBIDDEN:
    case AVERROR(EACCES):
    case AVERROR(EPERM):
      return DemuxFault::Forbidden;
    case AVERROR_HTTP_NOT_FOUND:
    case AVERROR(ENOENT):
    case AVERROR(ENODEV):
    case AVERROR(ENXIO):
      return DemuxFault::NotFound;
    case AVERROR_HTTP_BAD_REQUEST:
    case AVERROR_HTTP_OTHER_4XX:
      return DemuxFault::ClientError;
    case AVERROR_HTTP_SERVER_ERROR:
      return DemuxFault::ServerError;
    case AVERROR(ECONNREFUSED):
      return DemuxFault::Refused;
    case AVERROR(EHOSTUNREACH):
    case AVERROR(EHOSTDOWN):
    case AVERROR(ENETDOWN):
    case AVERROR(ENETUNREACH):
      return DemuxFault::Unreachable;
    case AVERROR(ECONNRESET):
    case AVERROR(ECONNABORTED):
    case AVERROR(EPIPE):
      return DemuxFault::Reset;
    case AVERROR_INVALIDDATA:
      return DemuxFault::InvalidData;
    case AVERROR_DEMUXER_NOT_FOUND:
    case AVERROR_PROTOCOL_NOT_FOUND:
    case AVERROR_DECODER_NOT_FOUND:
    case AVERROR_STREAM_NOT_FOUND:
    case AVERROR_OPTION_NOT_FOUND:
    case AVERROR_PATCHWELCOME:
    case AVERROR(ENOSYS):
      return DemuxFault::NotAllowed;
    case AVERROR(ENOMEM):
      return DemuxFault::Limit;
    default:
      return DemuxFault::Io;
  }
}

}  // namespace

DemuxError demux_error(int code, bool opening) {
  DemuxError error{fault_of(code, opening), code, error_text(code)};
  auto last = last_error();
  if (!last.text.empty() && last.text.find(error.message) == std::string::npos) error.message += " (" + last.text + ")";
  // libav gives the same number for a refused list and for broken data, and none of its own for a failed handshake.
  if (last.text.find("not on whitelist") != std::string::npos) error.fault = DemuxFault::NotAllowed;
  if ((last.part == "tls" || last.part == "tls_gnutls") &&
      (error.fault == DemuxFault::Io || error.fault == DemuxFault::InvalidData)) {
    error.fault = DemuxFault::Tls;
  }
  return error;
}

}  // namespace ffmpeg
}  // namespace vigil::media
