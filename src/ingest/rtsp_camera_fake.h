#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ingest/loopback_fake.h"
#include "ingest/udp_proxy_fake.h"
#include "media/rtp.h"
#include "media/sample.h"
#include "media/sdp.h"

namespace vigil::ingest {

// How a camera of the tests behaves. It sends H.264 over what it was asked for, and is then silent.
struct RtspPlan {
  std::map<std::string, int> status;  // by method, instead of 200
  bool tcp = true, udp = true;        // false: SETUP for it gets 461
  bool mute_tcp = false, mute_udp = false;
  bool close_after = false;  // instead of silence after the last packet
  std::string password;      // base64 of "user:password"; empty: open to everybody
  std::string moved_to;      // DESCRIBE is answered with 302 to there
  int frames = 10;
  std::function<UdpProxy::Line()> line;  // UDP goes by way of it; empty: straight
};

class RtspCamera {
 public:
  explicit RtspCamera(RtspPlan plan)
      : plan_(std::move(plan)),
        media_(make_media(plan_.frames)),
        server_([this](LoopbackPeer& peer) { serve(peer); }) {}

  std::string url() const { return server_.url("rtsp", "/cam"); }
  std::string url_with(const std::string& credentials) const {
    return "rtsp://" + credentials + "@127.0.0.1:" + std::to_string(server_.port()) + "/cam";
  }
  int connections() const { return server_.connections(); }
  // What it sends, as whoever reads it is to get it.
  const std::vector<std::vector<std::uint8_t>>& pictures() const { return media_.pictures; }

 private:
  struct Media {
    std::string sdp;
    std::vector<std::string> rtp;
    std::vector<std::vector<std::uint8_t>> pictures;
  };

  static Media make_media(int frames) {
    media::SampleOptions options;
    options.width = 160;
    options.height = 120;
    options.frames = frames;
    auto packets = media::sample_packets(options);
    VIGIL_ASSERT(packets.ok());
    Media made;
    std::vector<media::SdpTrack> tracks = {{packets->front().params, 96, "trackID=0"}};
    made.sdp = media::write_sdp({}, tracks);
    media::RtpConfig config;
    config.timestamp_offset = 90000;
    media::RtpPacketiser packetiser(config);
    for (const auto& packet : *packets) {
      auto rtp = packetiser.packetise(packet);
      VIGIL_ASSERT(rtp.ok());
      const auto view = packet.data.view();
      made.pictures.emplace_back(view.begin(), view.end());
      for (const auto& one : *rtp) made.rtp.emplace_back(one.bytes.begin(), one.bytes.end());
    }
    return made;
  }

  static std::string field(const std::string& request, const std::string& name) {
    auto at = request.find(name);
    if (at == std::string::npos) return "";
    at += name.size();
    return request.substr(at, request.find("\r\n", at) - at);
  }

  void serve(LoopbackPeer& peer) {
    int client_port = 0;  // of UDP
    std::unique_ptr<UdpProxy> proxy;
    for (;;) {
      auto request = peer.read_request();
      if (request.empty()) return;
      auto method = request.substr(0, request.find(' '));
      auto transport = field(request, "Transport: ");
      bool tcp = transport.find("interleaved") != std::string::npos;
      int status = plan_.status.count(method) != 0 ? plan_.status.at(method) : 200;
      if (method == "SETUP" && !(tcp ? plan_.tcp : plan_.udp)) status = 461;
      if (!plan_.password.empty() && method != "OPTIONS" && field(request, "Authorization: Basic ") != plan_.password)
        status = 401;
      if (!plan_.moved_to.empty() && method == "DESCRIBE") status = 302;
      std::string headers = "CSeq: " + field(request, "CSeq: ") + "\r\nSession: 7\r\n", body;
      if (status == 401) headers += "WWW-Authenticate: Basic realm=\"cam\"\r\n";
      if (status == 302) headers += "Location: " + plan_.moved_to + "\r\n";
      if (status == 200 && method == "DESCRIBE") {
        body = media_.sdp;
        headers += "Content-Type: application/sdp\r\n";
      }
      if (status == 200 && method == "SETUP") {
        if (!tcp) client_port = std::stoi(field(transport + "\r\n", "client_port="));
        if (!tcp && plan_.line) {
          proxy = std::make_unique<UdpProxy>(static_cast<std::uint16_t>(client_port), plan_.line());
          client_port = proxy->port();
        }
        headers += "Transport: " + transport + (tcp ? "" : ";server_port=50000-50001") + "\r\n";
      }
      headers += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
      peer.send("RTSP/1.0 " + std::to_string(status) + " Text\r\n" + headers + body);
      if (method == "PLAY" && status == 200) {
        client_port != 0 ? send_udp(client_port) : send_tcp(peer);
        if (plan_.close_after) return;
      }
    }
  }

  void send_tcp(LoopbackPeer& peer) const {
    if (plan_.mute_tcp) return;
    for (const auto& packet : media_.rtp) {
      std::string frame = {'$', 0, static_cast<char>(packet.size() >> 8), static_cast<char>(packet.size() & 0xff)};
      peer.send(frame + packet);
    }
  }

  void send_udp(int port) const {
    if (plan_.mute_udp) return;
    int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    for (const auto& packet : media_.rtp) {
      ::sendto(fd, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }
    ::close(fd);
  }

  const RtspPlan plan_;
  const Media media_;
  LoopbackServer server_;
};

}  // namespace vigil::ingest
