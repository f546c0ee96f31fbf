#include "media/fmp4.h"

#include <algorithm>
#include <string_view>

#include "media/aac.h"
#include "media/boxes.h"
#include "media/flac.h"

namespace vigil::media::fmp4 {
namespace {

constexpr std::uint32_t kTimescale = 90000;
constexpr std::uint32_t kSync = 0x02000000, kNoSync = 0x01010000;

// The identity matrix of 14496-12, 8.2.2 and 8.3.2.
void matrix(Boxes& out) {
  for (std::uint32_t value : {0x10000u, 0u, 0u, 0u, 0x10000u, 0u, 0u, 0u, 0x40000000u}) out.u32(value);
}

void file_type(Boxes& out) {
  Box box(out, "ftyp");
  out.text("iso6");
  out.u32(0);
  for (auto brand : {"iso6", "cmfc", "mp41"}) out.text(brand);
}

void movie_header(Boxes& out, std::size_t tracks) {
  FullBox box(out, "mvhd", 0, 0);
  out.u32(0);
  out.u32(0);
  out.u32(kTimescale);
  out.u32(0);
  out.u32(0x10000);  // rate 1
  out.u16(0x100);    // volume 1
  out.zeros(10);
  matrix(out);
  out.zeros(24);
  out.u32(static_cast<std::uint32_t>(tracks + 1));
}

void track_header(Boxes& out, const CodecParams& params, std::uint32_t id) {
  FullBox box(out, "tkhd", 0, 3);  // enabled, in the movie
  out.u32(0);
  out.u32(0);
  out.u32(id);
  out.zeros(16);
  out.u16(0);
  out.u16(params.kind == TrackKind::Audio ? 1 : 0);  // one of several of its kind
  out.u16(params.kind == TrackKind::Audio ? 0x100 : 0);
  out.u16(0);
  matrix(out);
  out.u32(static_cast<std::uint32_t>(params.width) << 16);
  out.u32(static_cast<std::uint32_t>(params.height) << 16);
}

void video_entry(Boxes& out, const CodecParams& params) {
  const bool h264 = params.codec == Codec::H264;
  Box entry(out, h264 ? "avc1" : "hvc1");
  out.zeros(6);
  out.u16(1);  // data reference
  out.zeros(16);
  out.u16(static_cast<std::uint16_t>(params.width));
  out.u16(static_cast<std::uint16_t>(params.height));
  out.u32(0x480000);  // 72 dpi, as the standard has it
  out.u32(0x480000);
  out.u32(0);
  out.u16(1);     // a frame per sample
  out.zeros(32);  // no name of the encoder
  out.u16(24);
  out.u16(0xffff);
  Box config(out, h264 ? "avcC" : "hvcC");
  out.bytes(params.extradata);
}

// Descriptors of ISO/IEC 14496-1: a tag and a length in at most four bytes of seven bits.
void descriptor(Boxes& out, std::uint8_t tag, std::size_t size) {
  out.u8(tag);
  for (int shift = 21; shift > 0; shift -= 7) out.u8(static_cast<std::uint8_t>((size >> shift & 0x7f) | 0x80));
  out.u8(static_cast<std::uint8_t>(size & 0x7f));
}

void elementary_stream(Boxes& out, const CodecParams& params, std::uint32_t id) {
  constexpr std::size_t kHead = 5;
  const auto config = params.extradata.size();
  FullBox box(out, "esds", 0, 0);
  descriptor(out, 3, 3 + kHead + 13 + kHead + config + kHead + 1);
  out.u16(static_cast<std::uint16_t>(id));
  out.u8(0);
  descriptor(out, 4, 13 + kHead + config);
  out.u8(0x40);  // MPEG-4 audio
  out.u8(0x15);  // audio stream
  out.zeros(11);
  descriptor(out, 5, config);
  out.bytes(params.extradata);
  descriptor(out, 6, 1);
  out.u8(2);
}

void audio_entry(Boxes& out, const CodecParams& params, std::uint32_t id) {
  const char* type = params.codec == Codec::Aac ? "mp4a" : params.codec == Codec::Flac ? "fLaC" : "Opus";
  const int rate = params.codec == Codec::Opus ? 48000 : params.sample_rate;
  const int channels = std::clamp(params.channels, 1, 255);
  Box entry(out, type);
  out.zeros(6);
  out.u16(1);
  out.zeros(8);
  out.u16(static_cast<std::uint16_t>(channels));
  const auto lossless = params.codec == Codec::Flac ? flac::parse_info(params.extradata) : std::nullopt;
  out.u16(static_cast<std::uint16_t>(lossless ? lossless->bits_per_sample : 16));
  out.u32(0);
  // 16 bits before the point: what does not fit is in the codec's own configuration.
  out.u32(rate > 0xffff ? 0 : static_cast<std::uint32_t>(rate) << 16);
  if (params.codec == Codec::Aac) {
    elementary_stream(out, params, id);
  } else if (lossless) {
    FullBox config(out, "dfLa", 0, 0);
    out.u32(0x80000000u | static_cast<std::uint32_t>(lossless->bytes.size()));  // the last block, of type STREAMINFO
    out.bytes(lossless->bytes);
  } else {
    Box config(out, "dOps");
    out.u8(0);
    out.u8(static_cast<std::uint8_t>(channels));
    out.u16(0);  // nothing to skip: we join in the middle
    out.u32(static_cast<std::uint32_t>(std::max(params.sample_rate, 0)));
    out.u16(0);
    out.u8(0);  // mono or stereo
  }
}

void sample_table(Boxes& out, const CodecParams& params, std::uint32_t id) {
  Box table(out, "stbl");
  {
    FullBox entries(out, "stsd", 0, 0);
    out.u32(1);
    params.kind == TrackKind::Video ? video_entry(out, params) : audio_entry(out, params, id);
  }
  for (auto empty : {"stts", "stsc", "stco"}) {
    FullBox box(out, empty, 0, 0);
    out.u32(0);
  }
  FullBox sizes(out, "stsz", 0, 0);
  out.u32(0);
  out.u32(0);
}

void media_information(Boxes& out, const CodecParams& params, std::uint32_t id) {
  Box information(out, "minf");
  if (params.kind == TrackKind::Video) {
    FullBox header(out, "vmhd", 0, 1);
    out.zeros(8);
  } else {
    FullBox header(out, "smhd", 0, 0);
    out.zeros(4);
  }
  {
    Box data(out, "dinf");
    FullBox references(out, "dref", 0, 0);
    out.u32(1);
    FullBox here(out, "url ", 0, 1);
  }
  sample_table(out, params, id);
}

void track(Boxes& out, const CodecParams& params, std::uint32_t id) {
  Box track(out, "trak");
  track_header(out, params, id);
  Box media(out, "mdia");
  {
    FullBox header(out, "mdhd", 0, 0);
    out.u32(0);
    out.u32(0);
    out.u32(kTimescale);
    out.u32(0);
    out.u16(0x55c4);  // "und"
    out.u16(0);
  }
  {
    FullBox handler(out, "hdlr", 0, 0);
    out.u32(0);
    out.text(params.kind == TrackKind::Video ? "vide" : "soun");
    out.zeros(12);
    out.u8(0);
  }
  media_information(out, params, id);
}

void track_extends(Boxes& out, const CodecParams& params, std::uint32_t id) {
  FullBox box(out, "trex", 0, 0);
  out.u32(id);
  out.u32(1);
  out.u32(0);
  out.u32(0);
  out.u32(params.kind == TrackKind::Video ? kNoSync : kSync);
}

// Composition offsets are wanted only where pictures are reordered.
bool reorders(const Run& run) {
  return std::any_of(run.samples.begin(), run.samples.end(),
                     [](const Sample& sample) { return sample.packet->pts != sample.packet->dts; });
}

// The offset of the run's data from the start of the moof is filled in later: returns where it stands.
std::size_t track_fragment(Boxes& out, const Run& run) {
  Box fragment(out, "traf");
  {
    FullBox header(out, "tfhd", 0, 0x020000);  // offsets count from the moof
    out.u32(static_cast<std::uint32_t>(run.track_id));
  }
  {
    FullBox time(out, "tfdt", 1, 0);
    out.u64(static_cast<std::uint64_t>(run.start.count()));
  }
  const bool offsets = run.video && reorders(run);
  const std::uint32_t flags = 0x000301 | (run.video ? 0x000400u : 0u) | (offsets ? 0x000800u : 0u);
  FullBox samples(out, "trun", 0, flags);
  out.u32(static_cast<std::uint32_t>(run.samples.size()));
  const auto hole = out.size();
  out.u32(0);
  for (const auto& sample : run.samples) {
    out.u32(static_cast<std::uint32_t>(sample.duration.count()));
    out.u32(static_cast<std::uint32_t>(sample.packet->data.size()));
    if (run.video) out.u32(sample.packet->key ? kSync : kNoSync);
    if (offsets) out.u32(static_cast<std::uint32_t>((sample.packet->pts - sample.packet->dts).count()));
  }
  return hole;
}

std::size_t data_size(const Run& run) {
  std::size_t out = 0;
  for (const auto& sample : run.samples) out += sample.packet->data.size();
  return out;
}

}  // namespace

bool supports(const CodecParams& params) {
  switch (params.codec) {
    case Codec::H264:
    case Codec::H265:
      return params.width > 0 && params.height > 0 && params.width <= 0xffff && params.height <= 0xffff &&
             !params.extradata.empty();
    case Codec::Aac:
      return aac::parse_config(params.extradata).has_value();
    case Codec::Flac:
      return flac::parse_info(params.extradata).has_value();
    case Codec::Opus:
      return params.channels <= 2;
    default:
      return false;
  }
}

std::string codec_string(const CodecParams& params) {
  if (!supports(params)) return {};
  if (params.codec == Codec::Opus) return "opus";
  if (params.codec == Codec::Flac) return "flac";
  if (params.codec == Codec::Aac) return aac::codec_string(*aac::parse_config(params.extradata));
  return params.codec_string;
}

Result<std::vector<std::uint8_t>> init_segment(std::span<const ParamsPtr> tracks) {
  if (tracks.empty()) return make_error(ErrorKind::InvalidArgument, "an init segment needs a track");
  for (const auto& params : tracks) {
    if (!supports(*params)) {
      return make_error(ErrorKind::InvalidArgument,
                        std::string("MP4 fragments cannot carry ") + codec_name(params->codec), "live.codec");
    }
  }
  Boxes out;
  file_type(out);
  {
    Box movie(out, "moov");
    movie_header(out, tracks.size());
    for (std::size_t i = 0; i < tracks.size(); ++i) track(out, *tracks[i], static_cast<std::uint32_t>(i + 1));
    Box extends(out, "mvex");
    for (std::size_t i = 0; i < tracks.size(); ++i) track_extends(out, *tracks[i], static_cast<std::uint32_t>(i + 1));
  }
  return out.take();
}

std::vector<SharedBytes> fragment(std::uint32_t sequence, std::span<const Run> runs) {
  Boxes out;
  std::vector<std::size_t> holes;
  {
    Box moof(out, "moof");
    {
      FullBox header(out, "mfhd", 0, 0);
      out.u32(sequence);
    }
    for (const auto& run : runs) holes.push_back(run.samples.empty() ? 0 : track_fragment(out, run));
  }
  std::size_t payload = 0;
  const auto head = out.size() + 8;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].samples.empty()) out.set_u32(holes[i], static_cast<std::uint32_t>(head + payload));
    payload += data_size(runs[i]);
  }
  out.u32(static_cast<std::uint32_t>(8 + payload));
  out.text("mdat");
  std::vector<SharedBytes> pieces;
  pieces.emplace_back(out.take());
  for (const auto& run : runs) {
    for (const auto& sample : run.samples) pieces.push_back(sample.packet->data);
  }
  return pieces;
}

}  // namespace vigil::media::fmp4
