#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// A client for tests that speaks to the simulator by raw sockets over loopback: waits for bytes, never for time.

namespace vigil::sim {

constexpr int kPatience = 5000;  // milliseconds until a missing answer is a failure

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class Socket {
 public:
  explicit Socket(int type) : fd_(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

  // 0, or the errno of connect().
  int connect(std::uint16_t port) {
    auto address = loopback(port);
    return ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  }
  std::uint16_t bind(std::uint16_t port) {
    auto address = loopback(port);
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 0;
    socklen_t length = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
  }
  // Bytes, or nothing at the end, at an error (then errno_ is it) and when nothing comes.
  std::vector<std::uint8_t> receive(int patience = kPatience) {
    std::vector<std::uint8_t> bytes(65536);
    pollfd poller{fd_, POLLIN, 0};
    error_ = ETIMEDOUT;
    if (::poll(&poller, 1, patience) <= 0) return {};
    auto count = ::recv(fd_, bytes.data(), bytes.size(), 0);
    error_ = count < 0 ? errno : 0;
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }
  int error() const { return error_; }

 private:
  int fd_;
  int error_ = 0;
};

struct Rtp {
  int channel = 0;
  std::vector<std::uint8_t> bytes;
  int payload_type() const { return bytes[1] & 0x7f; }
  std::uint16_t sequence() const { return static_cast<std::uint16_t>(bytes[2] << 8 | bytes[3]); }
  int nal_type() const { return bytes[12] & 0x1f; }
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(SOCK_STREAM), port_(port) { connected_ = socket_.connect(port); }

  int connected() const { return connected_; }
  Socket& socket() { return socket_; }
  const std::string& reply() const { return reply_; }

  void send(const std::string& method, const std::string& path, const std::string& fields = "") {
    auto text = fmt::format("{} rtsp://127.0.0.1:{}{} RTSP/1.0\r\nCSeq: {}\r\n{}{}\r\n", method, port_, path, ++cseq_,
                            session_.empty() ? "" : "Session: " + session_ + "\r\n", fields);
    ASSERT_EQ(::send(socket_.fd(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // Sends and returns the status; 0 when the connection ends or says nothing.
  int ask(const std::string& method, const std::string& path, const std::string& fields = "") {
    send(method, path, fields);
    for (;;) {
      while (!buffer_.empty() && buffer_[0] == '$') {
        if (!take_frame()) break;
      }
      auto end = buffer_.find("\r\n\r\n");
      if (!buffer_.empty() && buffer_[0] == 'R' && end != std::string::npos) {
        auto length = field("Content-Length", buffer_.substr(0, end + 2));
        auto total = end + 4 + (length.empty() ? 0 : std::stoul(length));
        if (buffer_.size() >= total) {
          reply_ = buffer_.substr(0, total);
          buffer_.erase(0, total);
          if (session_.empty()) session_ = field("Session", reply_).substr(0, field("Session", reply_).find(';'));
          return std::stoi(reply_.substr(9, 3));
        }
      }
      if (!fill()) return 0;
    }
  }
  int play(const std::string& path, const std::string& transport = "RTP/AVP/TCP;unicast;interleaved=0-1") {
    if (int status = ask("DESCRIBE", path, "Accept: application/sdp\r\n"); status != 200) return status;
    if (int status = ask("SETUP", path + "/trackID=0", "Transport: " + transport + "\r\n"); status != 200)
      return status;
    return ask("PLAY", path + "/");
  }
  // The next interleaved frame; nothing at the end.
  std::optional<Rtp> frame() {
    while (frames_.empty()) {
      if (!take_frame() && !fill()) return std::nullopt;
    }
    auto first = std::move(frames_.front());
    frames_.erase(frames_.begin());
    return first;
  }
  static std::string field(const std::string& name, const std::string& text) {
    auto begin = text.find("\r\n" + name + ": ");
    if (begin == std::string::npos) return {};
    begin += name.size() + 4;
    return text.substr(begin, text.find("\r\n", begin) - begin);
  }

 private:
  bool fill() {
    auto bytes = socket_.receive();
    buffer_.append(bytes.begin(), bytes.end());
    return !bytes.empty();
  }
  bool take_frame() {
    if (buffer_.size() < 4 || buffer_[0] != '$') return false;
    const auto length =
        static_cast<std::size_t>(static_cast<std::uint8_t>(buffer_[2]) << 8 | static_cast<std::uint8_t>(buffer_[3]));
    if (buffer_.size() < 4 + length) return false;
    frames_.push_back({buffer_[1], {buffer_.begin() + 4, buffer_.begin() + 4 + static_cast<std::ptrdiff_t>(length)}});
    buffer_.erase(0, 4 + length);
    return true;
  }

  Socket socket_;
  std::uint16_t port_;
  int connected_ = 0, cseq_ = 0;
  std::string session_, buffer_, reply_;
  std::vector<Rtp> frames_;
};

}  // namespace vigil::sim
