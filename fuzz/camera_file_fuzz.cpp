// The camera file (YAML or JSON) in both its forms, and what of it would be applied.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "app/camera_file.h"
#include "app/camera_yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto file = app::parse_camera_file(text, "cameras.yaml", {{"USER", "viewer"}, {"LONG", std::string(3000, 'l')}});
  if (!file.ok()) {
    if (file.error().message.empty() || file.error().message.size() > 8192) std::abort();
    return 0;
  }
  std::vector<Json> cameras;
  for (const auto& entry : file->cameras) {
    (void)entry.line_of("/motion/masks/0");
    cameras.push_back(entry.camera);
  }
  // What `vigil export` writes is what `vigil apply` reads.
  auto written = app::to_camera_yaml(cameras);
  auto again = app::parse_camera_file(written, "cameras.yaml", {});
  if (!again.ok() || again->cameras.size() != cameras.size()) std::abort();
  cameras.clear();
  for (const auto& entry : again->cameras) cameras.push_back(entry.camera);
  if (app::to_camera_yaml(cameras) != written) std::abort();
  return 0;
}
