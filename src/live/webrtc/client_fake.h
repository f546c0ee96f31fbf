#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "live/rtp/header.h"
#include "live/webrtc/dtls.h"
#include "live/webrtc/offer_fake.h"
#include "live/webrtc/srtp.h"
#include "live/webrtc/stun.h"

// A viewer of our own, for tests and load: full ICE as far as a lite agent needs it, DTLS client, SRTP. Over UDP or
// TCP on loopback, one socket, no threads; everything that waits has a limit.

namespace vigil::live::webrtc {

class ClientFake {
 public:
  explicit ClientFake(std::shared_ptr<const DtlsContext> context = DtlsContext::make().value())
      : context_(std::move(context)) {}
  ~ClientFake() {
    if (fd_ >= 0) ::close(fd_);
  }
  ClientFake(const ClientFake&) = delete;
  ClientFake& operator=(const ClientFake&) = delete;

  std::string offer(const std::string& video_codecs = "") const {
    return browser_offer(video_codecs, to_text(context_->fingerprint()));
  }

  // Takes the answer; false when it is not one.
  bool take(const std::string& answer) {
    server_ufrag_ = line(answer, "a=ice-ufrag:");
    server_password_ = line(answer, "a=ice-pwd:");
    auto fingerprint = parse_fingerprint(line(answer, "a=fingerprint:"));
    const auto at = answer.find(" udp ");
    if (!fingerprint || at == std::string::npos) return false;
    std::array<char, 64> ip{};
    unsigned priority = 0, port = 0;
    if (std::sscanf(answer.c_str() + at, " udp %u %63s %u", &priority, ip.data(), &port) != 3) return false;
    server_ = parse_endpoint(ip.data(), static_cast<std::uint16_t>(port));
    dtls_ = std::make_unique<Dtls>(context_, Dtls::Role::Client, *fingerprint);
    return server_.has_value();
  }

  // Sends to another address from now on: a proxy's.
  void by_way_of(const Endpoint& proxy) { server_ = proxy; }
  const Endpoint& server() const { return *server_; }

  // Takes the answer to an ICE restart, and goes to another address.
  bool restart(const std::string& fragment, const std::string& own_ufrag) {
    server_ufrag_ = line(fragment, "a=ice-ufrag:");
    server_password_ = line(fragment, "a=ice-pwd:");
    own_ufrag_ = own_ufrag;
    if (fd_ >= 0) ::close(fd_);
    return !server_ufrag_.empty() && !server_password_.empty() && open();
  }
  // Checks until that is answered.
  bool check() {
    for (int i = 0; i < 200; ++i) {
      if (i % 4 == 0) send_check();
      auto datagram = receive(50);
      if (!datagram || !stun::looks_like(*datagram)) continue;
      const auto answer = stun::parse(*datagram);
      if (answer && answer->type == stun::kBindingSuccess && stun::integrity_holds(*answer, server_password_))
        return true;
    }
    return false;
  }

  bool open(bool tcp = false) {
    tcp_ = tcp;
    const int family = server_->is_v4() ? AF_INET : AF_INET6;
    fd_ = socket(family, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    const int size = 1 << 20;
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    sockaddr_storage name{};
    const auto length = to_sockaddr(*server_, family, name);
    return fd_ >= 0 && ::connect(fd_, reinterpret_cast<sockaddr*>(&name), length) == 0;
  }

  void send(std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> framed;
    if (tcp_) framed = {static_cast<std::uint8_t>(bytes.size() >> 8), static_cast<std::uint8_t>(bytes.size())};
    framed.insert(framed.end(), bytes.begin(), bytes.end());
    [[maybe_unused]] const auto sent = ::send(fd_, framed.data(), framed.size(), MSG_NOSIGNAL);
  }

  void send_check(bool nominate = true) {
    stun::Request request;
    request.username = server_ufrag_ + ":" + own_ufrag_;
    request.use_candidate = nominate;
    request.transaction[0] = static_cast<std::uint8_t>(++checks_);
    send(stun::request(request, server_password_));
  }

  // One datagram; nothing: none came in time.
  std::optional<std::vector<std::uint8_t>> receive(int timeout_ms) {
    pollfd waiting{fd_, POLLIN, 0};
    std::vector<std::uint8_t> out(4096);
    if (tcp_) {
      while (true) {
        if (held_.size() >= 2) {
          const std::size_t size = held_[0] << 8 | held_[1];
          if (held_.size() >= 2 + size) {
            out.assign(held_.begin() + 2, held_.begin() + static_cast<std::ptrdiff_t>(2 + size));
            held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(2 + size));
            return out;
          }
        }
        if (::poll(&waiting, 1, timeout_ms) <= 0) return std::nullopt;
        const auto count = recv(fd_, out.data(), out.size(), 0);
        if (count <= 0) return std::nullopt;
        held_.insert(held_.end(), out.begin(), out.begin() + count);
      }
    }
    if (::poll(&waiting, 1, timeout_ms) <= 0) return std::nullopt;
    const auto count = recv(fd_, out.data(), out.size(), 0);
    if (count <= 0) return std::nullopt;
    out.resize(static_cast<std::size_t>(count));
    return out;
  }

