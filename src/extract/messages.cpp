#include "extract/messages.h"

#include <algorithm>
#include <cstring>

#include "sandbox/reading.h"

namespace vigil::extract {
namespace {

using namespace sandbox;

constexpr std::uint32_t kMagic = 0x31584756;  // "VGX1"
constexpr std::int64_t kMostTicks = 90000LL * 86400 * 36525;
constexpr int kMostSide = 65535;
constexpr std::size_t kName = 64;

bool is_code(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '.' || c == '_'; });
}

void put(Writer& out, Ticks time) {
  out.put(time.count());
}
Ticks ticks(Reader& in) {
  return Ticks(in.within<std::int64_t>(-kMostTicks, kMostTicks));
}

}  // namespace

std::array<std::uint8_t, kHeaderBytes> encode(const Header& header) {
  std::array<std::uint8_t, kHeaderBytes> out{};
  std::memcpy(out.data(), &kMagic, 4);
  std::memcpy(out.data() + 4, &header.type, 2);
  std::memcpy(out.data() + 8, &header.length, 4);
  return out;
}

Result<Header> decode_header(std::span<const std::uint8_t, kHeaderBytes> bytes) {
  Reader in(bytes);
  if (in.get<std::uint32_t>() != kMagic) return nonsense("a header");
  Header out;
  out.type = static_cast<Type>(
      in.within<std::uint16_t>(static_cast<std::uint16_t>(Type::Begin), static_cast<std::uint16_t>(Type::Given)));
  in.within<std::uint16_t>(0, 0);
  out.length = in.within<std::uint32_t>(0, kMaxBody);
  return finished(in, out, "a header");
}

Bytes write(const Begin& body) {
  Bytes bytes;
  Writer out(bytes);
  const auto& request = body.request;
  out.put(static_cast<std::uint8_t>(request.cadence));
  out.put(request.fps);
  out.put(request.every);
  out.count(request.times.size());
  for (const auto time : request.times) out.put(static_cast<std::int64_t>(time.count()));
  out.put(static_cast<std::uint8_t>(request.format));
  out.put(request.quality);
  out.put(request.max_width);
  out.put(request.max_height);
  out.put(request.max_pictures);
  out.put(static_cast<std::uint8_t>(request.after ? 1 : 0));
  put(out, request.after.value_or(Ticks(0)));
  for (const bool flag : {request.thumbnails, request.sheet, request.preview, request.keep_location, body.sandbox}) {
    out.put(static_cast<std::uint8_t>(flag ? 1 : 0));
  }
  out.put(static_cast<std::int64_t>(request.max_duration.count()));
  out.put(body.size);
  out.put(static_cast<std::uint8_t>(body.distant ? 1 : 0));
  out.put(body.memory_bytes);
  out.put(body.threads);
  return bytes;
}

Result<Begin> read_begin(View bytes) {
  Reader in(bytes);
  Begin out;
  auto& request = out.request;
  request.cadence = static_cast<Cadence>(in.within<std::uint8_t>(0, static_cast<std::uint8_t>(Cadence::Scenes)));
  request.fps = in.get<double>();
  request.every = in.get<int>();
  const auto times = in.count(kMostTimes, sizeof(std::int64_t));
  for (std::size_t i = 0; i < times; ++i) {
    request.times.emplace_back(in.within<std::int64_t>(0, kMostTicks / 90));
  }
  request.format = static_cast<PictureFormat>(in.within<std::uint8_t>(0, 1));
  request.quality = in.get<int>();
  request.max_width = in.get<int>();
  request.max_height = in.get<int>();
  request.max_pictures = in.get<int>();
  const bool after = in.flag();
  const auto time = ticks(in);
  if (after) request.after = time;
  for (bool* flag : {&request.thumbnails, &request.sheet, &request.preview, &request.keep_location, &out.sandbox}) {
    *flag = in.flag();
  }
  request.max_duration = std::chrono::milliseconds(in.within<std::int64_t>(0, kMostTicks / 90));
  out.size = in.get<std::uint64_t>();
  out.distant = in.flag();
  out.memory_bytes = in.get<std::uint64_t>();
  out.threads = in.within<std::uint16_t>(1, 64);
  VIGIL_ASSIGN(auto done, finished(in, std::move(out), "a task"));
  VIGIL_TRY(check(done.request));
  return done;
}

Bytes write(const sandbox::Report& body) {
  Bytes bytes;
  Writer out(bytes);
  for (const bool flag : {body.no_new_privileges, body.seccomp, body.memory_limit, body.dies_first}) {
    out.put(static_cast<std::uint8_t>(flag ? 1 : 0));
  }
  out.put(body.landlock);
  put_shown(out, body.remark);
  return bytes;
}

Result<sandbox::Report> read_report(View bytes) {
  Reader in(bytes);
  sandbox::Report out;
  for (bool* flag : {&out.no_new_privileges, &out.seccomp, &out.memory_limit, &out.dies_first}) *flag = in.flag();
  out.landlock = in.within(0, 1000);
  out.remark = shown_text(in);
  return finished(in, std::move(out), "a report");
}

