#include "media/ffmpeg/clip_input.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

#include "media/ffmpeg/orientation.h"
#include "media/image.h"

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/pixdesc.h>
}

namespace vigil::media::ffmpeg {
namespace {

constexpr AVRational kTicks{1, 90000};
constexpr int kBuffer = 256 << 10;
constexpr std::size_t kMaxTags = 64, kMaxTag = 4096;
constexpr int kMostRate = 1 << 24, kMostChannels = 1024;  // of sound
// For one allocation: a lying sample table of a few kilobytes may otherwise ask for gigabytes. A plane of the largest
// picture fits.
constexpr std::size_t kMaxAllocation = 192u << 20;
// A century: beyond it a time is nonsense, and its arithmetic overflows.
constexpr std::int64_t kMaxTicks = 90000LL * 86400 * 36525;

constexpr const char* kFormats = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,flv";
// Sound is opened to learn what it is, where the headers say too little.
constexpr const char* kCodecs =
    "h264,hevc,mjpeg,mpeg4,mpeg2video,h263,flv,vp8,vp9,libdav1d,aac,mp3float,mp3,opus,vorbis,pcm_mulaw,pcm_alaw,"
    "pcm_s16le";
constexpr std::array kVideoCodecs = {AV_CODEC_ID_H264,       AV_CODEC_ID_HEVC, AV_CODEC_ID_MJPEG, AV_CODEC_ID_MPEG4,
                                     AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_H263, AV_CODEC_ID_FLV1,  AV_CODEC_ID_VP8,
                                     AV_CODEC_ID_VP9,        AV_CODEC_ID_AV1};

Error unsupported(std::string message, const char* code) {
  return make_error(ErrorKind::UnsupportedMedia, std::move(message), code);
}
Error broken(std::string message, const char* code = "media.broken") {
  return make_error(ErrorKind::InvalidArgument, std::move(message), code);
}
Error no_memory() {
  return make_error(ErrorKind::ResourceExhausted, "There is not enough memory to open the video.", "media.memory");
}

int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EPERM);
}

class Dictionary {
 public:
  ~Dictionary() { av_dict_free(&held_); }
  Dictionary() = default;
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  void set(const char* key, const char* value) { av_dict_set(&held_, key, value, 0); }
  AVDictionary** get() { return &held_; }

 private:
  AVDictionary* held_ = nullptr;
};

bool is_video(const AVStream& stream) {
  return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
}

bool is_taken(AVCodecID codec) {
  return std::find(kVideoCodecs.begin(), kVideoCodecs.end(), codec) != kVideoCodecs.end();
}

void add_tags(const AVDictionary* from, std::vector<std::pair<std::string, std::string>>& out) {
  const AVDictionaryEntry* entry = nullptr;
  while (out.size() < kMaxTags && (entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    out.emplace_back(std::string(entry->key).substr(0, kMaxTag), std::string(entry->value).substr(0, kMaxTag));
  }
}

// A number as the file has it; 0 where that cannot be.
int said(int number, int most) {
  return number >= 0 && number <= most ? number : 0;
}

}  // namespace

ClipInput::~ClipInput() {
  avformat_close_input(&context_);
  if (io_ != nullptr) av_freep(&io_->buffer);
  avio_context_free(&io_);
}

