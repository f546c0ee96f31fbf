#include "rtp/sdp.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>

#include "media/aac.h"
#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"
#include "rtp/base64.h"

namespace vigil::rtp {
namespace {

using media::Codec;
using media::TrackKind;

constexpr std::size_t kMaxSections = 16, kMaxLines = 4096, kMaxExtradata = 64 << 10;

std::string_view trimmed(std::string_view text) {
  auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string_view take(std::string_view& text, char separator) {
  auto end = std::min(text.find(separator), text.size());
  auto part = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

template <typename T = int>
std::optional<T> number(std::string_view text) {
  T value = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || end == text.data() || value < 0) return std::nullopt;
  return value;
}

std::string changed(std::string_view text, int (*change)(int)) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [&](unsigned char c) { return static_cast<char>(change(c)); });
  return out;
}

struct Static {
  int payload_type;
  const char* encoding;
  int clock_rate;
};
constexpr std::array<Static, 5> kStatic = {
    {{0, "PCMU", 8000}, {8, "PCMA", 8000}, {14, "MPA", 90000}, {26, "JPEG", 90000}, {9, "G722", 8000}}};

Codec codec_of(const std::string& encoding) {
  static const std::map<std::string, Codec> kCodecs = {
      {"H264", Codec::H264},  {"H265", Codec::H265},     {"HEVC", Codec::H265},
      {"JPEG", Codec::Mjpeg}, {"PCMU", Codec::Pcmu},     {"MPEG4-GENERIC", Codec::Aac},
      {"PCMA", Codec::Pcma},  {"MP4V-ES", Codec::Mpeg4}, {"OPUS", Codec::Opus}};
  auto found = kCodecs.find(encoding);
  return found == kCodecs.end() ? Codec::Other : found->second;
}

// One section with its attributes by payload type, before one of the types is chosen.
struct Section {
  TrackKind kind = TrackKind::Video;
  std::vector<int> types;
  std::map<int, std::string> maps, formats;
  std::string control, direction;
  int width = 0, height = 0;
};

void read_attribute(std::string_view text, Section& section) {
  auto name = changed(take(text, ':'), std::tolower);
  text = trimmed(text);
  if (name == "control") section.control = std::string(text);
  if (name == "recvonly" || name == "sendonly") section.direction = name;
  if (name == "rtpmap" || name == "fmtp") {
    auto type = number(take(text, ' '));
    auto& table = name == "fmtp" ? section.formats : section.maps;
    if (type && *type < 128) table[*type] = std::string(trimmed(text));
  }
  if (name == "x-dimensions" || name == "framesize") {  // "704,576", "96 704-576"
    if (name == "framesize") take(text, ' ');
    auto separator = text.find_first_of(",-x");
    auto width = number(trimmed(text.substr(0, separator)));
    auto height = separator == std::string_view::npos ? std::nullopt : number(trimmed(text.substr(separator + 1)));
    if (width && height && *width <= 16384 && *height <= 16384) {
      section.width = *width;
      section.height = *height;
    }
  }
}

std::map<std::string, std::string> parameters(std::string_view format) {
  std::map<std::string, std::string> out;
  while (!format.empty() && out.size() < 64) {
    auto value = take(format, ';');
    auto name = changed(take(value, '='), std::tolower);
    out[name] = std::string(value);
  }
  return out;
}

std::vector<std::uint8_t> unhex(std::string_view text) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    std::uint8_t byte = 0;
    auto [end, status] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (status != std::errc() || end != text.data() + i + 2) return {};
    out.push_back(byte);
  }
  return out;
}

// Base64 parameter sets, comma-separated, as Annex B; whatever is no such set is left out.
void append_sets(std::string_view list, Codec codec, std::vector<std::uint8_t>& out) {
  while (!list.empty()) {
    auto nal = from_base64(take(list, ','));
    if (!nal || nal->size() < 3) continue;
    media::Bytes bytes(*nal);
    // Some write the start code into it.
    if (media::starts_with_start_code(bytes)) bytes = bytes.subspan(bytes[2] == 1 ? 3 : 4);
    if (bytes.size() < 3 || out.size() + bytes.size() > kMaxExtradata) continue;
    bool good = false;
    if (codec == Codec::H264) {
      const auto type = media::h264::nal_type(bytes);
      good = (type == media::h264::kSps && media::h264::parse_sps(bytes).ok()) || type == media::h264::kPps;
    } else {
      const auto type = media::h265::nal_type(bytes);
      good = (type == media::h265::kSps && media::h265::parse_sps(bytes).ok()) || type == media::h265::kPps ||
             type == media::h265::kVps;
    }
    if (!good) continue;
    media::append_be32(out, 1);
    media::append(out, bytes);
  }
}

int bits(std::map<std::string, std::string>& format, const char* name, int absent) {
  auto found = format.find(name);
  if (found == format.end()) return absent;
  return std::clamp(number(found->second).value_or(absent), 0, 32);
}

