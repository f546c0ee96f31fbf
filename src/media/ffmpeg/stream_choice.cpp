#include "media/ffmpeg/stream_choice.h"

#include <algorithm>
#include <string>

namespace vigil::media::ffmpeg {
namespace {

constexpr std::size_t kMaxAudioTracks = 4;

bool is_video_we_read(Codec codec) {
  return codec <= Codec::Mpeg4;
}
bool is_audio_we_carry(Codec codec) {
  return codec >= Codec::Aac && codec != Codec::Other;
}

Codec codec_of(const AVStream& stream) {
  return from_av(stream.codecpar->codec_id);
}

bool is_video(const AVStream& stream) {
  return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
}

Demuxed<int> choose_video(AVFormatContext& context) {
  const int best = av_find_best_stream(&context, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  auto readable = [&](int i) {
    return is_video(*context.streams[i]) && is_video_we_read(codec_of(*context.streams[i]));
  };
  if (best >= 0 && readable(best)) return best;
  std::string foreign;
  for (int i = 0; i < static_cast<int>(context.nb_streams); ++i) {
    if (readable(i)) return i;
    if (is_video(*context.streams[i])) foreign = avcodec_get_name(context.streams[i]->codecpar->codec_id);
  }
  if (foreign.empty()) return DemuxError{DemuxFault::NoVideo, 0, "there is no video track"};
  return DemuxError{DemuxFault::NotAllowed, 0, "the video codec " + foreign + " is not supported"};
}

}  // namespace

CodecParams announced(const AVStream& stream) {
  const auto& from = *stream.codecpar;
  CodecParams params;
  params.kind = from.codec_type == AVMEDIA_TYPE_AUDIO ? TrackKind::Audio : TrackKind::Video;
  params.codec = from_av(from.codec_id);
  if (params.kind == TrackKind::Audio) {
    params.sample_rate = from.sample_rate;
    params.channels = from.ch_layout.nb_channels;
  } else {
    params.width = std::max(0, from.width);
    params.height = std::max(0, from.height);
  }
  if (from.extradata != nullptr && from.extradata_size > 0) {
    params.extradata.assign(from.extradata, from.extradata + from.extradata_size);
  }
  return params;
}

Demuxed<std::vector<int>> choose_streams(AVFormatContext& context, bool audio) {
  auto video = choose_video(context);
  if (!video.ok()) return video.error();
  std::vector<int> chosen = {video.value()};
  if (!audio) return chosen;
  // Where there are variants (HLS, broadcasts), only the sound that belongs to the picture.
  const int best = av_find_best_stream(&context, AVMEDIA_TYPE_AUDIO, -1, video.value(), nullptr, 0);
  for (int i = 0; i < static_cast<int>(context.nb_streams) && chosen.size() <= kMaxAudioTracks; ++i) {
    const auto& stream = *context.streams[i];
    if (stream.codecpar->codec_type != AVMEDIA_TYPE_AUDIO || !is_audio_we_carry(codec_of(stream))) continue;
    if (context.nb_programs <= 1 || i == best) chosen.push_back(i);
  }
  return chosen;
}

}  // namespace vigil::media::ffmpeg
