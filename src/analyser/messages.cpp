#include "analyser/messages.h"

#include "analyser/bytes.h"
#include "base/utf8.h"
#include "media/image.h"

namespace vigil::analyser {
namespace {

constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxList = 4096;
constexpr std::size_t kMaxNotes = 256;
constexpr std::size_t kMaxSeeds = 4096;
constexpr std::size_t kMaxParams = 1u << 20;
constexpr int kMaxSide = 65535;

Error nonsense(const char* what) {
  return make_error(ErrorKind::DataLoss, std::string("the other side sends nonsense: ") + what);
}

template <typename T>
Result<T> finished(Reader& in, T value, const char* what) {
  if (!in.complete()) return nonsense(what);
  return value;
}

// What shown_text() will take.
std::string clean(std::string text) {
  if (text.size() > kMaxText / 2) text.resize(kMaxText / 2);
  const bool valid = count_code_points(text).has_value();
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f || (!valid && byte >= 0x80)) c = '?';
  }
  return text;
}

// Text that may be shown: without control characters, and UTF-8.
std::string shown_text(Reader& in, std::size_t most) {
  auto text = in.text(most);
  if (!count_code_points(text)) in.spoil();
  for (const unsigned char c : text) {
    if (c < ' ' || c == 0x7f) in.spoil();
  }
  return text;
}

void put(Writer& out, const pipeline::FrameNote& note) {
  out.put(note.sequence);
  out.put(note.pts.count());
  out.put(static_cast<std::int64_t>(note.captured.time_since_epoch().count()));
  out.put(static_cast<std::uint8_t>(note.format));
  out.put(static_cast<std::uint8_t>(note.full_range));
  out.put(static_cast<std::int32_t>(note.width));
  out.put(static_cast<std::int32_t>(note.height));
}

pipeline::FrameNote note_from(Reader& in) {
  pipeline::FrameNote note;
  note.sequence = in.get<std::uint64_t>();
  note.pts = Ticks(in.get<std::int64_t>());
  note.captured = WallTime(std::chrono::microseconds(in.get<std::int64_t>()));
  note.format =
      static_cast<media::PixelFormat>(in.within<std::uint8_t>(0, static_cast<std::uint8_t>(media::PixelFormat::Gray)));
  note.full_range = in.flag();
  note.width = in.within<std::int32_t>(1, kMaxSide);
  note.height = in.within<std::int32_t>(1, kMaxSide);
  if (static_cast<std::int64_t>(note.width) * note.height > media::kMaxPixels) in.spoil();
  // What the child holds for it is not believed but known.
  if (in.ok()) note.bytes = picture_bytes(note.format, note.width, note.height);
  return note;
}

void put(Writer& out, const std::vector<std::string>& list) {
  out.count(list.size());
  for (const auto& each : list) out.text(clean(each));
}

std::vector<std::string> list_from(Reader& in) {
  std::vector<std::string> out(in.count(kMaxList, 4));
  for (auto& each : out) each = shown_text(in, kMaxText);
  return out;
}

}  // namespace

Sides plane_sides(media::PixelFormat format, int width, int height, int plane) {
  if (plane == 0) return {width, height};
  switch (format) {
    case media::PixelFormat::I420:
      return {(width + 1) / 2, (height + 1) / 2};
    case media::PixelFormat::I422:
      return {(width + 1) / 2, height};
    case media::PixelFormat::I444:
      return {width, height};
    case media::PixelFormat::Gray:
      break;
  }
  return {0, 0};
}

std::size_t picture_bytes(media::PixelFormat format, int width, int height) {
  std::size_t bytes = 0;
  for (int plane = 0; plane < 3; ++plane) {
    const auto sides = plane_sides(format, width, height, plane);
    bytes += static_cast<std::size_t>(sides.width) * static_cast<std::size_t>(sides.height);
  }
  return bytes;
}

Bytes write(const Welcome& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.protocol);
  out.put(body.threads);
  out.put(static_cast<std::uint8_t>(body.sandbox));
  out.put(body.memory_bytes);
  out.count(body.models.size());
  for (const auto& model : body.models) {
    out.text(model.name);
    out.text(model.place);
  }
  return bytes;
}

Result<Welcome> read_welcome(View bytes) {
  Reader in(bytes);
  Welcome body;
  body.protocol = in.get<std::uint16_t>();
  body.threads = in.within<std::uint16_t>(1, 256);
  body.sandbox = in.flag();
  body.memory_bytes = in.get<std::uint64_t>();
  body.models.resize(in.count(kMaxList, 8));
  for (auto& model : body.models) {
    model.name = in.text(kMaxText);
    model.place = in.text(kMaxText);
  }
  return finished(in, std::move(body), "welcome");
}

