#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/segments.h"

// The texts of HLS (RFC 8216 and draft-pantos-hls-rfc8216bis). Pure.

namespace vigil::live {

// Names of what a media playlist leads to. `run` keeps caches from giving out what an earlier run made.
struct MediaName {
  enum class Kind { Init, Segment, Part } kind = Kind::Segment;
  std::string run;  // eight hexadecimal digits
  std::uint64_t number = 0;
  std::size_t part = 0;

  bool operator==(const MediaName&) const = default;
};
std::string to_text(const MediaName& name);
// Nothing for whatever to_text() does not make.
std::optional<MediaName> parse_media_name(std::string_view text);

struct MediaPlaylistOptions {
  std::string run;
  bool low_latency = true;  // with parts, and what players need to wait for the next one
  bool skip = false;        // a delta update: what the player has already is left out, where that is much
  std::string query;        // of every address, such as "?ticket=…"; may be empty
  struct Report {           // where another stream of the camera stands
    std::string address;
    std::uint64_t segment = 0;
    std::optional<std::size_t> part;
  };
  std::vector<Report> reports;
};

// Wants at least one complete segment.
std::string media_playlist(const Segments& segments, const MediaPlaylistOptions& options);

struct Variant {
  std::string address;
  double bits_per_second = 0;
  std::string codecs;
  int width = 0, height = 0;
  double fps = 0;  // 0: not known
};
std::string multivariant_playlist(const std::vector<Variant>& variants);

// What _HLS_msn and _HLS_part ask for.
struct Awaited {
  std::uint64_t segment = 0;
  std::optional<std::size_t> part;
};
enum class Availability { There, Later, Never };
// Never: more than one segment ahead, or a part that no segment will have.
Availability availability(const Segments& segments, const Awaited& awaited);

}  // namespace vigil::live
