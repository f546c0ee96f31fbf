#include "ingest/rtmp/chunks.h"

#include <algorithm>

namespace vigil::ingest::rtmp {
namespace {

constexpr std::size_t kMostHeld = 16u << 20;
constexpr std::size_t kMostStreams = 64;
constexpr std::uint32_t kExtended = 0xffffff;
constexpr std::size_t kHeaderSizes[] = {11, 7, 3, 0};

Error broken(const char* what) {
  return make_error(ErrorKind::DataLoss, what, "rtmp.chunk");
}

std::uint32_t big_endian(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t size) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < size; ++i) out = out << 8 | bytes[at + i];
  return out;
}

void put(std::uint32_t value, int size, std::vector<std::uint8_t>& out) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

Result<void> ChunkReader::push(std::span<const std::uint8_t> bytes, std::vector<Message>& out) {
  while (!bytes.empty()) {
    if (current_ != nullptr) {
      const auto count = std::min(bytes.size(), chunk_left_);
      held_ += count;
      if (held_ > kMostHeld) {
        return make_error(ErrorKind::ResourceExhausted, "unfinished messages of more than 16 MiB", "rtmp.chunk");
      }
      current_->body.insert(current_->body.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
      chunk_left_ -= count;
    } else {
      // A header has 18 bytes at most: byte by byte is quick enough.
      pending_.push_back(bytes.front());
      bytes = bytes.subspan(1);
      VIGIL_ASSIGN(const auto size, read_header());
      if (size == 0) continue;
      pending_.clear();
    }
    if (current_ == nullptr || chunk_left_ > 0) continue;
    auto& stream = *current_;
    current_ = nullptr;
    if (stream.body.size() == stream.length) VIGIL_TRY(finish(stream, out));
  }
  return {};
}

Result<std::size_t> ChunkReader::read_header() {
  const std::span<const std::uint8_t> bytes(pending_);
  std::size_t at = 1;
  std::uint32_t id = bytes[0] & 0x3f;
  if (id < 2) {  // further numbers are in one or two bytes more
    at += id + 1;
    if (bytes.size() < at) return std::size_t{0};
    id = id == 0 ? 64u + bytes[1] : 64u + bytes[1] + 256u * bytes[2];
  }
  const int format = bytes[0] >> 6;
  if (bytes.size() < at + kHeaderSizes[format]) return std::size_t{0};
  auto found = streams_.find(id);
  if (found == streams_.end()) {
    if (streams_.size() >= kMostStreams) {
      return make_error(ErrorKind::ResourceExhausted, "more than 64 chunk streams", "rtmp.chunk");
    }
    found = streams_.emplace(id, Stream()).first;
  }
  auto& stream = found->second;
  VIGIL_ASSIGN(const auto size, read_fields(at, format, stream));
  if (size == 0) return size;
  current_ = &stream;
  chunk_left_ = std::min(chunk_size_, stream.length - stream.body.size());
  return size;
}

Result<std::size_t> ChunkReader::read_fields(std::size_t at, int format, Stream& stream) {
  const std::span<const std::uint8_t> bytes(pending_);
  const bool continues = !stream.body.empty();
  if (format > 0 && !stream.known) return broken("the first chunk of a stream has no whole header");
  if (continues && format != 3) return broken("a message begins within another one");
  const bool extended = format == 3 ? stream.extended : big_endian(bytes, at, 3) == kExtended;
  const auto size = at + kHeaderSizes[format] + (extended ? 4 : 0);
  if (bytes.size() < size) return std::size_t{0};
  if (format < 3) stream.stamp = extended ? big_endian(bytes, size - 4, 4) : big_endian(bytes, at, 3);
  if (format < 2) {
    stream.length = big_endian(bytes, at + 3, 3);
    stream.type = bytes[at + 6];
  }
  if (format == 0) {
    stream.stream = bytes[at + 7] | static_cast<std::uint32_t>(bytes[at + 8]) << 8 |
                    static_cast<std::uint32_t>(bytes[at + 9]) << 16 | static_cast<std::uint32_t>(bytes[at + 10]) << 24;
  }
  if (format < 3) stream.extended = extended;
  if (!continues) {
    // By 32 bits around the last time: times wrap after 49 days, and differences may be written as such a wrap. A
    // header without fields repeats the difference, or the time itself where that came last (5.3.1.2.4).
    const auto moved =
        format == 0 && stream.known ? stream.stamp - static_cast<std::uint32_t>(stream.time) : stream.stamp;
    stream.time = format == 0 && !stream.known ? stream.stamp : stream.time + static_cast<std::int32_t>(moved);
  }
  stream.known = true;
  return size;
}

Result<void> ChunkReader::finish(Stream& stream, std::vector<Message>& out) {
  held_ -= stream.body.size();
  Message message{stream.type, stream.stream, stream.time, std::move(stream.body)};
  stream.body = {};
  if (message.type == kSetChunkSize || message.type == kAbort) return obey(message);
  out.push_back(std::move(message));
  return {};
}

Result<void> ChunkReader::obey(const Message& message) {
  if (message.body.size() < 4) return broken("a control message is too short");
  const auto value = big_endian(message.body, 0, 4);
  if (message.type == kSetChunkSize) {
    if (value == 0 || value > 0x7fffffff) return broken("no such chunk size");
    chunk_size_ = value;
  } else if (auto found = streams_.find(value); found != streams_.end()) {
    held_ -= found->second.body.size();
    found->second.body.clear();
  }
  return {};
}

void write_message(std::uint8_t chunk_stream, const Message& message, std::size_t chunk_size,
                   std::vector<std::uint8_t>& out) {
  out.push_back(chunk_stream);
  put(0, 3, out);
  put(static_cast<std::uint32_t>(message.body.size()), 3, out);
  out.push_back(message.type);
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(message.stream >> shift));
  for (std::size_t at = 0; at < message.body.size(); at += chunk_size) {
    if (at > 0) out.push_back(static_cast<std::uint8_t>(0xc0 | chunk_stream));
    const auto end = std::min(message.body.size(), at + chunk_size);
    out.insert(out.end(), message.body.begin() + static_cast<std::ptrdiff_t>(at),
               message.body.begin() + static_cast<std::ptrdiff_t>(end));
  }
}

}  // namespace vigil::ingest::rtmp
