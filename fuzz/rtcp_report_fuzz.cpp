#include <cstddef>
#include <cstdint>
#include <span>

#include "rtp/rtcp.h"

// Reports of a camera.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  vigil::rtp::looks_like_rtcp(bytes);
  auto parsed = vigil::rtp::parse_rtcp(bytes);
  if (!parsed) return 0;
  vigil::rtp::ReceptionMeter meter(90000);
  for (const auto& report : parsed->senders) {
    vigil::rtp::wall_time_of(report.ntp);
    meter.packet(report.ssrc, static_cast<std::uint16_t>(report.packets), report.rtp_timestamp, {});
    meter.report(report, {});
  }
  vigil::rtp::parse_rtcp(meter.make_report(1, vigil::SteadyTime{}));
  return 0;
}
