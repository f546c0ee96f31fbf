#include "analyser/messages.h"
#include "media/image.h"
#include "sandbox/bytes.h"
#include "sandbox/reading.h"

// Decoded pictures: what is known of them, who asks for which, and where their planes lie in a memory file.

namespace vigil::analyser {
namespace {

using namespace sandbox;

constexpr std::size_t kMaxSequences = 4096;
constexpr std::size_t kMaxNotes = 256;

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

Bytes write_sequences(const std::vector<std::uint64_t>& sequences) {
  Bytes bytes;
  Writer out(bytes);
  out.count(sequences.size());
  for (const auto sequence : sequences) out.put(sequence);
  return bytes;
}

Result<std::vector<std::uint64_t>> read_sequences(View bytes) {
  Reader in(bytes);
  std::vector<std::uint64_t> out(in.count(kMaxSequences, 8));
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

Bytes write(const AnswerBody& body) {
  Bytes bytes;
  Writer out(bytes);
  out.put(static_cast<std::uint8_t>(body.ok));
  out.put(body.kind);
  put_shown(out, body.message);
  out.put(body.pictures);
  return bytes;
}

Result<AnswerBody> read_answer(View bytes) {
  Reader in(bytes);
  AnswerBody body;
  body.ok = in.flag();
  body.kind = in.within<std::uint8_t>(0, static_cast<std::uint8_t>(ErrorKind::Internal));
  body.message = shown_text(in);
  body.pictures = in.get<std::uint32_t>();
  return finished(in, std::move(body), "answer");
}

}  // namespace vigil::analyser
