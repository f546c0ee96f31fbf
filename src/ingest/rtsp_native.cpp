#include "ingest/rtsp_native.h"

#include <utility>

namespace vigil::ingest {
namespace {

Failure stopped() {
  return {model::FailureReason::Stopped, "stopped"};
}

}  // namespace

NativeRtspSource::NativeRtspSource(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
                                   std::chrono::milliseconds first_packet)
    : client_(config, std::move(egress), loop_, *this, first_packet) {}

NativeRtspSource::~NativeRtspSource() = default;

bool NativeRtspSource::packet(media::Packet packet) {
  packets_.push_back(std::move(packet));
  return true;
}

Outcome<SourceInfo> NativeRtspSource::open() {
  client_.start();
  while (!info_) {
    if (stopped_) return stopped();
    if (end_) return *end_;
    loop_.round();
  }
  return *info_;
}

Outcome<media::Packet> NativeRtspSource::read() {
  while (packets_.empty()) {
    if (stopped_) return stopped();
    if (end_) return *end_;
    loop_.round();
  }
  auto packet = std::move(packets_.front());
  packets_.pop_front();
  return packet;
}

void NativeRtspSource::interrupt() {
  stopped_ = true;
  loop_.post([] {});
}

}  // namespace vigil::ingest
