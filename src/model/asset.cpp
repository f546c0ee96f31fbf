#include "model/asset.h"

#include <array>

namespace vigil::model {
namespace {
constexpr std::array<const char*, 3> kStates = {"open", "complete", "closed"};
}

const char* to_string(UploadState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<UploadState> upload_state_from(std::string_view name) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (name == kStates[i]) return static_cast<UploadState>(i);
  }
  return std::nullopt;
}

}  // namespace vigil::model
