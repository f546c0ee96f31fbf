#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "media/image.h"
#include "vision/picture_model.h"
#include "vision/read_file.h"

// Public test data, for tests of what needs a model: they skip where it is not there.

namespace vigil::vision {

inline std::filesystem::path test_data() {
  if (const char* set = std::getenv("VIGIL_TEST_DATA")) return set;
  const char* source = std::getenv("VIGIL_SOURCE_DIR");
  return std::filesystem::path(source == nullptr ? "." : source) / "../shared/data";
}

inline Result<media::FramePtr> test_picture(const std::string& name) {
  VIGIL_ASSIGN(auto bytes, read_file(test_data() / name, 1u << 28));
  return media::decode_image({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

inline Result<PictureModelPtr> test_model(const std::string& file, ModelCard card) {
  VIGIL_ASSIGN(auto bytes, read_file(test_data() / "models" / file, 1u << 28));
  if (card.name.empty()) card.name = "test";
  card.version = "1";
  return load_picture_model(card, bytes);
}

}  // namespace vigil::vision
