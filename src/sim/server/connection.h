#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "rtp/parser.h"
#include "sim/rtsp/dialogue.h"
#include "sim/server/cameras.h"
#include "sim/server/playback.h"
#include "sim/server/udp_ports.h"

namespace vigil::sim {

// One RTSP client: its socket, its dialogue and what is played to it. On the network thread. Keeps itself alive while
// the socket is open.
class Connection final : public std::enable_shared_from_this<Connection>, private PacketSink {
 public:
  struct Limits {
    std::size_t max_waiting_bytes = 4 << 20;
    int session_timeout_s = 60;
  };

  // `closed` is called once.
  Connection(boost::asio::ip::tcp::socket socket, rtsp::DialogueConfig dialogue, Limits limits, const Cameras& cameras,
             UdpPorts& udp, std::function<void(Connection*)> closed);

  void start();
  void faults_changed();
  void heard(const UdpPorts::Endpoint& from);  // by UDP; only one's own is a sign of life
  void close();

 private:
  // Listens to the feed of one track, and to the one that takes its place at its next key frame.
  struct Tap final : FeedListener {
    Tap(Connection& to, int track_number) : owner(to), track(track_number) {}
    void on_unit(const media::Packet& packet) override;
    Connection& owner;
    int track;
    Feed* feed = nullptr;
    bool successor = false;
  };

  void send_rtp(const rtsp::SetUpTrack& track, std::span<const media::RtpPacket> packets) override;
  void send_rtcp(const rtsp::SetUpTrack& track, std::span<const std::uint8_t> report) override;
  void break_off(const rtsp::SetUpTrack& track, std::span<const media::RtpPacket> packets) override;

  void read();
  void on_bytes(std::size_t count);
  void act(const rtsp::Answer& answer);
  void play();
  void listen(int track);
  void stop_listening();
  void take_over(Tap& successor);
  void enqueue(std::vector<std::uint8_t> bytes);
  void flush();
  void arm();
  void on_timer();
  void reset();
  UdpPorts::Endpoint client(std::uint16_t port) const;
  Moment moment() const { return {cameras_.time().now(), cameras_.time().wall()}; }
  Fault fault() const;

  boost::asio::ip::tcp::socket socket_;
  const Limits limits_;
  const Cameras& cameras_;
  UdpPorts& udp_;
  std::function<void(Connection*)> closed_;
  boost::asio::ip::address peer_;
  rtp::MessageParser parser_;
  rtsp::Dialogue dialogue_;
  std::unique_ptr<Playback> playback_;
  std::vector<std::unique_ptr<Tap>> taps_;
  std::array<std::uint8_t, 8192> buffer_{};
  std::deque<std::vector<std::uint8_t>> waiting_;
  std::size_t waiting_bytes_ = 0, sent_of_first_ = 0;
  bool waiting_for_socket_ = false, close_when_sent_ = false;
  boost::asio::steady_timer timer_;
  std::optional<Ticks> armed_for_;
  Ticks last_sign_{0};
};

}  // namespace vigil::sim