void read_format(std::map<std::string, std::string> format, MediaDescription& out) {
  auto& extradata = out.params.extradata;
  switch (out.params.codec) {
    case Codec::H264:
      append_sets(format["sprop-parameter-sets"], Codec::H264, extradata);
      break;
    case Codec::H265:
      for (const char* name : {"sprop-vps", "sprop-sps", "sprop-pps"})
        append_sets(format[name], Codec::H265, extradata);
      out.decoding_order_numbers = number(format["sprop-max-don-diff"]).value_or(0) > 0;
      break;
    case Codec::Mpeg4:
      extradata = unhex(format["config"]);
      break;
    case Codec::Aac: {
      extradata = unhex(format["config"]);
      out.size_length = bits(format, "sizelength", 13);
      out.index_length = bits(format, "indexlength", 3);
      out.index_delta_length = bits(format, "indexdeltalength", 3);
      auto config = media::aac::parse_config(extradata);
      if (!config) {
        extradata.clear();
        break;
      }
      if (config->sample_rate > 0) out.params.sample_rate = config->sample_rate;
      if (config->channels > 0) out.params.channels = config->channels;
      out.params.codec_string = media::aac::codec_string(*config);
      break;
    }
    default:
      break;
  }
}

std::optional<MediaDescription> describe(const Section& section, int type) {
  MediaDescription out;
  out.kind = out.params.kind = section.kind;
  out.payload_type = type;
  out.control = section.control;
  int channels = 1;
  if (auto map = section.maps.find(type); map != section.maps.end()) {
    std::string_view text = map->second;
    out.encoding = changed(take(text, '/'), std::toupper);
    out.clock_rate = number(take(text, '/')).value_or(0);
    channels = number(take(text, '/')).value_or(1);
  } else {
    auto known =
        std::find_if(kStatic.begin(), kStatic.end(), [&](const auto& row) { return row.payload_type == type; });
    if (known == kStatic.end()) return std::nullopt;
    out.encoding = known->encoding;
    out.clock_rate = known->clock_rate;
  }
  out.params.codec = codec_of(out.encoding);
  const bool video = section.kind == TrackKind::Video;
  if (out.clock_rate <= 0 || out.clock_rate > 1000000) out.clock_rate = video ? 90000 : 8000;
  if (video) {
    out.params.width = section.width;
    out.params.height = section.height;
  } else {
    out.params.sample_rate = out.clock_rate;
    out.params.channels = std::clamp(channels, 1, 8);
  }
  auto format = section.formats.find(type);
  read_format(parameters(format == section.formats.end() ? std::string_view() : std::string_view(format->second)), out);
  return out;
}

// The first payload type that we read, or else the first that can be named.
std::optional<MediaDescription> choose(const Section& section) {
  std::optional<MediaDescription> out;
  for (int type : section.types) {
    auto found = describe(section, type);
    if (!found) continue;
    const bool video = section.kind == TrackKind::Video;
    const auto codec = found->params.codec;
    const bool fits = codec != Codec::Other && video == (codec == Codec::H264 || codec == Codec::H265 ||
                                                         codec == Codec::Mjpeg || codec == Codec::Mpeg4);
    if (!fits) found->params.codec = Codec::Other;
    if (fits || !out) out = std::move(found);
    if (fits) break;
  }
  return out;
}

}  // namespace

Result<SessionDescription> parse_sdp(std::string_view text) {
  SessionDescription out;
  std::vector<Section> sections;
  bool foreign = false;  // inside a section that is neither audio nor video
  for (std::size_t lines = 0; !text.empty() && lines < kMaxLines; ++lines) {
    auto line = take(text, '\n');
    if (line.size() < 2 || line[1] != '=') continue;
    auto value = line.substr(2);
    if (line[0] == 'm') {
      auto kind = changed(take(value, ' '), std::tolower);
      foreign = kind != "video" && kind != "audio";
      if (foreign) continue;
      if (sections.size() == kMaxSections) break;
      auto& section = sections.emplace_back();
      section.kind = kind == "video" ? TrackKind::Video : TrackKind::Audio;
      take(value, ' ');  // port
      take(value, ' ');  // profile
      while (!value.empty() && section.types.size() < 32) {
        if (auto type = number(take(value, ' ')); type && *type < 128) section.types.push_back(*type);
      }
    } else if (line[0] == 'a' && !foreign) {
      if (!sections.empty()) {
        read_attribute(value, sections.back());
      } else if (auto name = changed(take(value, ':'), std::tolower); name == "control") {
        out.control = std::string(trimmed(value));
      }
    }
  }
  // Cameras with a loudspeaker describe what a client may receive and what it may send (ONVIF); those without call what
  // they send "sendonly", too. Only next to something to receive it is certain which is meant.
  const bool clients_view = std::any_of(sections.begin(), sections.end(),
                                        [](const Section& section) { return section.direction == "recvonly"; });
  for (const auto& section : sections) {
    if (clients_view && section.direction == "sendonly") continue;
    if (auto media = choose(section)) out.media.push_back(std::move(*media));
  }
  if (out.media.empty()) return make_error(ErrorKind::DataLoss, "the description names no picture and no sound");
  return out;
}

std::string control_url(std::string_view base, std::string_view control) {
  if (control.empty() || control == "*") return std::string(base);
  if (control.find("://") != std::string_view::npos) return std::string(control);
  std::string out(base);
  if (control.front() == '/' && !out.empty() && out.back() == '/') out.pop_back();
  if (control.front() != '/' && control.front() != '?' && (out.empty() || out.back() != '/')) out += '/';
  return out + std::string(control);
}

}  // namespace vigil::rtp