  // Check, handshake, keys. False when it does not come about within ten seconds.
  bool connect() {
    send_check();
    bool admitted = false;
    for (int i = 0; i < 200 && !srtp_; ++i) {
      auto datagram = receive(50);
      if (!datagram) {
        if (!admitted) send_check();
        dtls_->tick();
      } else if (stun::looks_like(*datagram)) {
        const auto answer = stun::parse(*datagram);
        if (!admitted && answer && answer->type == stun::kBindingSuccess &&
            stun::integrity_holds(*answer, server_password_)) {
          admitted = true;
          mapped_ = answer->mapped;
          dtls_->start();
        }
      } else {
        take_dtls(*datagram);
      }
      flush();
    }
    return srtp_ != nullptr;
  }

  struct Packet {
    rtp::Header header;
    std::vector<std::uint8_t> payload;
  };
  // The next RTP packet; everything else is dealt with on the way. Nothing: none came in time, or it is over.
  std::optional<Packet> next(int timeout_ms) {
    for (int i = 0; i < 1000; ++i) {
      auto datagram = receive(timeout_ms);
      if (!datagram) return std::nullopt;
      if (auto packet = take(*datagram)) return packet;
      if (over()) return std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<Packet> take(std::vector<std::uint8_t>& datagram) {
    if (stun::looks_like(datagram)) return std::nullopt;
    if (datagram[0] < 64) {
      take_dtls(datagram);
      flush();
      return std::nullopt;
    }
    if (!srtp_) return std::nullopt;
    if (datagram[1] >= 192 && datagram[1] <= 223) {
      if (!srtp_->open_rtcp(datagram).empty()) ++reports_;
      return std::nullopt;
    }
    const auto parsed = rtp::parse(srtp_->open(datagram));
    if (!parsed) return std::nullopt;
    return Packet{parsed->header, {parsed->payload.begin(), parsed->payload.end()}};
  }

  void send_rtcp(std::vector<std::uint8_t> packet) {
    const auto size = packet.size();
    packet.resize(size + Srtp::kTrailer);
    packet.resize(srtp_->protect_rtcp(packet, size));
    send(packet);
  }

  void hang_up() {
    dtls_->close();
    flush();
  }

  bool over() const { return dtls_->state() == Dtls::State::Closed; }
  int reports() const { return reports_; }
  int fd() const { return fd_; }
  SrtpProfile profile() const { return dtls_->keys()->profile; }
  const std::optional<Endpoint>& mapped() const { return mapped_; }
  const std::string& server_ufrag() const { return server_ufrag_; }
  const std::string& server_password() const { return server_password_; }

 private:
  static std::string line(const std::string& text, const std::string& begin) {
    const auto at = text.find(begin);
    if (at == std::string::npos) return {};
    const auto from = at + begin.size();
    return text.substr(from, text.find_first_of("\r\n", from) - from);
  }

  void take_dtls(std::span<const std::uint8_t> datagram) {
    dtls_->receive(datagram);
    if (dtls_->state() == Dtls::State::Established && !srtp_) srtp_ = Srtp::make(*dtls_->keys(), false).value();
  }

  void flush() {
    for (const auto& one : dtls_->take()) send(one);
  }

  std::shared_ptr<const DtlsContext> context_;
  std::string server_ufrag_, server_password_, own_ufrag_ = "clnt";
  std::optional<Endpoint> server_, mapped_;
  std::unique_ptr<Dtls> dtls_;
  std::unique_ptr<Srtp> srtp_;
  std::vector<std::uint8_t> held_;
  bool tcp_ = false;
  int fd_ = -1, reports_ = 0, checks_ = 0;
};

}  // namespace vigil::live::webrtc
