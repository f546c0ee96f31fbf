#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "media/codec.h"
#include "media/packet.h"

// Reads packets out of whatever libavformat can open: RTSP, RTMP, HLS, files. No libav* types here.

namespace vigil::media {

// Bytes of one nested open (a playlist, a segment, a key), made by the caller so that it can check every address.
class ByteReader {
 public:
  virtual ~ByteReader() = default;
  // At most buffer.size() bytes; 0 at the end. Blocks; must end by itself within the caller's own deadline.
  virtual Result<std::size_t> read(std::span<std::uint8_t> buffer) = 0;
  // Where the bytes really came from after redirects; relative addresses in a playlist are resolved against it.
  // Empty: the address that was asked for.
  virtual std::string location() const { return {}; }
};

enum class DemuxFault {
  End,           // the source closed the stream, or the file is over
  Interrupted,   // interrupt() was called
  OpenTimeout,   // DemuxOptions::open_timeout passed
  ReadTimeout,   // no packet for DemuxOptions::read_timeout (also when only RTCP comes)
  Unauthorized,  // 401 of HTTP or RTSP
  Forbidden,     // 403
  NotFound,      // 404, or no such file
  ClientError,   // another 4xx
  ServerError,   // 5xx
  Refused,       // connection refused
  Unreachable,   // no route, network or host down
  Reset,         // connection reset, broken pipe
  Tls,           // handshake or certificate
  InvalidData,   // not what it claims to be; libavformat also says this of hosts that stay silent
  Redirected,    // an RTSP server sends us elsewhere, which is not followed: nobody has checked that address
  NotAllowed,    // a format, codec or protocol outside the white lists, or one that this build does not have
  NoVideo,       // opened, but there is no video track; one of a foreign codec is NotAllowed
  Limit,         // more memory than we give it
  Io,            // anything else
};

const char* to_string(DemuxFault fault);

struct DemuxError {
  DemuxFault fault = DemuxFault::Io;
  int code = 0;         // libav's error number, for the log; 0 where it is ours
  std::string message;  // for people, redacted
};

// A value or a DemuxError.
template <typename T>
class [[nodiscard]] Demuxed {
 public:
  Demuxed(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  // NOLINTNEXTLINE(google-explicit-constructor)
  Demuxed(DemuxError error) : state_(std::in_place_index<1>, std::move(error)) {}
  bool ok() const { return state_.index() == 0; }
  T& value() { return std::get<0>(state_); }
  const DemuxError& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, DemuxError> state_;
};

struct DemuxOptions {
  // What to open, as libavformat wants it, credentials included; a path for files. Never shown or logged.
  Secret url;
  // Name of the demuxer, e.g. "rtsp", "hls", "flv", "mpegts". Empty: told by content, among the white
  // list only.
  std::string format;
  // Which demuxers, sub-demuxers and protocols may be used at all. Formats must not be empty unless `format` is set; it
  // is then added by itself. Protocols as libavformat names them ("rtsp", "rtp", "tcp", "udp", "tls", "http", "file",
  // …).
  std::vector<std::string> format_whitelist;
  std::vector<std::string> protocol_whitelist;
  // Private options of the demuxer or protocol, e.g. {"rtsp_transport", "tcp"}. Time-outs are set by the Demuxer
  // itself; an option that nobody takes is an error, since FFmpeg would silently ignore it.
  std::map<std::string, std::string> options;
  // When set, everything that libavformat would open by a protocol of its own (playlist, segments, keys; not RTSP or
  // RTMP sockets) goes through it. It is called on the thread of open() and read(). Encrypted segments are decrypted
  // here.
  std::function<Result<std::unique_ptr<ByteReader>>(const std::string& url)> open_nested;
  // Bound of looking into the media at open(), for formats that announce too little (FLV, MPEG-TS, AVI, raw). RTSP is
  // never looked into: its parameter sets come by SDP or in-band.
  std::chrono::milliseconds analyse_time{1500};
  std::chrono::milliseconds open_timeout{10000};
  std::chrono::milliseconds read_timeout{5000};
  // Packets arrive in real time: a source clock that runs away from ours by more than 10 s is a jump. False for files.
  bool live = true;
  bool audio = true;  // false: audio tracks are not even received where the protocol allows that
  std::int64_t max_unit_bytes = 32 << 20;
  Clock* clock = &system_clock();
};

// One connection. Used by one thread, except interrupt() and last_packet(). Opened once; after an error it is thrown
// away.
class Demuxer {
 public:
  virtual ~Demuxer() = default;

  // Connects and reads the headers. The tracks as announced: index = track number; 0 is always the video. Width and
  // height may be unknown until the first packet.
  virtual Demuxed<std::vector<ParamsPtr>> open() = 0;

  // The next packet as media/packet.h promises it (sequence 0): normalised, dts never going back, pts always there, the
  // first of each track and the first after a jump of the clock marked as discontinuity. Packets before width and
  // height are known are passed over. Blocks until one is there.
  virtual Demuxed<Packet> read() = 0;

  // From any thread, any time: open() and read() return Interrupted within about 0.2 s, now and from now on. A nested
  // reader of the caller must be interrupted by the caller.
  virtual void interrupt() = 0;

  // When the last media packet came; the time of making before the first.
  virtual SteadyTime last_packet() const = 0;
};

std::unique_ptr<Demuxer> make_demuxer(DemuxOptions options);

}  // namespace vigil::media
