#include "screening/messages.h"

#include <array>
#include <utility>

#include "analyser/messages.h"
#include "sandbox/reading.h"

namespace vigil::screening {
namespace {

using namespace sandbox;

constexpr std::int64_t kMostDuration = 1000LL * 86400 * 365;  // milliseconds
constexpr std::size_t kMostPlaces = 64;
constexpr std::size_t kPath = 4096;
constexpr std::uint64_t kMostOffset = 1ull << 62;
constexpr std::size_t kMostSettings = 4u << 20;

// Of the summary.
template <typename Body>
auto numbers(Body& body) {
  return std::array{&body.frames, &body.analysed, &body.detected, &body.failed, &body.broken};
}

}  // namespace

Bytes write(const Begin& body) {
  Bytes bytes;
  Writer out(bytes);
  analyser::CameraBody settings;
  settings.analysis.analysis = body.request.analysis;
  out.bytes(analyser::write(settings));
  out.put(static_cast<std::uint8_t>(body.request.annotate));
  out.put(static_cast<std::int64_t>(body.request.max_duration.count()));
  out.text(body.places.model);
  out.count(body.places.recognisers.size());
  for (const auto& [task, place] : body.places.recognisers) {
    out.text(task);
    out.text(place);
  }
  out.put(body.size);
  out.put(static_cast<std::uint8_t>(body.distant));
  out.put(body.memory_bytes);
  out.put(body.threads);
  out.put(static_cast<std::uint8_t>(body.sandbox));
  return bytes;
}

Result<Begin> read_begin(View bytes) {
  Reader in(bytes);
  Begin out;
  VIGIL_ASSIGN(auto settings, analyser::read_camera(in.view(kMostSettings)));
  out.request.analysis = std::move(settings.analysis.analysis);
  out.request.annotate = in.flag();
  out.request.max_duration = std::chrono::milliseconds(in.within<std::int64_t>(0, kMostDuration));
  out.places.model = in.text(kPath);
  for (auto left = in.count(kMostPlaces, 8); left > 0; --left) {
    auto task = in.text(kPath);
    out.places.recognisers[std::move(task)] = in.text(kPath);
  }
  out.size = in.get<std::uint64_t>();
  out.distant = in.flag();
  out.memory_bytes = in.get<std::uint64_t>();
  out.threads = in.within<std::uint16_t>(1, 64);
  out.sandbox = in.flag();
  return finished(in, std::move(out), "a task");
}

Bytes write(const VideoPiece& body) {
  Bytes bytes;
  bytes.reserve(body.bytes.size() + 16);
  Writer out(bytes);
  out.put(body.offset);
  out.bytes(body.bytes);
  return bytes;
}

Result<VideoPiece> read_video(View bytes) {
  Reader in(bytes);
  VideoPiece out;
  out.offset = in.within<std::uint64_t>(0, kMostOffset);
  out.bytes = in.view(kMostPiece);
  if (out.bytes.empty()) in.spoil();
  return finished(in, out, "a piece of a video");
}

Bytes write(const End& body) {
  Bytes bytes;
  Writer out(bytes);
  for (const auto* number : numbers(body.summary)) out.put(*number);
  out.put(static_cast<std::uint8_t>(body.summary.sizes_changed));
  put_shown(out, body.summary.ended);
  put_shown(out, body.summary.degraded);
  out.bytes(extract::write(extract::End{{}, body.error}));
  return bytes;
}

Result<End> read_end(View bytes) {
  Reader in(bytes);
  End out;
  for (auto* number : numbers(out.summary)) *number = in.get<std::uint64_t>();
  out.summary.sizes_changed = in.flag();
  out.summary.ended = shown_text(in);
  out.summary.degraded = shown_text(in);
  VIGIL_ASSIGN(auto end, extract::read_end(in.view(2 * kMaxText)));
  out.error = std::move(end.error);
  return finished(in, std::move(out), "an end");
}

}  // namespace vigil::screening
