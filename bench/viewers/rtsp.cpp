#include <map>

#include "clients.h"

namespace vigil::viewers {
namespace {

// The first video track's control address of a description.
std::string video_control(const std::string& sdp, const std::string& base) {
  auto section = sdp.find("m=video");
  if (section == std::string::npos) return {};
  const auto end = std::min(sdp.find("\nm=", section + 1), sdp.size());
  const auto at = sdp.find("a=control:", section);
  if (at == std::string::npos || at > end) return base;
  const auto from = at + 10;
  const auto control = sdp.substr(from, sdp.find_first_of("\r\n", from) - from);
  if (control.rfind("rtsp://", 0) == 0) return control;
  return base + (base.ends_with('/') ? "" : "/") + control;
}

class Dialogue {
 public:
  Dialogue(Socket& socket, const Address& address, std::stop_token stop)
      : socket_(socket), address_(address), stop_(std::move(stop)) {}

  std::optional<Reply> ask(const std::string& method, const std::string& url, const std::string& more = "") {
    auto request = method + " " + url + " RTSP/1.0\r\nCSeq: " + std::to_string(++number_) +
                   "\r\nUser-Agent: vigil-viewers\r\n" + basic_authorization(address_) + more;
    if (!session_.empty()) request += "Session: " + session_ + "\r\n";
    if (!socket_.send(request + "\r\n")) return std::nullopt;
    auto reply = read_reply(socket_, method == "DESCRIBE", stop_);
    if (reply && reply->headers.contains("session")) {
      session_ = reply->headers["session"].substr(0, reply->headers["session"].find(';'));
    }
    return reply;
  }

 private:
  Socket& socket_;
  const Address& address_;
  const std::stop_token stop_;
  std::string session_;
  int number_ = 0;
};

}  // namespace

std::string watch_rtsp(const Viewing& viewing, Meter& meter, std::stop_token stop) {
  Socket socket;
  if (!socket.connect(viewing.address)) return "no connection";
  const auto url = "rtsp://" + viewing.address.host + ":" + viewing.address.port + viewing.address.path;
  Dialogue dialogue(socket, viewing.address, stop);
  auto described = dialogue.ask("DESCRIBE", url, "Accept: application/sdp\r\n");
  if (!described || described->status != 200) return "DESCRIBE " + std::to_string(described ? described->status : 0);
  const auto base = described->headers.contains("content-base") ? described->headers["content-base"] : url;
  const auto control = video_control(described->body, base);
  if (control.empty()) return "no video";
  auto set_up = dialogue.ask("SETUP", control, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n");
  if (!set_up || set_up->status != 200) return "SETUP " + std::to_string(set_up ? set_up->status : 0);
  auto played = dialogue.ask("PLAY", base, "Range: npt=0.000-\r\n");
  if (!played || played->status != 200) return "PLAY " + std::to_string(played ? played->status : 0);
  Brake brake(viewing.pace, stop);
  if (viewing.pace < 0) brake.stand();
  while (!stop.stop_requested()) {
    auto head = socket.exactly(4, stop);
    if (!head) break;
    if ((*head)[0] != '$') return "not RTP";
    const auto size =
        static_cast<std::size_t>(static_cast<unsigned char>((*head)[2])) << 8 | static_cast<unsigned char>((*head)[3]);
    auto packet = socket.exactly(size, stop);
    if (!packet) break;
    if ((*head)[1] == 0) meter.whole({reinterpret_cast<const std::uint8_t*>(packet->data()), packet->size()});
    brake.read(size);
  }
  return stop.stop_requested() ? "" : "the connection ended";
}

}  // namespace vigil::viewers
