#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// The least RTSP server that a client believes: one connection on the loopback, interleaved transport. For tests.

namespace vigil::media {

struct FakeRtspPlan {
  std::string sdp;
  // Sent after PLAY: channel and packet.
  std::vector<std::pair<int, std::vector<std::uint8_t>>> frames;
  int status = 200;        // of DESCRIBE
  bool silent = false;     // accepts and never answers
  bool rtcp_only = false;  // after PLAY repeats frames[0] until the client goes
};

class FakeRtsp {
 public:
  explicit FakeRtsp(FakeRtspPlan plan)
      : plan_(std::move(plan)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    ::listen(listener_, 1);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeRtsp() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
  }
  FakeRtsp(const FakeRtsp&) = delete;
  FakeRtsp& operator=(const FakeRtsp&) = delete;

  std::string url() const { return "rtsp://admin:hidden-word@127.0.0.1:" + std::to_string(port_) + "/cam"; }
  std::string methods() const { return methods_; }  // after the client has gone

 private:
  bool readable(int socket, int milliseconds) const {
    pollfd entry{socket, POLLIN, 0};
    return ::poll(&entry, 1, milliseconds) > 0;
  }

  void serve() {
    while (!stop_ && !readable(listener_, 20)) {
    }
    if (stop_) return;
    int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    std::string pending;
    bool playing = false;
    while (!stop_) {
      if (playing && plan_.rtcp_only) send_frame(client, plan_.frames.at(0));
      if (!readable(client, 20)) continue;
      char buffer[2048];
      auto count = ::recv(client, buffer, sizeof buffer, 0);
      if (count <= 0) break;
      pending.append(buffer, static_cast<std::size_t>(count));
      for (auto end = pending.find("\r\n\r\n"); end != std::string::npos; end = pending.find("\r\n\r\n")) {
        auto request = pending.substr(0, end + 4);
        pending.erase(0, end + 4);
        if (plan_.silent) continue;
        answer(client, request);
        if (request.starts_with("PLAY")) {
          playing = true;
          if (plan_.rtcp_only) continue;
          for (const auto& frame : plan_.frames) send_frame(client, frame);
        }
      }
    }
    ::close(client);
  }

  static std::string field(const std::string& request, const std::string& name) {
    auto at = request.find(name);
    if (at == std::string::npos) return "";
    at += name.size();
    return request.substr(at, request.find("\r\n", at) - at);
  }

  void answer(int client, const std::string& request) {
    methods_ += request.substr(0, request.find(' ')) + " ";
    bool describe = request.starts_with("DESCRIBE");
    auto text = "RTSP/1.0 " + std::to_string(describe ? plan_.status : 200) +
                " Text\r\nCSeq: " + field(request, "CSeq: ") + "\r\n";
    if (describe && plan_.status == 401) text += "WWW-Authenticate: Basic realm=\"cam\"\r\n";
    if (describe && plan_.status == 200) {
      text += "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(plan_.sdp.size()) + "\r\n\r\n" +
              plan_.sdp;
    } else if (request.starts_with("SETUP")) {
      text += "Session: 1\r\nTransport: " + field(request, "Transport: ") + "\r\n\r\n";
    } else {
      text += request.starts_with("OPTIONS") ? "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n"
                                             : "Session: 1\r\n\r\n";
    }
    write(client, text.data(), text.size());
  }

  void send_frame(int client, const std::pair<int, std::vector<std::uint8_t>>& frame) {
    std::vector<std::uint8_t> bytes = {'$', static_cast<std::uint8_t>(frame.first),
                                       static_cast<std::uint8_t>(frame.second.size() >> 8),
                                       static_cast<std::uint8_t>(frame.second.size())};
    bytes.insert(bytes.end(), frame.second.begin(), frame.second.end());
    write(client, bytes.data(), bytes.size());
  }

  static void write(int client, const void* data, std::size_t size) {
    const auto* at = static_cast<const char*>(data);
    while (size > 0) {
      auto count = ::send(client, at, size, MSG_NOSIGNAL);
      if (count <= 0) return;
      at += count;
      size -= static_cast<std::size_t>(count);
    }
  }

  FakeRtspPlan plan_;
  int listener_;
  int port_ = 0;
  std::string methods_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace vigil::media