Bytes write(const Hello& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.protocol);
  out.put(static_cast<std::uint8_t>(body.sandbox.no_new_privileges));
  out.put(static_cast<std::int32_t>(body.sandbox.landlock));
  out.put(static_cast<std::uint8_t>(body.sandbox.seccomp));
  out.put(static_cast<std::uint8_t>(body.sandbox.memory_limit));
  out.put(static_cast<std::uint8_t>(body.sandbox.dies_first));
  out.text(clean(body.sandbox.remark));
  put(out, body.problems);
  return bytes;
}

Result<Hello> read_hello(View bytes) {
  Reader in(bytes);
  Hello body;
  body.protocol = in.get<std::uint16_t>();
  body.sandbox.no_new_privileges = in.flag();
  body.sandbox.landlock = in.within<std::int32_t>(0, 1000);
  body.sandbox.seccomp = in.flag();
  body.sandbox.memory_limit = in.flag();
  body.sandbox.dies_first = in.flag();
  body.sandbox.remark = shown_text(in, kMaxText);
  body.problems = list_from(in);
  return finished(in, std::move(body), "hello");
}

Bytes write(const media::CodecParams& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(static_cast<std::uint8_t>(body.codec));
  out.put(static_cast<std::int32_t>(body.width));
  out.put(static_cast<std::int32_t>(body.height));
  out.put(static_cast<std::int32_t>(body.reorder_depth));
  out.bytes(body.extradata);
  return bytes;
}

Result<media::CodecParams> read_params(View bytes) {
  Reader in(bytes);
  media::CodecParams body;
  body.kind = media::TrackKind::Video;
  body.codec = static_cast<media::Codec>(in.within<std::uint8_t>(0, static_cast<std::uint8_t>(media::Codec::Other)));
  body.width = in.within<std::int32_t>(0, kMaxSide);
  body.height = in.within<std::int32_t>(0, kMaxSide);
  body.reorder_depth = in.within<std::int32_t>(0, 64);
  const auto extradata = in.view(kMaxParams);
  body.extradata.assign(extradata.begin(), extradata.end());
  return finished(in, std::move(body), "codec parameters");
}

Bytes write(const PacketHead& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.pts);
  out.put(body.dts);
  out.put(body.received_us);
  return bytes;
}

Result<PacketHead> read_packet_head(View bytes) {
  Reader in(bytes);
  PacketHead body;
  body.pts = in.get<std::int64_t>();
  body.dts = in.get<std::int64_t>();
  body.received_us = in.get<std::int64_t>();
  if (!in.ok() || in.left() == 0) return nonsense("packet");
  return body;
}

Bytes write(const Credit& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.packets);
  out.put(body.media_ms);
  out.put(body.bytes);
  return bytes;
}

Result<Credit> read_credit(View bytes) {
  Reader in(bytes);
  Credit body;
  body.packets = in.within<std::uint32_t>(1, 4096);
  body.media_ms = in.within<std::uint32_t>(0, 60'000);
  body.bytes = in.within<std::uint32_t>(0, 256u << 20);
  return finished(in, body, "credit");
}

Bytes write(const OnceBody& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.until_us);
  out.put(body.bytes);
  out.put(body.count);
  return bytes;
}

Result<OnceBody> read_once(View bytes) {
  Reader in(bytes);
  OnceBody body;
  body.until_us = in.get<std::int64_t>();
  body.bytes = in.get<std::uint64_t>();
  body.count = in.within<std::uint32_t>(1, 4096);
  return finished(in, body, "request");
}

Bytes write(const Tracks& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(body.next_id);
  out.count(body.seeds.size());
  for (const auto& seed : body.seeds) {
    out.put(seed.id);
    out.put(static_cast<std::int32_t>(seed.class_id));
    for (const float value :
         {seed.score, seed.box.x, seed.box.y, seed.box.width, seed.box.height, seed.velocity_x, seed.velocity_y}) {
      out.put(value);
    }
    out.put(static_cast<std::int64_t>(seed.began.count()));
    out.put(static_cast<std::int64_t>(seed.last_seen.count()));
  }
  return bytes;
}

Result<Tracks> read_tracks(View bytes) {
  Reader in(bytes);
  Tracks body;
  body.next_id = in.get<std::uint64_t>();
  body.seeds.resize(in.count(kMaxSeeds, 56));
  for (auto& seed : body.seeds) {
    seed.id = in.get<std::uint64_t>();
    seed.class_id = in.within<std::int32_t>(-1, 1 << 20);
    for (float* value : {&seed.score, &seed.box.x, &seed.box.y, &seed.box.width, &seed.box.height, &seed.velocity_x,
                         &seed.velocity_y}) {
      *value = in.get<float>();
    }
    seed.began = Nanos(in.get<std::int64_t>());
    seed.last_seen = Nanos(in.get<std::int64_t>());
  }
  return finished(in, std::move(body), "tracks");
}

