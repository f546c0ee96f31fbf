#include "sim/fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace vigil::sim {
namespace {

struct Row {
  FaultKind kind;
  std::string_view name;
  std::string_view amount;  // unit, empty: none
  double usual = 0, least = 0, most = 0;
  std::string_view text;
};

constexpr std::array kRows = {
    Row{FaultKind::None, "none", "", 0, 0, 0, "no fault"},
    Row{FaultKind::Refuse, "refuse", "", 0, 0, 0, "nobody listens (a single camera: reset at DESCRIBE)"},
    Row{FaultKind::HalfOpen, "half-open", "", 0, 0, 0, "takes the connection and never says a word"},
    Row{FaultKind::WrongPassword, "wrong-password", "", 0, 0, 0, "401 whatever the client sends"},
    Row{FaultKind::NotFound, "not-found", "", 0, 0, 0, "404 at DESCRIBE"},
    Row{FaultKind::Busy, "busy", "", 0, 0, 0, "453 Not Enough Bandwidth at SETUP"},
    Row{FaultKind::Silence, "silence", "", 0, 0, 0, "answers RTSP, but sends neither RTP nor RTCP"},
    Row{FaultKind::RtcpOnly, "rtcp-only", "", 0, 0, 0, "sends RTCP reports, but no RTP"},
    Row{FaultKind::Frozen, "frozen", "", 0, 0, 0, "the same picture again and again"},
    Row{FaultKind::NoKeyframe, "no-keyframe", "", 0, 0, 0, "key frames are left out"},
    Row{FaultKind::UdpLoss, "udp-loss", "PERCENT", 5, 0, 100, "so many of the RTP packets are lost (UDP only)"},
    Row{FaultKind::Jitter, "jitter", "MS", 200, 0, 10000, "every picture up to so many milliseconds late"},
    Row{FaultKind::ClockJump, "clock-jump", "SECONDS", 3600, -86400, 86400, "RTP and NTP time jump by so much"},
    Row{FaultKind::ParamsChange, "params-change", "", 0, 0, 0, "another resolution in the middle of the stream"},
    Row{FaultKind::SlowTrickle, "slow-trickle", "SECONDS", 2, 0.01, 3600, "one RTP packet in so much time"},
    Row{FaultKind::Reset, "reset", "SECONDS", 3, 0, 3600, "reset in the middle of a picture after so much playing"},
};

const Row& row(FaultKind kind) {
  return *std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.kind == kind; });
}

}  // namespace

Result<Fault> parse_fault(std::string_view text) {
  auto equals = text.find('=');
  auto name = text.substr(0, equals);
  auto found = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.name == name; });
  if (found == kRows.end()) {
    std::string names;
    for (const auto& r : kRows) names += (names.empty() ? "" : ", ") + std::string(r.name);
    return make_error(ErrorKind::InvalidArgument, "no such fault; there are " + names, "sim.fault");
  }
  Fault fault{found->kind, found->usual};
  if (equals == std::string_view::npos) return fault;
  if (found->amount.empty()) {
    return make_error(ErrorKind::InvalidArgument, fmt::format("fault {} takes no amount", found->name), "sim.fault");
  }
  auto digits = text.substr(equals + 1);
  auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), fault.amount);
  if (status != std::errc() || end != digits.data() + digits.size() || !std::isfinite(fault.amount) ||
      fault.amount < found->least || fault.amount > found->most) {
    return make_error(
        ErrorKind::InvalidArgument,
        fmt::format("fault {} takes {} from {} to {}", found->name, found->amount, found->least, found->most),
        "sim.fault");
  }
  return fault;
}

std::string to_text(const Fault& fault) {
  const auto& r = row(fault.kind);
  return r.amount.empty() ? std::string(r.name) : fmt::format("{}={}", r.name, fault.amount);
}

std::vector<FaultHelp> fault_help() {
  std::vector<FaultHelp> help;
  for (const auto& r : kRows) {
    if (r.kind != FaultKind::None) help.push_back({r.name, r.amount, r.text});
  }
  return help;
}

bool ends_sessions(FaultKind kind) {
  switch (kind) {
    case FaultKind::Refuse:
    case FaultKind::HalfOpen:
    case FaultKind::WrongPassword:
    case FaultKind::NotFound:
    case FaultKind::Busy:
      return true;
    default:
      return false;
  }
}

}  // namespace vigil::sim
