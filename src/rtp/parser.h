#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "base/result.h"
#include "rtp/message.h"

namespace vigil::rtp {

// Takes the bytes of an RTSP connection apart, on either side of it. Bounded: header 16 KiB, 64 fields, body 64 KiB,
// frames 64 KiB as their length field allows. Not thread-safe.
class MessageParser {
 public:
  using Message = std::variant<Request, Response, Interleaved>;

  enum class Mode {
    Strict,   // a server's: what is no message is an error
    Lenient,  // a client's: cameras send stray bytes between frames; they are passed over, up to 256 KiB in a row
  };
  explicit MessageParser(Mode mode = Mode::Strict) : mode_(mode) {}

  // Room to receive into, never empty; received() says how much of it was filled. Ends the views of earlier frames.
  std::span<std::uint8_t> room();
  void received(std::size_t count) { end_ += count; }
  void feed(std::span<const std::uint8_t> bytes);

  // The next whole message, or nothing until more bytes come. MalformedRequest or PayloadTooLarge: answer and close,
  // what follows cannot be told apart any more.
  Result<std::optional<Message>> next();

  std::size_t skipped() const { return skipped_; }  // stray bytes passed over

 private:
  using Next = Result<std::optional<Message>>;

  std::span<const std::uint8_t> waiting() const { return std::span(buffer_).subspan(begin_, end_ - begin_); }
  Next take_frame();
  Next take_text();
  std::size_t count_stray() const;
  Result<void> skip_stray();

  const Mode mode_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // of the bytes that wait
  std::size_t searched_ = 0;         // of these, so many hold no end of a header
  std::size_t skipped_ = 0;          // in all
  std::size_t stray_ = 0;            // since the last message
};

}  // namespace vigil::rtp