Bytes write(const VideoFacts& body) {
  Bytes bytes;
  Writer out(bytes);
  for (const auto* text : {&body.format, &body.codec, &body.profile, &body.created}) put_shown(out, *text, kName);
  for (const int number : {body.width, body.height, body.rotation, body.aspect_x, body.aspect_y, body.bits}) {
    out.put(number);
  }
  out.put(body.fps);
  for (const auto number : {body.duration_ms, body.bit_rate, body.pictures}) out.put(number);
  for (const bool flag : {body.interlaced, body.had_location, body.audio.has_value()}) {
    out.put(static_cast<std::uint8_t>(flag ? 1 : 0));
  }
  if (body.audio) {
    put_shown(out, body.audio->codec, kName);
    out.put(body.audio->sample_rate);
    out.put(body.audio->channels);
  }
  out.count(body.tags.size());
  for (const auto& [name, text] : body.tags) {
    put_shown(out, name, kMaxTagName);
    put_shown(out, text, kMaxTagText);
  }
  return bytes;
}

Result<VideoFacts> read_facts(View bytes) {
  Reader in(bytes);
  VideoFacts out;
  for (auto* text : {&out.format, &out.codec, &out.profile, &out.created}) *text = shown_text(in, kName);
  out.width = in.within(1, kMostSide);
  out.height = in.within(1, kMostSide);
  out.rotation = in.within(0, 3 * 90);
  out.aspect_x = in.within(1, 1 << 30);
  out.aspect_y = in.within(1, 1 << 30);
  out.bits = in.within(1, 32);
  out.fps = in.get<double>();
  if (!(out.fps >= 0 && out.fps <= 1000)) in.spoil();
  out.duration_ms = in.within<std::int64_t>(0, kMostTicks / 90);
  for (auto* number : {&out.bit_rate, &out.pictures}) *number = in.within<std::int64_t>(0, INT64_MAX);
  out.interlaced = in.flag();
  out.had_location = in.flag();
  if (in.flag()) {
    out.audio.emplace();
    out.audio->codec = shown_text(in, kName);
    out.audio->sample_rate = in.within(0, 1 << 24);
    out.audio->channels = in.within(0, 1024);
  }
  const auto tags = in.count(kMaxTags, 2 * sizeof(std::uint32_t));
  for (std::size_t i = 0; i < tags; ++i) {
    auto name = shown_text(in, kMaxTagName);
    out.tags.emplace_back(std::move(name), shown_text(in, kMaxTagText));
  }
  return finished(in, std::move(out), "what the video is");
}

Bytes write(const PictureNote& note, View picture) {
  Bytes bytes;
  bytes.reserve(picture.size() + 64);
  Writer out(bytes);
  out.put(static_cast<std::uint8_t>(note.kind));
  put(out, note.time);
  out.put(note.index);
  out.put(static_cast<std::uint8_t>(note.key ? 1 : 0));
  out.put(note.width);
  out.put(note.height);
  out.bytes(picture);
  return bytes;
}

Result<PictureHead> read_picture(View bytes) {
  Reader in(bytes);
  PictureHead out;
  out.note.kind = static_cast<PictureKind>(in.within<std::uint8_t>(0, static_cast<std::uint8_t>(PictureKind::Preview)));
  out.note.time = ticks(in);
  out.note.index = in.within<std::int64_t>(-1, INT64_MAX);
  out.note.key = in.flag();
  out.note.width = in.within(1, kMostSide);
  out.note.height = in.within(1, kMostSide);
  out.bytes = in.view(kMaxBody);
  if (out.bytes.empty()) in.spoil();
  return finished(in, out, "a picture");
}

Bytes write_progress(double done) {
  Bytes bytes;
  Writer(bytes).put(done);
  return bytes;
}

Result<double> read_progress(View bytes) {
  Reader in(bytes);
  const auto done = in.get<double>();
  if (!(done >= 0 && done <= 1)) in.spoil();
  return finished(in, done, "progress");
}

Bytes write(const End& body) {
  Bytes bytes;
  Writer out(bytes);
  const auto& summary = body.summary;
  for (const auto number : {summary.pictures, summary.packets, summary.sent, summary.decoded, summary.broken}) {
    out.put(number);
  }
  out.put(static_cast<std::uint8_t>(summary.capped ? 1 : 0));
  put_shown(out, summary.ended);
  out.put(static_cast<std::uint8_t>(body.error ? 1 : 0));
  if (body.error) {
    out.put(static_cast<std::uint8_t>(body.error->kind));
    put_shown(out, body.error->code, kName);
    put_shown(out, body.error->message);
  }
  return bytes;
}

Result<End> read_end(View bytes) {
  Reader in(bytes);
  End out;
  auto& summary = out.summary;
  for (auto* number : {&summary.pictures, &summary.packets, &summary.sent, &summary.decoded, &summary.broken}) {
    *number = in.get<std::uint64_t>();
  }
  summary.capped = in.flag();
  summary.ended = shown_text(in);
  if (in.flag()) {
    out.error.emplace();
    out.error->kind =
        static_cast<ErrorKind>(in.within<std::uint8_t>(0, static_cast<std::uint8_t>(ErrorKind::Internal)));
    out.error->code = shown_text(in, kName);
    out.error->message = shown_text(in);
    if (!is_code(out.error->code) || out.error->message.empty()) in.spoil();
  }
  return finished(in, std::move(out), "an end");
}

Bytes write_want(std::uint64_t block) {
  Bytes bytes;
  Writer(bytes).put(block);
  return bytes;
}

Result<std::uint64_t> read_want(View bytes) {
  Reader in(bytes);
  const auto block = in.get<std::uint64_t>();
  return finished(in, block, "what is wanted");
}

Bytes write(const BlockRun& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.first);
  out.put(body.count);
  return bytes;
}

Result<BlockRun> read_given(View bytes) {
  Reader in(bytes);
  BlockRun out;
  out.first = in.get<std::uint64_t>();
  out.count = in.within<std::uint32_t>(1, UINT32_MAX);
  return finished(in, out, "what is given");
}

}  // namespace vigil::extract
