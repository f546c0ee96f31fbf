#pragma once

#include <memory>
#include <string>

#include "ingest/source.h"

namespace vigil::ingest {

namespace native {
class Connection;
}

// RTSP and RTSPS by our own client (docs/adr/0016-rtp-module-and-native-rtsp.md): the same contract as RtspSource, but
// a picture is handed on with its last packet instead of with the first of the next one, Digest knows SHA-256,
// redirects are followed within the network rules, and the quirks of cameras are taken. Auto asks for TCP first, then
// UDP; Udp asks for UDP first, then TCP. Runs on its session's thread and starts none.
class NativeRtspSource final : public Source {
 public:
  // A transport over which nothing has come for so long is given up for the next one.
  static constexpr std::chrono::milliseconds kFirstPacket{3000};

  NativeRtspSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
                   std::chrono::milliseconds first_packet = kFirstPacket);
  ~NativeRtspSource() override;

  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  Outcome<Url> follow(const Url& from, const std::string& location) const;
  // One try over one transport, redirects included.
  Outcome<SourceInfo> open_by(bool tcp, bool last, SteadyTime deadline, bool& other_transport);

  const SourceConfig config_;
  const std::shared_ptr<const EgressPolicy> egress_;
  const std::chrono::milliseconds first_packet_;
  struct Stop;
  const std::unique_ptr<Stop> stop_;
  std::unique_ptr<native::Connection> connection_;
  bool seen_ = false;
};

}  // namespace vigil::ingest