int ClipInput::on_read(void* opaque, std::uint8_t* buffer, int size) {
  auto& self = *static_cast<ClipInput*>(opaque);
  auto wanted = static_cast<std::size_t>(size);
  if (self.ready_) wanted = self.ready_(self.place_, wanted);
  for (;;) {
    const auto count = ::pread(self.file_.get(), buffer, wanted, static_cast<off_t>(self.place_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return AVERROR(errno);
    if (count == 0) return AVERROR_EOF;
    self.place_ += static_cast<std::uint64_t>(count);
    return static_cast<int>(count);
  }
}

std::int64_t ClipInput::on_seek(void* opaque, std::int64_t offset, int whence) {
  auto& self = *static_cast<ClipInput*>(opaque);
  if ((whence & AVSEEK_SIZE) != 0) return static_cast<std::int64_t>(self.size_);
  std::int64_t from = 0;
  if ((whence & 3) == SEEK_CUR) from = static_cast<std::int64_t>(self.place_);
  if ((whence & 3) == SEEK_END) from = static_cast<std::int64_t>(self.size_);
  if (offset < -from || offset > INT64_MAX - from) return AVERROR(EINVAL);
  self.place_ = static_cast<std::uint64_t>(from + offset);
  return from + offset;
}

Error ClipInput::unreadable(int code) const {
  const auto last = last_error().text;
  if (code == AVERROR(ENOMEM)) {
    return broken("The file asks for more memory than a video may have: it is damaged, or made to do harm.",
                  "media.too_much");
  }
  if (last.find("moov atom not found") != std::string::npos) {
    return broken(
        "The video has no index: the file is cut off, or it was still being written when it was copied. Record or copy "
        "it again.");
  }
  if (last.find("max_streams") != std::string::npos) {
    return broken("There are more tracks in the file than a video may have.", "media.too_much");
  }
  return unsupported(
      "The file is not a video that can be read here: it must be MP4, QuickTime, 3GPP, Matroska, WebM, MPEG-TS or "
      "FLV, and not be damaged at its beginning.",
      "media.format");
}

Result<void> ClipInput::open(const ClipOptions& options) {
  static std::once_flag once;
  std::call_once(once, [] {
    route_log();
    av_max_alloc(kMaxAllocation);
  });
  ready_ = options.ready;
  if (size_ == 0) return unsupported("The file is empty.", "media.empty");
  forget_last_error();
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBuffer));
  if (buffer == nullptr) return no_memory();
  io_ = avio_alloc_context(buffer, kBuffer, 0, this, &on_read, nullptr, &on_seek);
  context_ = avformat_alloc_context();
  if (io_ == nullptr || context_ == nullptr) {
    if (io_ == nullptr) av_free(buffer);
    return no_memory();
  }
  context_->pb = io_;
  context_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_GENPTS;
  context_->io_open = &refuse_to_open;
  context_->max_streams = options.max_streams;
  context_->max_probe_packets = 500;
  context_->probesize = 8 << 20;
  Dictionary dictionary;
  dictionary.set("format_whitelist", kFormats);
  dictionary.set("codec_whitelist", kCodecs);
  dictionary.set("protocol_whitelist", "none");
  if (int code = avformat_open_input(&context_, "", nullptr, dictionary.get()); code < 0) return unreadable(code);
  // Its look at the first packets opens decoders, within the list.
  if (int code = avformat_find_stream_info(context_, nullptr); code < 0) return unreadable(code);
  VIGIL_TRY(choose());
  describe();
  return {};
}

// The largest video that can be decoded.
Result<void> ClipInput::choose() {
  std::int64_t most = -1;
  const AVStream* foreign = nullptr;
  bool sound = false;
  for (unsigned i = 0; i < context_->nb_streams; ++i) {
    auto& stream = *context_->streams[i];
    stream.discard = AVDISCARD_ALL;
    sound |= stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    if (!is_video(stream)) continue;
    const std::int64_t pixels = static_cast<std::int64_t>(stream.codecpar->width) * stream.codecpar->height;
    if (!is_taken(stream.codecpar->codec_id)) {
      foreign = &stream;
    } else if (pixels > most) {
      most = pixels;
      stream_ = static_cast<int>(i);
    }
  }
  if (stream_ < 0 && foreign != nullptr) {
    const auto id = foreign->codecpar->codec_id;
    if (id == AV_CODEC_ID_NONE) return unsupported("The video is of a kind that nobody here knows.", "media.codec");
    return unsupported(fmt::format("The video is coded as {}, which is not taken. H.264, H.265, AV1, VP8, VP9, MPEG-4, "
                                   "MPEG-2, H.263 and MJPEG are.",
                                   avcodec_get_name(id)),
                       "media.codec");
  }
  if (stream_ < 0) {
    return unsupported(sound ? "There is sound in the file, but no video." : "There is no video in the file.",
                       "media.no_video");
  }
  auto& stream = *context_->streams[stream_];
  decoder_ = avcodec_find_decoder(stream.codecpar->codec_id);
  if (decoder_ == nullptr) {
    return unsupported(fmt::format("The video is coded as {}, and this machine has no decoder for it.",
                                   avcodec_get_name(stream.codecpar->codec_id)),
                       "media.codec");
  }
  if (most > kMaxPixels) return broken("The pictures have more than 64 million pixels.", "media.too_large");
  if (most == 0) return broken("The file does not say how large its pictures are: it is damaged.");
  stream.discard = AVDISCARD_DEFAULT;
  return {};
}

