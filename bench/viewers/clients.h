#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "meter.h"
#include "socket.h"

namespace vigil::viewers {

struct Viewing {
  Address address;
  std::vector<std::string> headers;  // of HTTP requests, such as "Authorization: Bearer …"
  std::string hello;                 // MSE: the text that is sent first, for servers that want one
  // How it reads. Zero: as fast as it can; else bytes a second; negative: it connects and never reads.
  std::int64_t pace = 0;
};

// Each watches until `stop`, and answers why it ended before; empty: it did not.
std::string watch_rtsp(const Viewing& viewing, Meter& meter, std::stop_token stop);  // RTP within the connection
std::string watch_mse(const Viewing& viewing, Meter& meter, std::stop_token stop);   // fragments over a WebSocket
std::string watch_hls(const Viewing& viewing, Meter& meter,
                      std::stop_token stop);  // LL-HLS, or HLS where there are no parts
std::string watch_whep(const Viewing& viewing, Meter& meter, std::stop_token stop);  // WebRTC over UDP

// Sleeps so that no more than `pace` bytes a second are read.
class Brake {
 public:
  Brake(std::int64_t pace, std::stop_token stop) : pace_(pace), stop_(std::move(stop)), began_(Clock::now()) {}
  void read(std::size_t bytes);
  // For those that never read: until the end.
  void stand() const;

 private:
  const std::int64_t pace_;
  const std::stop_token stop_;
  const Clock::time_point began_;
  std::int64_t bytes_ = 0;
};

}  // namespace vigil::viewers
