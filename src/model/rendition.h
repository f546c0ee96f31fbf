#pragma once

#include <array>
#include <optional>
#include <string_view>

// What Vigil itself makes of a camera's pictures while somebody watches it: streams beside those of the camera.

namespace vigil::model {

enum class Rendition {
  Annotated,  // results drawn in, as H.264
  H264,       // the pictures as they are, as H.264: for players that cannot show the camera's own codec
};
inline constexpr std::array kRenditions = {Rendition::Annotated, Rendition::H264};

const char* to_string(Rendition rendition);  // the stream's name: "annotated", "h264"
std::optional<Rendition> rendition_from(std::string_view name);

// One or none of each.
struct Renditions {
  bool annotated = false, h264 = false;

  bool any() const { return annotated || h264; }
  bool has(Rendition rendition) const { return rendition == Rendition::Annotated ? annotated : h264; }
  void set(Rendition rendition, bool on) { (rendition == Rendition::Annotated ? annotated : h264) = on; }
  bool operator==(const Renditions&) const = default;
};

}  // namespace vigil::model
