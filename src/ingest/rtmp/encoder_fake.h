#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/rtmp/amf.h"
#include "ingest/rtmp/chunks.h"
#include "media/encoder.h"

// Encoders for tests: bytes as one would send them, real pictures, and a client that sends by blocking sockets.

namespace vigil::ingest::rtmp::fake {

using Bytes = std::vector<std::uint8_t>;

inline void append(Bytes& to, const Bytes& more) {
  to.insert(to.end(), more.begin(), more.end());
}

inline Bytes hello() {
  Bytes out = {3};
  out.resize(1 + 1536);
  return out;
}
inline Bytes echo() {
  return Bytes(1536);
}

inline Bytes command(const std::vector<Amf>& values, std::uint32_t stream = 0) {
  Message message{kCommand, stream, 0, {}};
  for (const auto& value : values) write_amf(value, message.body);
  Bytes out;
  write_message(3, message, 128, out);
  return out;
}

inline Bytes connect(std::string_view app = "live") {
  return command(
      {Amf::of("connect"), Amf::of(1.0), Amf::object({{"app", Amf::of(app)}, {"fourCcList", Amf::array({"hvc1"})}})});
}
inline Bytes publish(std::string_view key) {
  Bytes out = command({Amf::of("createStream"), Amf::of(2.0), Amf()});
  append(out, command({Amf::of("publish"), Amf::of(3.0), Amf(), Amf::of(key), Amf::of("live")}, 1));
  return out;
}

// A message with a time, as one chunk.
inline Bytes at(std::uint32_t time_ms, std::uint8_t type, const Bytes& body) {
  Bytes out = {6,
               static_cast<std::uint8_t>(time_ms >> 16),
               static_cast<std::uint8_t>(time_ms >> 8),
               static_cast<std::uint8_t>(time_ms),
               static_cast<std::uint8_t>(body.size() >> 16),
               static_cast<std::uint8_t>(body.size() >> 8),
               static_cast<std::uint8_t>(body.size()),
               type,
               1,
               0,
               0,
               0};
  append(out, body);
  return out;
}
inline Bytes large_chunks() {
  return {2, 0, 0, 0, 0, 0, 4, kSetChunkSize, 0, 0, 0, 0, 0, 1, 0, 0};
}

inline Bytes tag(Bytes head, std::span<const std::uint8_t> payload) {
  head.insert(head.end(), payload.begin(), payload.end());
  return head;
}

// So many small grey pictures of a real encoder, the first a key frame.
inline std::vector<media::Packet> pictures(media::Codec codec, int count, int width = 64) {
  media::EncoderOptions options;
  options.codec = codec;
  options.width = width;
  options.height = 64;
  options.realtime = true;
  auto encoder = media::make_encoder(options);
  std::vector<media::Packet> out;
  if (!encoder.ok()) return out;
  auto bytes = std::make_shared<Bytes>(static_cast<std::size_t>(width) * 96, std::uint8_t{128});
  for (int i = 0; i < count; ++i) {
    media::Frame frame;
    frame.width = width;
    frame.height = 64;
    frame.pts = Ticks(3600 * i);
    frame.planes[0] = {bytes->data(), width, width, 64};
    frame.planes[1] = {bytes->data() + width * 64, width / 2, width / 2, 32};
    frame.planes[2] = {bytes->data() + width * 80, width / 2, width / 2, 32};
    frame.owner = bytes;
    auto packets = (*encoder)->encode(frame, i == 0);
    if (!packets.ok()) return {};
    for (auto& packet : *packets) out.push_back(std::move(packet));
  }
  return out;
}

// H.264 as RTMP always had it.
inline Bytes avc_config(const media::Packet& packet) {
  return tag({0x17, 0, 0, 0, 0}, packet.params->extradata);
}
inline Bytes avc_frame(const media::Packet& packet) {
  return tag({static_cast<std::uint8_t>(packet.key ? 0x17 : 0x27), 1, 0, 0, 0}, packet.data.view());
}
// H.265 by Enhanced RTMP.
inline Bytes hvc_config(const media::Packet& packet) {
  return tag({0x90, 'h', 'v', 'c', '1'}, packet.params->extradata);
}
inline Bytes hvc_frame(const media::Packet& packet) {
  return tag({static_cast<std::uint8_t>(packet.key ? 0x93 : 0xa3), 'h', 'v', 'c', '1'}, packet.data.view());
}

// Connects, says what it is told, and reads what comes back. Everything blocks.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(loop_) {
    boost::system::error_code error;
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port}, error);
  }

  bool send(const Bytes& bytes) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(bytes), error);
    return !error;
  }

  // Handshake and commands up to `publish`.
  bool begin(std::string_view key, std::string_view app = "live") {
    Bytes said = hello();
    append(said, echo());
    append(said, connect(app));
    append(said, publish(key));
    append(said, large_chunks());
    return send(said);
  }

  // Reads until `word` came, or the connection has ended.
  bool await(std::string_view word) {
    while (heard_.find(word) == std::string::npos) {
      if (!more()) return false;
    }
    return true;
  }
  // Reads to the end of the connection.
  void drain() {
    while (more()) {
    }
  }
  const std::string& heard() const { return heard_; }

 private:
  bool more() {
    std::array<char, 4096> room{};
    boost::system::error_code error;
    const auto count = socket_.read_some(boost::asio::buffer(room), error);
    heard_.append(room.data(), count);
    return !error;
  }

  boost::asio::io_context loop_;
  boost::asio::ip::tcp::socket socket_;
  std::string heard_;
};

}  // namespace vigil::ingest::rtmp::fake
