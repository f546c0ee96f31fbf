#include "sim/server/cameras.h"

#include <fmt/format.h>

#include "media/rtp.h"
#include "media/sdp.h"

namespace vigil::sim {

Cameras::Cameras(std::vector<Streams> cameras, std::unique_ptr<Feed> audio, FaultPlan plan, const Timebase& time)
    : cameras_(std::move(cameras)),
      audio_(std::move(audio)),
      board_(static_cast<int>(cameras_.size()), plan),
      time_(time) {}

int Cameras::tracks_of(rtsp::StreamKey stream) const {
  if (stream.camera < 1 || stream.camera > static_cast<int>(cameras_.size())) return 0;
  return audio_ ? 2 : 1;
}

Feed* Cameras::feed(rtsp::StreamKey stream, int track) const {
  if (track < 0 || track >= tracks_of(stream)) return nullptr;
  if (track == 1) return audio_.get();
  const auto& streams = cameras_[static_cast<std::size_t>(stream.camera - 1)];
  const bool other = fault_of(stream.camera).kind == FaultKind::ParamsChange;
  return stream.sub != other ? streams.sub.get() : streams.main.get();
}

std::string Cameras::describe(rtsp::StreamKey stream) const {
  std::vector<media::SdpTrack> tracks;
  for (int track = 0; track < tracks_of(stream); ++track) {
    auto params = feed(stream, track)->params();
    if (!params) return {};
    tracks.push_back({params, rtsp::payload_type_of(track), fmt::format("trackID={}", track)});
  }
  media::SdpSession session;
  session.name = fmt::format("cam{}{}", stream.camera, stream.sub ? " sub" : "");
  return media::write_sdp(session, tracks);
}

std::optional<std::uint32_t> Cameras::rtp_time_of_next(const rtsp::SetUpTrack& track, rtsp::StreamKey stream) const {
  auto* source = feed(stream, track.track);
  if (source == nullptr || !source->params()) return std::nullopt;
  const auto fault = fault_of(stream.camera).kind;
  if (fault == FaultKind::ClockJump || fault == FaultKind::NoKeyframe) return std::nullopt;
  auto next = source->next_key();
  if (!next) return std::nullopt;
  const auto rate = media::rtp_clock_rate(*source->params());
  const auto time = next->count() / 90000 * rate + next->count() % 90000 * rate / 90000;
  return static_cast<std::uint32_t>(time) + track.timestamp_offset;
}

}  // namespace vigil::sim
