#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "extract/outlet.h"
#include "extract/request.h"
#include "sandbox/sandbox.h"

// How server and extraction child talk over their socket pair: a header of 12 bytes (magic u32, type u16, zero u16,
// length u32; little-endian), then the body. One task for each child: Begin goes down; Ready, Facts, Pictures with
// Progress in between, and End come up. A child whose video lies elsewhere says between any two of them that it Wants a
// block of it, and is answered by Given (supply.h). What comes up is from a process that a foreign video may have taken
// over.

namespace vigil::extract {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

// The four from Screen on are those of module screening.
enum class Type : std::uint16_t {
  Begin = 1,
  Ready,
  Facts,
  Picture,
  Progress,
  End,
  Screen,
  Seen,
  Video,
  Screened,
  Want,
  Given
};

constexpr std::size_t kHeaderBytes = 12;
constexpr std::uint32_t kMaxBody = 64u << 20;

struct Header {
  Type type = Type::Begin;
  std::uint32_t length = 0;
  bool operator==(const Header&) const = default;
};
std::array<std::uint8_t, kHeaderBytes> encode(const Header& header);
// DataLoss on anything that encode() does not make.
Result<Header> decode_header(std::span<const std::uint8_t, kHeaderBytes> bytes);

struct Begin {
  Request request;
  std::uint64_t size = 0;  // of the file
  bool distant = false;    // it has to be asked for
  std::uint64_t memory_bytes = 0;
  std::uint16_t threads = 1;
  bool sandbox = true;
  bool operator==(const Begin&) const = default;
};

struct PictureHead {
  PictureNote note;
  View bytes;  // of the message
};

// Blocks of the file, one after the other.
struct BlockRun {
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  bool operator==(const BlockRun&) const = default;
};

// How it went: a summary, or an error.
struct End {
  Summary summary;
  std::optional<Error> error;
};

Bytes write(const Begin& body);
Bytes write(const sandbox::Report& body);
Bytes write(const VideoFacts& body);
Bytes write(const PictureNote& note, View bytes);
Bytes write_progress(double done);
Bytes write(const End& body);
Bytes write_want(std::uint64_t block);
Bytes write(const BlockRun& body);

// DataLoss.
Result<Begin> read_begin(View bytes);
Result<sandbox::Report> read_report(View bytes);
Result<VideoFacts> read_facts(View bytes);
Result<PictureHead> read_picture(View bytes);
Result<double> read_progress(View bytes);
Result<End> read_end(View bytes);
Result<std::uint64_t> read_want(View bytes);
Result<BlockRun> read_given(View bytes);

}  // namespace vigil::extract
