#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/result.h"

// RTMP's chunk stream (Adobe's Real Time Messaging Protocol 1.0, 5.3). Pure.

namespace vigil::ingest::rtmp {

enum MessageType : std::uint8_t {
  kSetChunkSize = 1,
  kAbort = 2,
  kAcknowledgement = 3,
  kUserControl = 4,
  kWindowSize = 5,
  kPeerBandwidth = 6,
  kAudio = 8,
  kVideo = 9,
  kCommandAmf3 = 17,
  kData = 18,
  kCommand = 20,
};

struct Message {
  std::uint8_t type = 0;
  std::uint32_t stream = 0;
  std::int64_t time_ms = 0;  // without the wrap after 49 days
  std::vector<std::uint8_t> body;
};

// Takes chunks apart. Memory grows only with bytes that came: at most 16 MiB of unfinished messages in at most 64 chunk
// streams. Not thread-safe.
class ChunkReader {
 public:
  // Appends messages that are whole now. Set Chunk Size and Abort are obeyed and not handed out. DataLoss: that is no
  // RTMP; ResourceExhausted: more than anybody needs. Nothing can be read after an error.
  Result<void> push(std::span<const std::uint8_t> bytes, std::vector<Message>& out);

 private:
  struct Stream {
    bool known = false;
    std::uint8_t type = 0;
    std::uint32_t length = 0, stream = 0;
    std::uint32_t stamp = 0;  // as last written: a time, or a difference
    bool extended = false;
    std::int64_t time = 0;
    std::vector<std::uint8_t> body;
  };

  // One chunk's header at the beginning of pending_; how long it is, 0 while it is not whole.
  Result<std::size_t> read_header();
  Result<std::size_t> read_fields(std::size_t at, int format, Stream& stream);
  Result<void> finish(Stream& stream, std::vector<Message>& out);
  Result<void> obey(const Message& message);

  std::map<std::uint32_t, Stream> streams_;
  std::vector<std::uint8_t> pending_;  // of a header that is not whole
  Stream* current_ = nullptr;          // whose payload comes now
  std::size_t chunk_left_ = 0;         // of that payload
  std::size_t chunk_size_ = 128;
  std::size_t held_ = 0;  // bytes of unfinished messages
};

// Appends a message in chunks of `chunk_size`, with time 0.
void write_message(std::uint8_t chunk_stream, const Message& message, std::size_t chunk_size,
                   std::vector<std::uint8_t>& out);

}  // namespace vigil::ingest::rtmp