Bytes write(const FrameBody& body) {
  Bytes bytes;
  Writer out(bytes);
  put(out, body.note);
  for (const auto& plane : body.planes) {
    out.put(plane.offset);
    out.put(plane.stride);
  }
  out.put(body.file_bytes);
  return bytes;
}

Result<FrameBody> read_frame(View bytes) {
  Reader in(bytes);
  FrameBody body;
  body.note = note_from(in);
  for (auto& plane : body.planes) {
    plane.offset = in.get<std::uint64_t>();
    plane.stride = in.get<std::uint32_t>();
  }
  body.file_bytes = in.get<std::uint64_t>();
  if (!in.complete()) return nonsense("picture");
  // Every row of every plane lies within the file, which is little larger than the picture; whether that is its real
  // size is another question (memory_picture.h).
  const std::uint64_t most = 2 * body.note.bytes + (1u << 20);
  if (body.file_bytes == 0 || body.file_bytes > most) return nonsense("size of a picture");
  for (int i = 0; i < 3; ++i) {
    const auto sides = plane_sides(body.note.format, body.note.width, body.note.height, i);
    if (sides.width == 0) continue;
    const auto& plane = body.planes[i];
    if (plane.stride < static_cast<std::uint32_t>(sides.width) || plane.stride > (1u << 20) ||
        plane.offset > body.file_bytes) {
      return nonsense("planes of a picture");
    }
    const auto last_row = static_cast<std::uint64_t>(sides.height - 1) * plane.stride;
    if (last_row + static_cast<std::uint64_t>(sides.width) > body.file_bytes - plane.offset) {
      return nonsense("planes of a picture");
    }
  }
  return body;
}

Bytes write(const AnswerBody& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(static_cast<std::uint8_t>(body.ok));
  out.put(body.kind);
  out.text(clean(body.message));
  out.put(body.pictures);
  return bytes;
}

Result<AnswerBody> read_answer(View bytes) {
  Reader in(bytes);
  AnswerBody body;
  body.ok = in.flag();
  body.kind = in.within<std::uint8_t>(0, static_cast<std::uint8_t>(ErrorKind::Internal));
  body.message = shown_text(in, kMaxText);
  body.pictures = in.get<std::uint32_t>();
  return finished(in, std::move(body), "answer");
}

Bytes write(const pipeline::AnalysisFigures& body) {
  Bytes bytes;
  Writer out(bytes);
  for (const auto number : {body.offered, body.analysed, body.detected, body.failed}) out.put(number);
  out.put(body.fps);
  out.text(clean(body.degraded));
  return bytes;
}

Result<pipeline::AnalysisFigures> read_figures(View bytes) {
  Reader in(bytes);
  pipeline::AnalysisFigures body;
  for (auto* number : {&body.offered, &body.analysed, &body.detected, &body.failed}) *number = in.get<std::uint64_t>();
  body.fps = in.within<double>(0, 100'000);
  body.degraded = shown_text(in, kMaxText);
  return finished(in, std::move(body), "figures");
}

Bytes write_sequences(const std::vector<std::uint64_t>& sequences) {
  Bytes bytes;
  Writer out(bytes);
  out.count(sequences.size());
  for (const auto sequence : sequences) out.put(sequence);
  return bytes;
}

Result<std::vector<std::uint64_t>> read_sequences(View bytes) {
  Reader in(bytes);
  std::vector<std::uint64_t> out(in.count(kMaxList, 8));
  for (auto& sequence : out) sequence = in.get<std::uint64_t>();
  return finished(in, std::move(out), "list of pictures");
}

Bytes write_notes(const std::vector<pipeline::FrameNote>& notes) {
  Bytes bytes;
  Writer out(bytes);
  out.count(notes.size());
  for (const auto& note : notes) put(out, note);
  return bytes;
}

Result<std::vector<pipeline::FrameNote>> read_notes(View bytes) {
  Reader in(bytes);
  std::vector<pipeline::FrameNote> out(in.count(kMaxNotes, 34));
  for (auto& note : out) note = note_from(in);
  return finished(in, std::move(out), "list of pictures");
}

Bytes write_text(const std::string& text) {
  Bytes bytes;
  Writer(bytes).text(clean(text));
  return bytes;
}

Result<std::string> read_text(View bytes) {
  Reader in(bytes);
  auto text = shown_text(in, kMaxText);
  return finished(in, std::move(text), "text");
}

}  // namespace vigil::analyser
