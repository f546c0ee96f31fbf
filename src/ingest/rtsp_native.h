#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>

#include "ingest/egress.h"
#include "ingest/loop.h"
#include "ingest/native/client.h"
#include "ingest/source.h"

namespace vigil::ingest {

// RTSP and RTSPS by our own client (docs/adr/0016-rtp-module-and-native-rtsp.md) for whoever wants to wait for it: the
// client of the sessions on a loop of its own, whose rounds open() and read() run. The same contract as RtspSource, but
// a picture is handed on with its last packet instead of with the first of the next one, Digest knows SHA-256,
// redirects are followed within the network rules, and the quirks of cameras are taken.
class NativeRtspSource final : public Source, private Receiver {
 public:
  NativeRtspSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
                   std::chrono::milliseconds first_packet = native::Client::kFirstPacket);
  ~NativeRtspSource() override;

  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  void opened(const SourceInfo& info) override { info_ = info; }
  bool packet(media::Packet packet) override;
  void ended(const Failure& why) override { end_ = why; }

  Loop loop_;
  std::atomic<bool> stopped_{false};
  std::optional<SourceInfo> info_;
  std::deque<media::Packet> packets_;
  std::optional<Failure> end_;
  native::Client client_;
};

}  // namespace vigil::ingest
