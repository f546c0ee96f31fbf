#include "ingest/rtmp/tracks.h"

#include <chrono>

namespace vigil::ingest::rtmp {
namespace {

using model::FailureReason;

// A broken picture now and then is passed over; whoever sends nothing else is told.
constexpr int kMostBroken = 100;
constexpr int kAudioTrack = 1;

Ticks ticks(std::int64_t ms) {
  return Ticks(ms * 90);
}

}  // namespace

void Tracks::configure(Track& track, media::CodecParams params) {
  if (track.params == params) return;  // said again, as some encoders do before every key frame
  track.normaliser.emplace(params);
  track.params = std::move(params);
}

std::optional<Failure> Tracks::emit(Track& track, int number, std::int64_t dts_ms, std::int64_t pts_ms,
                                    std::span<const std::uint8_t> unit, const Arrival& arrival,
                                    std::vector<media::Packet>& out) {
  auto normal = track.normaliser->push(unit);
  if (!normal) {
    if (++track.broken < kMostBroken) return std::nullopt;
    return Failure{FailureReason::Protocol, "the encoder sends pictures that are broken"};
  }
  track.broken = 0;
  if (normal->data.empty() || !normal->params) return std::nullopt;
  const auto stamp = track.timeline.next(ticks(dts_ms), ticks(pts_ms), normal->params->reorder_depth, arrival.steady);
  media::Packet packet;
  packet.track = number;
  packet.dts = stamp.dts;
  packet.pts = stamp.pts;
  packet.received = arrival.wall;
  packet.key = normal->key || number > 0;
  packet.discontinuity = stamp.discontinuity;
  packet.params = std::move(normal->params);
  packet.data = media::SharedBytes(std::move(normal->data));
  out.push_back(std::move(packet));
  return std::nullopt;
}

std::optional<Failure> Tracks::video(std::int64_t time_ms, std::span<const std::uint8_t> body, const Arrival& arrival,
                                     std::vector<media::Packet>& out) {
  const auto tag = read_video_tag(body);
  if (!tag) {
    const bool codec = tag.error().kind == ErrorKind::UnsupportedMedia;
    return Failure{codec ? FailureReason::Codec : FailureReason::Protocol, tag.error().message};
  }
  if (tag->content == Content::Config) {
    media::CodecParams params;
    params.codec = tag->codec;
    params.extradata.assign(tag->payload.begin(), tag->payload.end());
    configure(video_, std::move(params));
  }
  if (tag->content != Content::Frame || tag->payload.empty()) return std::nullopt;
  // Without its configuration a picture may still bring its own parameter sets.
  if (!video_.normaliser || video_.params->codec != tag->codec) {
    media::CodecParams params;
    params.codec = tag->codec;
    configure(video_, std::move(params));
  }
  return emit(video_, 0, time_ms, time_ms + tag->later_ms, tag->payload, arrival, out);
}

std::optional<Failure> Tracks::audio(std::int64_t time_ms, std::span<const std::uint8_t> body, const Arrival& arrival,
                                     std::vector<media::Packet>& out) {
  const auto tag = read_audio_tag(body);
  if (!tag) return std::nullopt;
  media::CodecParams params;
  params.kind = media::TrackKind::Audio;
  params.codec = tag->codec;
  if (tag->content == Content::Config) {
    params.extradata.assign(tag->payload.begin(), tag->payload.end());
    configure(audio_, std::move(params));
    return std::nullopt;
  }
  if (tag->content != Content::Frame || tag->payload.empty()) return std::nullopt;
  if (tag->codec != media::Codec::Aac) {
    params.sample_rate = tag->sample_rate;
    params.channels = tag->channels;
    configure(audio_, std::move(params));
  }
  if (!audio_.normaliser || audio_.params->codec != tag->codec) return std::nullopt;
  // Broken sound is left out; it is no reason to give the picture up.
  (void)emit(audio_, kAudioTrack, time_ms, time_ms, tag->payload, arrival, out);
  return std::nullopt;
}

}  // namespace vigil::ingest::rtmp