void ClipInput::describe() {
  auto& stream = *context_->streams[stream_];
  const auto& parameters = *stream.codecpar;
  const std::string_view name = context_->iformat->name;
  info_.format = std::string(name.substr(0, name.find(',')));
  info_.codec = avcodec_get_name(parameters.codec_id);
  if (const char* profile = avcodec_profile_name(parameters.codec_id, parameters.profile)) info_.profile = profile;
  info_.width = parameters.width;
  info_.height = parameters.height;
  info_.turns = turns_of(stream);
  const auto aspect = av_guess_sample_aspect_ratio(context_, &stream, nullptr);
  // What is more than four to one is nonsense.
  if (aspect.num > 0 && aspect.den > 0 && aspect.num <= 4LL * aspect.den && aspect.den <= 4LL * aspect.num) {
    info_.aspect_x = aspect.num;
    info_.aspect_y = aspect.den;
  }
  const auto* layout = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(parameters.format));
  if (layout != nullptr) info_.bits = layout->comp[0].depth;
  info_.interlaced = parameters.field_order > AV_FIELD_PROGRESSIVE;
  const auto rate = av_guess_frame_rate(context_, &stream, nullptr);
  if (rate.num > 0 && rate.den > 0 && av_q2d(rate) <= 1000) info_.fps = av_q2d(rate);
  auto duration = stream.duration != AV_NOPTS_VALUE      ? av_rescale_q(stream.duration, stream.time_base, kTicks)
                  : context_->duration != AV_NOPTS_VALUE ? av_rescale_q(context_->duration, {1, AV_TIME_BASE}, kTicks)
                                                         : 0;
  info_.duration = Ticks(std::clamp<std::int64_t>(duration, 0, kMaxTicks));
  info_.bit_rate = std::max<std::int64_t>(0, context_->bit_rate);
  const double seconds = static_cast<double>(info_.duration.count()) / 90000;
  info_.pictures = stream.nb_frames > 0 ? stream.nb_frames : std::llround(seconds * info_.fps);
  for (unsigned i = 0; i < context_->nb_streams && !info_.audio; ++i) {
    const auto& other = *context_->streams[i]->codecpar;
    if (other.codec_type != AVMEDIA_TYPE_AUDIO) continue;
    info_.audio = ClipAudio{avcodec_get_name(other.codec_id), said(other.sample_rate, kMostRate),
                            said(other.ch_layout.nb_channels, kMostChannels)};
  }
  add_tags(context_->metadata, info_.tags);
  add_tags(stream.metadata, info_.tags);
  if (context_->start_time != AV_NOPTS_VALUE) {
    begins_ = av_rescale_q(context_->start_time, {1, AV_TIME_BASE}, stream.time_base);
  } else if (stream.start_time != AV_NOPTS_VALUE) {
    begins_ = stream.start_time;
  }
}

std::optional<ClipPacket> ClipInput::read(ClipFigures& figures) {
  ClipPacket packet{AvPacket(av_packet_alloc()), Ticks(0), false};
  if (!packet.unit) return std::nullopt;
  auto& unit = *packet.unit;
  for (;;) {
    const int code = av_read_frame(context_, &unit);
    if (code == AVERROR(EAGAIN)) continue;
    if (code < 0) {
      if (code != AVERROR_EOF) figures.ended = error_text(code);
      return std::nullopt;
    }
    if (unit.stream_index == stream_ && unit.size > 0) break;
    av_packet_unref(&unit);
  }
  ++figures.packets;
  const auto base = context_->streams[stream_]->time_base;
  auto time = unit.pts != AV_NOPTS_VALUE ? unit.pts : unit.dts;
  if (time == AV_NOPTS_VALUE) {
    packet.time = last_ + Ticks(info_.fps > 0 ? static_cast<std::int64_t>(90000 / info_.fps) : 3600);
  } else {
    const auto since = av_rescale_q(av_sat_sub64(time, begins_), base, kTicks);
    packet.time = Ticks(std::clamp(since, -kMaxTicks, kMaxTicks));
  }
  last_ = packet.time;
  packet.key = (unit.flags & AV_PKT_FLAG_KEY) != 0;
  return packet;
}

bool ClipInput::seek(Ticks time) {
  const auto base = context_->streams[stream_]->time_base;
  const auto target = av_sat_add64(av_rescale_q(time.count(), kTicks, base), begins_);
  return av_seek_frame(context_, stream_, target, AVSEEK_FLAG_BACKWARD) >= 0;
}

}  // namespace vigil::media::ffmpeg
