#include "extract/facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "base/rfc3339.h"
#include "base/utf8.h"

namespace vigil::extract {
namespace {

// One line of readable text; what is cut ends at a whole character.
std::string clean(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  // A character may be cut in two.
  const int cut = text.size() > most ? 3 : 0;
  for (int i = 0; i < cut && !out.empty() && !count_code_points(out); ++i) out.pop_back();
  const bool valid = count_code_points(out).has_value();
  if (!valid) out = text.substr(0, most);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f) c = ' ';
    if (!valid && byte >= 0x80) c = '?';
  }
  const auto begin = out.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return out.substr(begin, out.find_last_not_of(' ') - begin + 1);
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

bool is_location(const std::string& name) {
  for (const std::string_view part : {"location", "gps", "iso6709", "\xc2\xa9xyz"}) {
    if (name.find(part) != std::string::npos) return true;
  }
  return name == "xyz";
}

// What the container's writer keeps for itself.
bool is_noise(const std::string& name) {
  constexpr std::array kNoise = {"major_brand",  "minor_version", "compatible_brands", "creation_time",
                                 "handler_name", "vendor_id",     "language",          "duration"};
  return std::find(kNoise.begin(), kNoise.end(), name) != kNoise.end();
}

}  // namespace

VideoFacts facts_of(const media::ClipInfo& info, bool keep_location) {
  VideoFacts out;
  out.format = info.format;
  out.codec = info.codec;
  out.profile = clean(info.profile, kMaxTagName);
  out.width = info.turns % 2 == 0 ? info.width : info.height;
  out.height = info.turns % 2 == 0 ? info.height : info.width;
  out.rotation = info.turns * 90;
  out.aspect_x = info.turns % 2 == 0 ? info.aspect_x : info.aspect_y;
  out.aspect_y = info.turns % 2 == 0 ? info.aspect_y : info.aspect_x;
  out.bits = info.bits;
  out.interlaced = info.interlaced;
  out.fps = std::round(info.fps * 1000) / 1000;
  out.duration_ms = info.duration.count() / 90;
  out.bit_rate = info.bit_rate;
  out.pictures = std::max<std::int64_t>(0, info.pictures);
  if (info.audio) out.audio = AudioFacts{info.audio->codec, info.audio->sample_rate, info.audio->channels};
  for (const auto& [raw_name, raw_text] : info.tags) {
    const auto name = lower(clean(raw_name, kMaxTagName));
    const auto text = clean(raw_text, kMaxTagText);
    if (name.empty() || text.empty()) continue;
    if (name == "creation_time" && out.created.empty()) {
      if (const auto time = parse_rfc3339(text)) out.created = to_rfc3339(*time);
    }
    const bool location = is_location(name);
    out.had_location |= location;
    const bool known =
        std::any_of(out.tags.begin(), out.tags.end(), [&](const auto& tag) { return tag.first == name; });
    if (is_noise(name) || known || (location && !keep_location) || out.tags.size() >= kMaxTags) continue;
    out.tags.emplace_back(name, text);
  }
  return out;
}

Json to_json(const VideoFacts& facts) {
  Json out = {{"format", facts.format},        {"codec", facts.codec},       {"width", facts.width},
              {"height", facts.height},        {"rotation", facts.rotation}, {"bits", facts.bits},
              {"interlaced", facts.interlaced}};
  if (!facts.profile.empty()) out["profile"] = facts.profile;
  if (facts.aspect_x != facts.aspect_y) out["pixel_aspect"] = Json::array({facts.aspect_x, facts.aspect_y});
  if (facts.fps > 0) out["fps"] = facts.fps;
  if (facts.duration_ms > 0) out["duration_ms"] = facts.duration_ms;
  if (facts.bit_rate > 0) out["bit_rate"] = facts.bit_rate;
  if (facts.pictures > 0) out["pictures"] = facts.pictures;
  if (facts.audio) {
    out["audio"] = {
        {"codec", facts.audio->codec}, {"sample_rate", facts.audio->sample_rate}, {"channels", facts.audio->channels}};
  }
  if (!facts.created.empty()) out["created_at"] = facts.created;
  if (!facts.tags.empty()) {
    auto& tags = out["tags"] = Json::object();
    for (const auto& [name, text] : facts.tags) tags[name] = text;
  }
  return out;
}

}  // namespace vigil::extract
