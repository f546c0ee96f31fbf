#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "ingest/rtmp/amf.h"
#include "ingest/rtmp/chunks.h"

namespace vigil::ingest::rtmp {

// The server's side of one connection of an encoder: handshake, commands, control messages. Bytes in; bytes to send,
// and what is published, out. No sockets and no clock. Not thread-safe. Whoever wants to play is told that nothing is
// played here.
class Dialogue {
 public:
  // DataLoss and ResourceExhausted: not the protocol, or too much of it: close. Nothing comes out before
  // `wanted_key()` was accepted.
  Result<void> push(std::span<const std::uint8_t> bytes);

  // What is to be sent now.
  std::vector<std::uint8_t> take_answers() { return std::exchange(answers_, {}); }
  // Audio and video messages of what was accepted.
  std::vector<Message> take_media() { return std::exchange(media_, {}); }

  // The key under which the encoder wants to publish; once, to be accepted or refused.
  std::optional<Secret> take_wanted_key() { return std::exchange(wanted_, std::nullopt); }
  void accept();
  void refuse(std::string_view why);

  bool publishing() const { return state_ == State::Publishing; }
  // The encoder said goodbye, or was refused: close when the answers are sent.
  bool over() const { return state_ == State::Over; }

 private:
  enum class State { Hello, Echo, Talking, Asked, Publishing, Over };

  Result<void> read(std::span<const std::uint8_t> bytes);
  Result<void> greet();
  Result<void> take(Message message);
  Result<void> command(std::span<const std::uint8_t> body);
  void connect(double transaction, const Amf& about);
  void publish(const std::vector<Amf>& values);
  void control(std::uint8_t type, std::uint32_t value);
  void reply(std::uint32_t stream, const std::vector<Amf>& values);
  void status(std::string_view level, std::string_view code, std::string_view description);
  void acknowledge(std::size_t count);

  State state_ = State::Hello;
  std::vector<std::uint8_t> hello_;  // until the handshake is over
  ChunkReader reader_;
  std::vector<std::uint8_t> answers_;
  std::vector<Message> media_;
  std::optional<Secret> wanted_;
  bool connected_ = false;
  std::uint64_t received_ = 0, acknowledged_ = 0;
  std::uint32_t window_ = 2'500'000;  // bytes after which the encoder waits for our word
};

}  // namespace vigil::ingest::rtmp
