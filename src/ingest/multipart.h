#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vigil::ingest {

// Takes multipart/x-mixed-replace apart as cameras send it: parts with and without Content-Length; boundaries that are
// quoted, lack or repeat their dashes, or are another one than the header announced; junk between the parts. Pure; cost
// is linear in the bytes. Not thread-safe.
class MultipartParser {
 public:
  static constexpr std::size_t kMaxPart = 16u << 20;
  static constexpr std::size_t kMaxHeader = 8u << 10;

  // The value of the answer's Content-Type. Without a boundary in it, the first line that looks like one is taken.
  explicit MultipartParser(std::string_view content_type);

  // More bytes as they came in. DataLoss when a part or its header is larger than the limits; then the stream is lost.
  Result<void> push(std::span<const std::uint8_t> bytes);

  // The next whole part's body, if there is one. Empty bodies are passed over.
  std::optional<std::vector<std::uint8_t>> next();

 private:
  enum class State { Seek, Header, Counted, Delimited };
  std::optional<std::string_view> take_line();
  bool is_delimiter(std::string_view line) const;
  bool seek();
  bool header();
  bool header_line(std::string_view line);
  bool counted(std::optional<std::vector<std::uint8_t>>& part);
  bool delimited(std::optional<std::vector<std::uint8_t>>& part);
  void enter_header(std::string_view delimiter, bool known);
  std::vector<std::uint8_t> cut(std::size_t bytes);
  std::size_t left() const { return buffer_.size() - at_; }

  std::string core_;      // the boundary without the dashes around it
  bool certain_ = false;  // core_ was seen at work
  State state_ = State::Seek;
  std::string candidate_;  // of the line before this header, when it only looks like a boundary; else empty
  std::size_t header_bytes_ = 0;
  int header_lines_ = 0;
  std::optional<std::size_t> length_;
  std::vector<std::uint8_t> buffer_;
  std::size_t at_ = 0;       // bytes of buffer_ that are done with
  std::size_t scanned_ = 0;  // bytes of the body, from at_, that hold no boundary
  bool broken_ = false;
};

}  // namespace vigil::ingest
