#include "model/observation.h"

namespace vigil::model {

const char* to_string(TrackState state) {
  switch (state) {
    case TrackState::Tentative:
      return "tentative";
    case TrackState::Confirmed:
      return "confirmed";
    case TrackState::Coasting:
      return "coasting";
    case TrackState::Lost:
      return "lost";
  }
  return "";
}

}  // namespace vigil::model
