#include "live/playlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace vigil::live {
namespace {

constexpr std::size_t kMostParts = 1000;  // of one segment: what lies beyond was never offered
constexpr int kSkipTargets = 6, kPartTargets = 3;

double seconds(Ticks time) {
  return std::chrono::duration<double>(time).count();
}

std::string address(const MediaPlaylistOptions& options, MediaName::Kind kind, std::uint64_t number,
                    std::size_t part = 0) {
  return to_text({kind, options.run, number, part}) + options.query;
}

void add_part(std::string& out, const MediaPlaylistOptions& options, const Segment& segment, std::size_t index) {
  const auto& part = segment.parts[index];
  out += fmt::format("#EXT-X-PART:DURATION={:.5f},URI=\"{}\"{}\n", seconds(part.duration),
                     address(options, MediaName::Kind::Part, segment.number, index),
                     part.independent ? ",INDEPENDENT=YES" : "");
}

// What stands before a segment's parts.
void add_head(std::string& out, const MediaPlaylistOptions& options, const Segment& segment, const Init* before) {
  if (segment.discontinuity) out += "#EXT-X-DISCONTINUITY\n";
  if (segment.init.get() != before) {
    out += fmt::format("#EXT-X-MAP:URI=\"{}\"\n", address(options, MediaName::Kind::Init, segment.init->number));
  }
  out += "#EXT-X-PROGRAM-DATE-TIME:" + to_rfc3339(segment.time) + "\n";
}

// Whole segments at the end of which the player is more than CAN-SKIP-UNTIL behind.
std::size_t skippable(const Segments& segments) {
  const auto& complete = segments.complete();
  const auto end = complete.back().start + complete.back().duration;
  std::size_t count = 0;
  while (count < complete.size() &&
         end - (complete[count].start + complete[count].duration) > kSkipTargets * segments.target()) {
    ++count;
  }
  return count;
}

bool all_independent(const Segments& segments) {
  return std::all_of(segments.complete().begin(), segments.complete().end(),
                     [](const Segment& segment) { return segment.independent; }) &&
         (segments.open().parts.empty() || segments.open().independent);
}

void add_open(std::string& out, const Segments& segments, const MediaPlaylistOptions& options, const Init* before) {
  const auto& open = segments.open();
  if (!open.parts.empty()) {
    add_head(out, options, open, before);
    for (std::size_t i = 0; i < open.parts.size(); ++i) add_part(out, options, open, i);
  }
  out += fmt::format("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{}\"\n",
                     address(options, MediaName::Kind::Part, open.number, open.parts.size()));
  for (const auto& report : options.reports) {
    out += fmt::format("#EXT-X-RENDITION-REPORT:URI=\"{}\",LAST-MSN={}", report.address, report.segment);
    if (report.part) out += fmt::format(",LAST-PART={}", *report.part);
    out += "\n";
  }
}

template <typename T>
bool take_number(std::string_view& text, T& out) {
  if (text.empty() || (text.front() == '0' && text.size() > 1 && text[1] >= '0' && text[1] <= '9')) return false;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (status != std::errc() || end == text.data()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::string to_text(const MediaName& name) {
  switch (name.kind) {
    case MediaName::Kind::Init:
      return fmt::format("{}-init{}.mp4", name.run, name.number);
    case MediaName::Kind::Segment:
      return fmt::format("{}-{}.m4s", name.run, name.number);
    case MediaName::Kind::Part:
      return fmt::format("{}-{}.{}.m4s", name.run, name.number, name.part);
  }
  return {};
}

std::optional<MediaName> parse_media_name(std::string_view text) {
  constexpr std::size_t kRun = 8;
  MediaName out;
  if (text.size() < kRun + 1 || text.size() > 64 || text[kRun] != '-') return std::nullopt;
  out.run = text.substr(0, kRun);
  if (out.run.find_first_not_of("0123456789abcdef") != std::string::npos) return std::nullopt;
  text.remove_prefix(kRun + 1);
  const bool init = text.starts_with("init");
  if (init) text.remove_prefix(4);
  if (!take_number(text, out.number)) return std::nullopt;
  if (init) {
    out.kind = MediaName::Kind::Init;
    return text == ".mp4" ? std::optional(std::move(out)) : std::nullopt;
  }
  if (text != ".m4s") {
    out.kind = MediaName::Kind::Part;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
    if (!take_number(text, out.part)) return std::nullopt;
  }
  return text == ".m4s" ? std::optional(std::move(out)) : std::nullopt;
}

std::string media_playlist(const Segments& segments, const MediaPlaylistOptions& options) {
  const auto& complete = segments.complete();
  const bool parts = options.low_latency;
  const auto target = segments.target().count() / 90000;
  std::string out = fmt::format("#EXTM3U\n#EXT-X-VERSION:{}\n", parts ? 9 : 7);
  out += fmt::format("#EXT-X-TARGETDURATION:{}\n", target);
  if (parts) {
    out += fmt::format("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={:.5f},CAN-SKIP-UNTIL={}\n",
                       kPartTargets * seconds(segments.part_target()), kSkipTargets * target);
    out += fmt::format("#EXT-X-PART-INF:PART-TARGET={:.5f}\n", seconds(segments.part_target()));
  }
  out += fmt::format("#EXT-X-MEDIA-SEQUENCE:{}\n", complete.front().number);
  out += fmt::format("#EXT-X-DISCONTINUITY-SEQUENCE:{}\n", segments.discontinuities());
  if (all_independent(segments)) out += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  const auto skipped = parts && options.skip ? skippable(segments) : 0;
  if (skipped > 0) out += fmt::format("#EXT-X-SKIP:SKIPPED-SEGMENTS={}\n", skipped);
  // The player has the init of what is skipped, too.
  const Init* before = skipped > 0 ? complete[skipped - 1].init.get() : nullptr;
  const auto end = complete.back().start + complete.back().duration;
  for (std::size_t i = skipped; i < complete.size(); ++i) {
    const auto& segment = complete[i];
    add_head(out, options, segment, before);
    before = segment.init.get();
    // Parts are for those who are close to the end.
    if (parts && end - (segment.start + segment.duration) < 3 * segments.target()) {
      for (std::size_t part = 0; part < segment.parts.size(); ++part) add_part(out, options, segment, part);
    }
    out += fmt::format("#EXTINF:{:.5f},\n{}\n", seconds(segment.duration),
                       address(options, MediaName::Kind::Segment, segment.number));
  }
  if (parts) add_open(out, segments, options, before);
  return out;
}

std::string multivariant_playlist(const std::vector<Variant>& variants) {
  std::string out = "#EXTM3U\n#EXT-X-VERSION:9\n";
  for (const auto& variant : variants) {
    out += fmt::format("#EXT-X-STREAM-INF:BANDWIDTH={},CODECS=\"{}\",RESOLUTION={}x{}",
                       std::max<std::int64_t>(1, std::llround(variant.bits_per_second)), variant.codecs, variant.width,
                       variant.height);
    if (variant.fps > 0) out += fmt::format(",FRAME-RATE={:.3f}", variant.fps);
    out += "\n" + variant.address + "\n";
  }
  return out;
}

Availability availability(const Segments& segments, const Awaited& awaited) {
  const auto& open = segments.open();
  if (awaited.segment > open.number + 1 || awaited.part.value_or(0) > kMostParts) return Availability::Never;
  if (awaited.segment > open.number) return Availability::Later;
  if (awaited.segment == open.number) {
    return awaited.part && *awaited.part < open.parts.size() ? Availability::There : Availability::Later;
  }
  // A part beyond the end of its segment means the first one of the next.
  const bool last = awaited.segment + 1 == open.number;
  if (last && awaited.part && !segments.complete().empty() &&
      *awaited.part >= segments.complete().back().parts.size()) {
    return open.parts.empty() ? Availability::Later : Availability::There;
  }
  return Availability::There;
}

}  // namespace vigil::live
