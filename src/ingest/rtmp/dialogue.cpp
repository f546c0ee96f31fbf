#include "ingest/rtmp/dialogue.h"

#include <algorithm>
#include <random>
#include <utility>

namespace vigil::ingest::rtmp {
namespace {

constexpr std::uint8_t kVersion = 3;
constexpr std::size_t kHelloSize = 1536;
constexpr std::size_t kChunkSize = 4096;
constexpr std::uint8_t kControlChunks = 2, kCommandChunks = 3;
constexpr std::uint32_t kMediaStream = 1;
constexpr std::size_t kLargestCommand = 64 << 10;
constexpr std::string_view kApp = "live";

std::string_view without_query(std::string_view text) {
  text = text.substr(0, text.find('?'));
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  return text;
}

double number_of(const std::vector<Amf>& values, std::size_t at) {
  return values.size() > at && values[at].kind == Amf::Kind::Number ? values[at].number : 0;
}

}  // namespace

Result<void> Dialogue::push(std::span<const std::uint8_t> bytes) {
  acknowledge(bytes.size());
  return read(bytes);
}

Result<void> Dialogue::read(std::span<const std::uint8_t> bytes) {
  if (state_ == State::Over || bytes.empty()) return {};
  if (state_ == State::Hello || state_ == State::Echo) {
    const auto wanted = state_ == State::Hello ? 1 + kHelloSize : kHelloSize;
    const auto count = std::min(bytes.size(), wanted - hello_.size());
    hello_.insert(hello_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    if (hello_.front() != kVersion && state_ == State::Hello) {
      return make_error(ErrorKind::DataLoss, "that is no RTMP (or its encrypted kind, which is not spoken here)",
                        "rtmp.handshake");
    }
    if (hello_.size() < wanted) return {};
    VIGIL_TRY(greet());
    return read(bytes.subspan(count));
  }
  std::vector<Message> messages;
  VIGIL_TRY(reader_.push(bytes, messages));
  for (auto& message : messages) {
    if (state_ == State::Over) break;
    VIGIL_TRY(take(std::move(message)));
  }
  return {};
}

// 5.2: version, time and random bytes; then what the other side sent. Encoders check no more than that it comes.
Result<void> Dialogue::greet() {
  if (state_ == State::Echo) {
    state_ = State::Talking;
    hello_ = {};
    return {};
  }
  static thread_local std::minstd_rand random{std::random_device{}()};
  answers_.push_back(kVersion);
  answers_.insert(answers_.end(), 8, 0);
  for (std::size_t i = 8; i < kHelloSize; ++i) answers_.push_back(static_cast<std::uint8_t>(random() >> 8));
  answers_.insert(answers_.end(), hello_.begin() + 1, hello_.end());
  hello_.clear();
  state_ = State::Echo;
  return {};
}

void Dialogue::acknowledge(std::size_t count) {
  received_ += count;
  if (state_ < State::Talking || received_ - acknowledged_ < window_ / 2) return;
  acknowledged_ = received_;
  control(kAcknowledgement, static_cast<std::uint32_t>(received_));
}

Result<void> Dialogue::take(Message message) {
  constexpr std::uint8_t kPing = 6, kPong = 7;
  auto& body = message.body;
  switch (message.type) {
    case kAudio:
    case kVideo:
      if (state_ == State::Publishing) media_.push_back(std::move(message));
      return {};
    case kWindowSize:
      if (body.size() >= 4) {
        const auto size = static_cast<std::uint32_t>(body[0]) << 24 | static_cast<std::uint32_t>(body[1]) << 16 |
                          static_cast<std::uint32_t>(body[2]) << 8 | body[3];
        window_ = std::clamp<std::uint32_t>(size, 64 << 10, 1 << 30);
      }
      return {};
    case kUserControl:
      if (body.size() >= 6 && body[0] == 0 && body[1] == kPing) {
        body[1] = kPong;
        body.resize(6);
        write_message(kControlChunks, {kUserControl, 0, 0, std::move(body)}, kChunkSize, answers_);
      }
      return {};
    case kCommandAmf3:  // a zero, and then what is said in AMF 0 all the same
      if (body.empty() || body[0] != 0) return {};
      return command(std::span(body).subspan(1));
    case kCommand:
      return command(body);
    default:  // metadata and shared objects
      return {};
  }
}

Result<void> Dialogue::command(std::span<const std::uint8_t> body) {
  if (body.size() > kLargestCommand) {
    return make_error(ErrorKind::ResourceExhausted, "a command of more than 64 KiB", "rtmp.command");
  }
  VIGIL_ASSIGN(const auto values, read_amf(body));
  if (values.empty() || values[0].kind != Amf::Kind::String) return {};
  const auto& name = values[0].text;
  const auto transaction = number_of(values, 1);
  if (name == "connect") {
    connect(transaction, values.size() > 2 ? values[2] : Amf());
  } else if (!connected_) {
    return make_error(ErrorKind::DataLoss, "commands before connect", "rtmp.command");
  } else if (name == "createStream") {
    reply(0, {Amf::of("_result"), Amf::of(transaction), Amf(), Amf::of(static_cast<double>(kMediaStream))});
  } else if (name == "publish") {
    publish(values);
  } else if (name == "play" || name == "play2") {
    status("error", "NetStream.Play.Failed", "Nothing is played here: watch the camera by RTSP, HLS or WebRTC.");
    state_ = State::Over;
  } else if (name == "deleteStream" || name == "closeStream" || name == "FCUnpublish") {
    state_ = State::Over;
  } else if (transaction != 0) {  // releaseStream, FCPublish, _checkbw: nothing is to be done for them
    reply(0, {Amf::of("_result"), Amf::of(transaction), Amf(), Amf()});
  }
  return {};
}

void Dialogue::connect(double transaction, const Amf& about) {
  if (without_query(about.text_of("app")) != kApp) {
    reply(0, {Amf::of("_error"), Amf::of(transaction), Amf(),
              Amf::object({{"level", Amf::of("error")},
                           {"code", Amf::of("NetConnection.Connect.InvalidApp")},
                           {"description", Amf::of("The address is rtmp://host:port/live/KEY.")}})});
    state_ = State::Over;
    return;
  }
  connected_ = true;
  control(kWindowSize, 2'500'000);
  std::vector<std::uint8_t> bandwidth = {0x00, 0x26, 0x25, 0xa0, 2};  // 2 500 000, and whatever suits the encoder
  write_message(kControlChunks, {kPeerBandwidth, 0, 0, std::move(bandwidth)}, kChunkSize, answers_);
  control(kSetChunkSize, kChunkSize);
  auto answer = Amf::object({{"level", Amf::of("status")},
                             {"code", Amf::of("NetConnection.Connect.Success")},
                             {"description", Amf::of("Connected.")},
                             {"objectEncoding", Amf::of(0.0)}});
  // Enhanced RTMP: what may be sent with a FourCC.
  if (about.find("fourCcList") != nullptr) {
    answer.members.push_back({"fourCcList", Amf::array({"avc1", "hvc1", "mp4a"})});
  }
  reply(0, {Amf::of("_result"), Amf::of(transaction),
            Amf::object({{"fmsVer", Amf::of("Vigil/" VIGIL_VERSION)}, {"capabilities", Amf::of(31.0)}}), answer});
}

void Dialogue::publish(const std::vector<Amf>& values) {
  if (state_ != State::Talking) return;  // once
  if (values.size() < 4 || values[3].kind != Amf::Kind::String || without_query(values[3].text).empty()) {
    refuse("A stream key is missing: the address is rtmp://host:port/live/KEY.");
    return;
  }
  wanted_ = Secret(std::string(without_query(values[3].text)));
  state_ = State::Asked;
}

void Dialogue::accept() {
  if (state_ != State::Asked) return;
  state_ = State::Publishing;
  std::vector<std::uint8_t> begin = {0, 0, 0, 0, 0, kMediaStream};
  write_message(kControlChunks, {kUserControl, 0, 0, std::move(begin)}, kChunkSize, answers_);
  status("status", "NetStream.Publish.Start", "Go ahead.");
}

void Dialogue::refuse(std::string_view why) {
  status("error", "NetStream.Publish.BadName", why);
  state_ = State::Over;
}

void Dialogue::control(std::uint8_t type, std::uint32_t value) {
  std::vector<std::uint8_t> body;
  for (int shift = 24; shift >= 0; shift -= 8) body.push_back(static_cast<std::uint8_t>(value >> shift));
  write_message(kControlChunks, {type, 0, 0, std::move(body)}, kChunkSize, answers_);
}

void Dialogue::reply(std::uint32_t stream, const std::vector<Amf>& values) {
  Message message{kCommand, stream, 0, {}};
  for (const auto& value : values) write_amf(value, message.body);
  write_message(kCommandChunks, message, kChunkSize, answers_);
}

void Dialogue::status(std::string_view level, std::string_view code, std::string_view description) {
  reply(kMediaStream,
        {Amf::of("onStatus"), Amf::of(0.0), Amf(),
         Amf::object({{"level", Amf::of(level)}, {"code", Amf::of(code)}, {"description", Amf::of(description)}})});
}

}  // namespace vigil::ingest::rtmp
