#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "extract/messages.h"
#include "screening/request.h"

// How server and screening child talk: messages of extract/messages.h. Screen goes down; Ready, Facts, Seen and Video
// with Progress in between, and Screened come up. What comes up is from a process that a foreign video may have taken
// over. The body of Seen is that of an analyser's observation (analyser/messages.h).

namespace vigil::screening {

using extract::Bytes;
using extract::View;

struct Begin {
  Request request;
  Places places;
  std::uint64_t size = 0;  // of the file
  bool distant = false;    // it has to be asked for
  std::uint64_t memory_bytes = 0;
  std::uint16_t threads = 1;
  bool sandbox = true;
  bool operator==(const Begin&) const = default;
};

struct VideoPiece {
  std::uint64_t offset = 0;
  View bytes;  // of the message
};
inline constexpr std::size_t kMostPiece = 1u << 20;

struct End {
  Summary summary;
  std::optional<Error> error;
};

Bytes write(const Begin& body);
Bytes write(const VideoPiece& body);
Bytes write(const End& body);

// DataLoss.
Result<Begin> read_begin(View bytes);
Result<VideoPiece> read_video(View bytes);
Result<End> read_end(View bytes);

}  // namespace vigil::screening
