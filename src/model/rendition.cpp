#include "model/rendition.h"

namespace vigil::model {

const char* to_string(Rendition rendition) {
  switch (rendition) {
    case Rendition::Annotated:
      return "annotated";
    case Rendition::H264:
      return "h264";
  }
  return "";
}

std::optional<Rendition> rendition_from(std::string_view name) {
  for (const auto rendition : kRenditions) {
    if (name == to_string(rendition)) return rendition;
  }
  return std::nullopt;
}

}  // namespace vigil::model
