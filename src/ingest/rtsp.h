#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "ingest/demuxed.h"
#include "ingest/source.h"

namespace vigil::ingest {

// The transports to try, in this order; true: TCP.
std::vector<bool> rtsp_transports(model::Transport wanted);

// RTSP and RTSPS. Auto asks for TCP first, then UDP; Udp asks for UDP first, then TCP. The second is tried when the
// camera refuses the first (461) or nothing comes over it; so open() includes the wait for the first packet while
// there is another transport left.
class RtspSource final : public Source {
 public:
  // A transport over which nothing has come for so long is given up for the next one.
  static constexpr std::chrono::milliseconds kFirstPacket{3000};

  RtspSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
             std::chrono::milliseconds first_packet = kFirstPacket);

  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  media::Demuxed<SourceInfo> connect(const Url& reached, bool tcp, std::chrono::milliseconds timeout);
  media::Demuxed<media::Packet> await_first(std::chrono::milliseconds timeout);

  const SourceConfig config_;
  const std::shared_ptr<const EgressPolicy> egress_;
  const std::chrono::milliseconds first_packet_;
  std::stop_source stop_;
  std::unique_ptr<StoppableDemuxer> demuxer_;
  SteadyTime opened_{};  // the demuxer's last_packet() before the first one
  std::optional<media::Packet> first_;
  bool seen_ = false;
};

}  // namespace vigil::ingest
